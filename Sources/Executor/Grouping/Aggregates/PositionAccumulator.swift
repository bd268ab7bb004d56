import Columnar
import Plan

/// `first` and `last` of any type, in the order in which the rows come.
final class PositionAccumulator: AggregateAccumulator {
  let aggregate: Aggregate
  private let type: DataType
  private let ignoreNulls: Bool
  private let isFirst: Bool
  private var values: RetainedValues

  init(_ aggregate: Aggregate, _ type: DataType, ignoreNulls: Bool) {
    self.aggregate = aggregate
    self.type = type
    self.ignoreNulls = ignoreNulls
    isFirst = if case .first = aggregate.function { true } else { false }
    values = RetainedValues(type)
  }

  /// A value may be null, so whether there is one is said apart.
  var stateFields: [Field] { [Field("value", type), Field("present", .boolean)] }

  var byteCount: Int { values.byteCount }

  func grow(to groupCount: Int) { values.grow(to: groupCount) }

  func accumulate(_ rows: RecordBatch, groups: UnsafeBufferPointer<Int32>) throws {
    let column = argument(of: rows)
    if !ignoreNulls || column.nullCount == 0 {
      try take(column, groups) { _ in true }
    } else if let validity = column.validity {
      try take(column, groups) { validity[$0] }
    }
  }

  func merge(_ states: [Column], groups: UnsafeBufferPointer<Int32>) throws {
    try withExtendedLifetime(states) {
      let isPresent = states[1].booleans
      try take(states[0], groups) { isPresent[$0] }
    }
  }

  @inline(__always)
  private func take(
    _ column: Column, _ groups: UnsafeBufferPointer<Int32>, counts: (Int) -> Bool
  ) throws(ColumnTooLarge) {
    if isFirst {
      try values.take(column, groups: groups) { current, row in
        current == RetainedValues.absent && counts(row)
      }
    } else {
      try values.take(column, groups: groups) { _, row in counts(row) }
    }
  }

  func states() throws -> [Column] {
    let isPresent = ColumnMemory(.boolean, length: values.locations.count)
    for (group, location) in values.locations.enumerated() where location != RetainedValues.absent {
      isPresent.setBit(group)
    }
    return [try values.column(), isPresent.finish()]
  }

  func reset() { values.reset() }

  func finish() throws -> [Column] { [try values.column()] }
}
