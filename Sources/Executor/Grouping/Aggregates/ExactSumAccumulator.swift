import Columnar
import Plan

/// `sum` of longs and of decimals.
final class ExactSumAccumulator: AggregateAccumulator {
  let aggregate: Aggregate
  private var sums: ExactSums

  init(_ aggregate: Aggregate, _ type: DataType) {
    self.aggregate = aggregate
    sums = ExactSums(aggregate.function, scale: type.decimalScale ?? 0)
  }

  var stateFields: [Field] { sums.stateFields }

  var byteCount: Int { sums.byteCount }

  func grow(to groupCount: Int) { sums.grow(to: groupCount) }

  func accumulate(_ rows: RecordBatch, groups: UnsafeBufferPointer<Int32>) throws {
    try sums.add(argument(of: rows), groups: groups)
  }

  func merge(_ states: [Column], groups: UnsafeBufferPointer<Int32>) throws {
    try sums.merge(states, groups: groups)
  }

  func states() throws -> [Column] { try sums.states() }

  func reset() { sums.reset() }

  func finish() throws -> [Column] {
    [try sums.column(aggregate.type) { sum, _ in sum }]
  }
}
