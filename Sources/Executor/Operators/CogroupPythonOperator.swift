import Columnar
import Plan

/// After two shuffles by the same keys: hands the rows that the two tables have of each key to a Python function. The rows of the first
/// table come on the side, before those of the second. Results come in the order of the keys' first appearance, first in the one and then in
/// the other.
final class CogroupPythonOperator: BatchOperator {
  /// About the rows of a message, of both tables.
  private static let messageRowCount = 65_536

  private let operation: PythonApplication
  private let session: PythonSession
  private let calls: PythonGroupCalls
  private let results: PythonResultColumns
  private let table: GroupTable
  private let sorts: [SortOperator]
  private var sorted: [SortedRows]

  /// Throws `PythonError.notAllowed`.
  init(_ operation: PythonApplication, context: OperatorContext) throws {
    self.operation = operation
    let keys = operation.keys
    session = try PythonSession(
      operation.function, .cogroup, frames: operation.frames, keys: keys.map(\.name),
      returned: operation.returned, context: context)
    calls = PythonGroupCalls(session: session)
    results = PythonResultColumns(operation)
    table = GroupTable(keyTypes: keys.map(\.type))
    sorts = operation.frames.map { frame in
      SortOperator(
        [
          SortOrder(
            expression: .column(frame.schema.count, .integer), descending: false,
            nullsFirst: true)
        ], runs: context.runs)
    }
    sorted = operation.frames.map { frame in
      SortedRows(
        schema: Schema(frame.schema.fields + [Field("group[]", .integer)]), runs: context.runs)
    }
  }

  let isSatisfied = false

  var byteCount: Int {
    table.byteCount + sorts.reduce(0) { $0 + $1.byteCount }
      + sorted.reduce(0) { $0 + $1.byteCount }
  }

  var finishByteCount: Int { sorts.map(\.byteCount).max() ?? 0 }

  func process(_ batch: RecordBatch, _ kind: BatchKind, to output: Output) throws {
    let side = kind == .side ? 0 : 1
    let rows = try batch.numberingGroups(
      table, of: operation.frames[side], keyCount: operation.keyCount)
    try sorts[side].process(rows, .rows, to: output)
  }

  func finish(to output: Output) throws {
    for side in sorts.indices {
      try sorts[side].finish { batch, _ in try sorted[side].append(batch) }
    }
    var cursors = sorted.map { SortedRowsCursor($0) }
    while true {
      let message = try Message(&cursors, rowCount: Self.messageRowCount)
      if message.counts[0].isEmpty { break }
      try apply(message, to: output)
    }
    session.finish()
  }

  private func apply(_ message: Message, to output: Output) throws {
    // The first rows of groups that only the second table has are there.
    let keyColumns = try message.keyRows(keyCount: operation.keyCount)
    let results = try session.namingKeys { group in
      operation.keys.enumerated().map {
        GroupKey(name: $1.name, value: keyColumns.columns[$0][group])
      }
    } in: {
      try calls.run(count: message.counts[0].count) { range in
        (
          .cogroups(
            left: Array(message.counts[0][range]), right: Array(message.counts[1][range]),
            leftByteCount: 0),
          message.rows.indices.map { side in
            let starts = message.starts[side]
            return message.rows[side].slice(starts[range.lowerBound]..<starts[range.upperBound])
          }
        )
      }
    }
    try self.results.emit(
      results, keys: keyColumns, firstRows: Array(message.counts[0].indices), to: output)
  }

  /// The next groups, with all rows of each.
  private struct Message {
    /// Of each table, sorted by group.
    var rows: [RecordBatch] = []
    var counts: [[Int]] = [[], []]
    /// The first row of each group in each table, and at the end the number of rows.
    var starts: [[Int]] = [[0], [0]]

    init(_ cursors: inout [SortedRowsCursor], rowCount limit: Int) throws {
      var parts: [[RecordBatch]] = [[], []]
      while starts[0].last! + starts[1].last! < limit {
        guard let group = try cursors.indices.compactMap({ try cursors[$0].group() }).min() else {
          break
        }
        for side in cursors.indices {
          let taken = try cursors[side].takeRows(of: group)
          parts[side] += taken
          let count = taken.reduce(0) { $0 + $1.rowCount }
          counts[side].append(count)
          starts[side].append(starts[side].last! + count)
        }
      }
      for side in parts.indices {
        rows.append(
          parts[side].isEmpty
            ? RecordBatch.empty(cursors[side].schema) : try RecordBatch.joining(parts[side]))
      }
    }

    /// A row with the keys of each group.
    func keyRows(keyCount: Int) throws -> RecordBatch {
      let locations = counts[0].indices.map { group in
        let side = counts[0][group] > 0 ? 0 : 1
        return RowLocation(
          chunk: Int32(truncatingIfNeeded: side),
          row: Int32(truncatingIfNeeded: starts[side][group]))
      }
      let fields = rows[0].schema.fields.prefix(keyCount)
      let columns = try (0..<keyCount).map { key in
        try Column.gathering(rows.map { $0.columns[key] }, at: locations[...])
      }
      return RecordBatch(
        schema: Schema(Array(fields)), columns: columns, rowCount: locations.count)
    }
  }
}
