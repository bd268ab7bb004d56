import Columnar
import Plan

/// `stddev` and `variance` of a sample or a population. A sample of one value has none: null, as in Spark 4.
final class MomentsAccumulator: AggregateAccumulator {
  let aggregate: Aggregate
  let stateFields = ["count", "mean", "squares"].map { Field($0, .double) }
  private var moments: [Moments] = []

  init(_ aggregate: Aggregate) {
    self.aggregate = aggregate
  }

  var byteCount: Int { MemoryLayout<Moments>.stride * moments.capacity }

  func grow(to groupCount: Int) {
    moments.append(contentsOf: repeatElement(Moments(), count: groupCount - moments.count))
  }

  func accumulate(_ rows: RecordBatch, groups: UnsafeBufferPointer<Int32>) {
    let column = argument(of: rows)
    moments.withUnsafeMutableBufferPointer { moments in
      column.withValues(as: Double.self) { values in
        forEachPresentRow(groups.count, column.validity) { row in
          moments[Int(groups[row])].add(values[row])
        }
      }
    }
  }

  func merge(_ states: [Column], groups: UnsafeBufferPointer<Int32>) {
    withExtendedLifetime(states) {
      let parts = states.map { $0.pointer(as: Double.self) }
      let (counts, means, squares) = (parts[0], parts[1], parts[2])
      moments.withUnsafeMutableBufferPointer { moments in
        for row in 0..<groups.count {
          moments[Int(groups[row])].merge(
            Moments(count: counts[row], mean: means[row], squares: squares[row]))
        }
      }
    }
  }

  func states() -> [Column] {
    [
      Column(.double, values: moments.lazy.map(\.count)),
      Column(.double, values: moments.lazy.map(\.mean)),
      Column(.double, values: moments.lazy.map(\.squares)),
    ]
  }

  func reset() {
    moments.removeAll(keepingCapacity: true)
  }

  func finish() -> [Column] {
    [Column(.double, nullable: moments.lazy.map { self.result($0) })]
  }

  private func result(_ moments: Moments) -> Double? {
    if moments.count == 0 { return nil }
    switch aggregate.function {
    case .variancePopulation: return moments.squares / moments.count
    case .stddevPopulation: return (moments.squares / moments.count).squareRoot()
    default: break
    }
    if moments.count == 1 { return nil }
    let variance = moments.squares / (moments.count - 1)
    return aggregate.function == .stddevSample ? variance.squareRoot() : variance
  }
}
