import Columnar
import Plan

/// `count(DISTINCT ...)`: the distinct combinations of arguments, none of them null, of each group.
///
/// Holds the distinct combinations, not the rows: a table of (group, arguments) in which each new entry
/// counts for its group.
final class CountDistinctAccumulator: RowsAggregateAccumulator {
  let aggregate: Aggregate
  private let combinations: GroupTable
  private var counts: [Int64] = []

  /// `types` are those of the arguments.
  init(_ aggregate: Aggregate, types: [DataType]) {
    self.aggregate = aggregate
    combinations = GroupTable(keyTypes: [.integer] + types)
  }

  var byteCount: Int { 8 * counts.capacity + combinations.byteCount }

  func grow(to groupCount: Int) {
    counts.append(contentsOf: repeatElement(0, count: groupCount - counts.count))
  }

  func accumulate(_ rows: RecordBatch, groups: UnsafeBufferPointer<Int32>) throws {
    var keys = [Column.copying(.integer, groups)]
    keys += aggregate.arguments.map { rows.columns[$0] }
    if keys.contains(where: { $0.type == .void }) { return }
    if keys.contains(where: { $0.nullCount > 0 }) {
      let complete = (0..<groups.count).filter { row in !keys.contains { $0.isNull(row) } }
      let locations = complete.map { RowLocation(chunk: 0, row: Int32(truncatingIfNeeded: $0)) }
      keys = try keys.map { try Column.gathering([$0], at: locations[...]) }
    }
    var known = combinations.count
    let rowCount = keys[0].length
    guard combinations.assign(keys, rowCount: rowCount) == rowCount else {
      throw GroupingError.tooManyGroups
    }
    // New entries are numbered in the order of the rows.
    keys[0].withValues(as: Int32.self) { groups in
      for (row, combination) in combinations.groups.enumerated() where combination == known {
        counts[Int(groups[row])] += 1
        known += 1
      }
    }
  }

  func reset() {
    counts.removeAll(keepingCapacity: true)
    combinations.reset()
  }

  func finish() -> [Column] {
    [Column(.long, values: counts)]
  }
}
