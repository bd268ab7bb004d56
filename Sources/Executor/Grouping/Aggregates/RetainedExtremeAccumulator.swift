import Columnar
import Plan

extension DataType {
  /// Whether values that fit no word have an order.
  var isOrderedByComparison: Bool {
    switch self {
    case .string, .binary, .void: true
    default: false
    }
  }
}

/// `min` and `max` of strings and binaries, by their bytes.
final class RetainedExtremeAccumulator: AggregateAccumulator {
  let aggregate: Aggregate
  private let type: DataType
  private let isMaximum: Bool
  private var values: RetainedValues

  init(_ aggregate: Aggregate, _ type: DataType) {
    self.aggregate = aggregate
    self.type = type
    isMaximum = aggregate.function == .max
    values = RetainedValues(type)
  }

  var stateFields: [Field] { [Field("extreme", type)] }

  var byteCount: Int { values.byteCount }

  func grow(to groupCount: Int) { values.grow(to: groupCount) }

  func accumulate(_ rows: RecordBatch, groups: UnsafeBufferPointer<Int32>) throws {
    try take(argument(of: rows), groups)
  }

  func merge(_ states: [Column], groups: UnsafeBufferPointer<Int32>) throws {
    try take(states[0], groups)
  }

  private func take(
    _ column: Column, _ groups: UnsafeBufferPointer<Int32>
  ) throws(ColumnTooLarge) {
    if column.type == .void { return }
    // The column of this batch is the chunk after those that are kept.
    let chunks = values.chunks + [column]
    let sources = chunks.map { (offsets: $0.offsets, data: $0.data) }
    let validity = column.validity
    let batch = sources[sources.count - 1]
    let isMaximum = isMaximum
    var result: Result<Void, ColumnTooLarge> = .success(())
    withExtendedLifetime(chunks) {
      sources.withUnsafeBufferPointer { sources in
        do throws(ColumnTooLarge) {
          try values.take(column, groups: groups) { current, row in
            guard validity.map({ $0[row] }) ?? true else { return false }
            if current == RetainedValues.absent { return true }
            let source = sources[Int(current.chunk)]
            let order = ByteOrder.compare(
              batch.data, batch.offsets, row, source.data, source.offsets, Int(current.row))
            return isMaximum ? order > 0 : order < 0
          }
        } catch {
          result = .failure(error)
        }
      }
    }
    try result.get()
  }

  func states() throws -> [Column] { [try values.column()] }

  func reset() { values.reset() }

  func finish() throws -> [Column] { try states() }
}
