import Columnar
import Plan

/// `count`: the rows in which no argument is null.
final class CountAccumulator: AggregateAccumulator {
  let aggregate: Aggregate
  let stateFields = [Field("count", .long)]
  private var counts: [Int64] = []

  init(_ aggregate: Aggregate) {
    self.aggregate = aggregate
  }

  var byteCount: Int { 8 * counts.capacity }

  func grow(to groupCount: Int) {
    counts.append(contentsOf: repeatElement(0, count: groupCount - counts.count))
  }

  func accumulate(_ rows: RecordBatch, groups: UnsafeBufferPointer<Int32>) {
    let nullable = aggregate.arguments.map { rows.columns[$0] }.filter { $0.nullCount > 0 }
    counts.withUnsafeMutableBufferPointer { counts in
      if nullable.isEmpty {
        for group in groups { counts[Int(group)] &+= 1 }
        return
      }
      // Without validity bits and yet with nulls: a column of type void.
      if nullable.contains(where: { $0.validity == nil }) { return }
      withExtendedLifetime(nullable) {
        let validities = nullable.compactMap(\.validity)
        for row in 0..<groups.count where validities.allSatisfy({ $0[row] }) {
          counts[Int(groups[row])] &+= 1
        }
      }
    }
  }

  func merge(_ states: [Column], groups: UnsafeBufferPointer<Int32>) {
    states[0].withValues(as: Int64.self) { partials in
      counts.withUnsafeMutableBufferPointer { counts in
        for row in 0..<groups.count { counts[Int(groups[row])] &+= partials[row] }
      }
    }
  }

  func states() -> [Column] {
    [Column(.long, values: counts)]
  }

  func reset() {
    counts.removeAll(keepingCapacity: true)
  }

  func finish() -> [Column] { states() }
}
