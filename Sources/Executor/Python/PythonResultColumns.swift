import Columnar
import Plan

/// What comes out of a function of groups: what it returns, and where its errors are recorded the keys that it does not return and the error.
struct PythonResultColumns {
  private let operation: PythonApplication
  private let outputSchema: Schema

  init(_ operation: PythonApplication) {
    self.operation = operation
    outputSchema = operation.outputSchema
  }

  /// - Parameters:
  ///   - keys: rows whose first columns are the keys.
  ///   - firstRows: a row of `keys` for each group.
  func emit(
    _ results: PythonGroupCalls.Results, keys: RecordBatch, firstRows: [Int],
    to output: BatchOperator.Output
  ) throws {
    guard operation.function.recordsErrors else {
      for answer in results.answers { try output(answer.rows, .rows) }
      return
    }
    var batches = try results.answers.map { answer in
      try trained(answer.rows, keys, answer.groups.map { firstRows[$0] })
    }
    guard !results.failures.isEmpty else {
      for batch in batches { try output(batch, .rows) }
      return
    }
    batches.append(try failed(results.failures, keys, firstRows))
    // The failed groups stand where their rows would.
    var order: [(group: Int, location: RowLocation)] = []
    for (chunk, answer) in results.answers.enumerated() {
      for (row, group) in answer.groups.enumerated() {
        order.append((group, location(chunk, row)))
      }
    }
    for (row, failure) in results.failures.enumerated() {
      order.append((failure.group, location(batches.count - 1, row)))
    }
    // Stable: rows of a group keep their order.
    let sorted = order.enumerated().sorted {
      ($0.element.group, $0.offset) < ($1.element.group, $1.offset)
    }
    let locations = sorted.map(\.element.location)
    try output(try RecordBatch.gathering(batches, at: locations[...]), .rows)
  }

  private func location(_ chunk: Int, _ row: Int) -> RowLocation {
    RowLocation(chunk: Int32(truncatingIfNeeded: chunk), row: Int32(truncatingIfNeeded: row))
  }

  private func trained(
    _ rows: RecordBatch, _ keys: RecordBatch, _ keyRows: [Int]
  ) throws -> RecordBatch {
    let locations = keyRows.map { location(0, $0) }
    let missing = try operation.missingKeys.map {
      try Column.gathering([keys.columns[$0]], at: locations[...])
    }
    return RecordBatch(
      schema: outputSchema,
      columns: missing + rows.columns + [try Column.nulls(.string, count: rows.rowCount)],
      rowCount: rows.rowCount)
  }

  private func failed(
    _ failures: [(group: Int, message: String)], _ keys: RecordBatch, _ firstRows: [Int]
  ) throws -> RecordBatch {
    let locations = failures.map { location(0, firstRows[$0.group]) }
    func key(_ index: Int) throws -> Column {
      try Column.gathering([keys.columns[index]], at: locations[...])
    }
    let names = operation.keys.map(\.name)
    let returned = try operation.returned.fields.map { field in
      if let index = names.firstIndex(of: field.name) { return try key(index) }
      return try Column.nulls(field.type, count: failures.count)
    }
    let errors = try Column(.string, failures.map { .string($0.message) })
    return RecordBatch(
      schema: outputSchema,
      columns: try operation.missingKeys.map { try key($0) } + returned + [errors],
      rowCount: failures.count)
  }
}

extension Column {
  fileprivate static func nulls(_ type: DataType, count: Int) throws -> Column {
    let builder = ColumnBuilder(type, capacity: count)
    builder.appendNulls(count)
    return builder.finish()
  }
}
