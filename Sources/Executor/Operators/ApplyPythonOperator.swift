import Columnar
import Plan

/// After a shuffle: hands the rows of each group to a Python function. Results come in the order of the groups' first appearance.
///
/// The rows are sorted by the numbers of their groups, on disk where they pass the memory of a sort. Many small groups travel in one
/// message; one that is larger than a message travels in pieces, which a function of an iterator gets as they come.
final class ApplyPythonOperator: BatchOperator {
  /// Rows of a message; a group with more comes in pieces.
  private static let messageRowCount = 65_536

  private let operation: PythonApplication
  private let session: PythonSession
  private let calls: PythonGroupCalls
  private let results: PythonResultColumns
  private let table: GroupTable
  private let sort: SortOperator
  private let keys: [Field]
  /// The column of the numbers of groups, behind those of a row.
  private let numberColumn: Int
  /// Rows of the last group so far, whose end has not come.
  private var held: [RecordBatch] = []
  private var heldRowCount = 0
  private var heldGroup: Int32 = -1
  /// What the present group has led to when it is larger than a message; nil when none is.
  private var large: LargeGroup?

  private struct LargeGroup {
    /// Kept until the end of the group where its failure would be recorded.
    var answers: [RecordBatch] = []
    var firstRow: RecordBatch
    var failure: String?
  }

  /// Throws `PythonError.notAllowed`.
  init(_ operation: PythonApplication, context: OperatorContext) throws {
    self.operation = operation
    keys = operation.keys
    session = try PythonSession(
      operation.function, .apply, frames: operation.frames, keys: keys.map(\.name),
      returned: operation.returned, context: context)
    calls = PythonGroupCalls(session: session)
    results = PythonResultColumns(operation)
    table = GroupTable(keyTypes: keys.map(\.type))
    numberColumn = operation.frames[0].schema.count
    sort = SortOperator(
      [
        SortOrder(
          expression: .column(numberColumn, .integer), descending: false, nullsFirst: true)
      ], runs: context.runs)
  }

  let isSatisfied = false

  var byteCount: Int {
    sort.byteCount + table.byteCount + held.reduce(0) { $0 + $1.byteCount }
  }

  /// Batches that are sorted, and the message that is made of them.
  var finishByteCount: Int { sort.byteCount }

  func process(_ batch: RecordBatch, _ kind: BatchKind, to output: Output) throws {
    try sort.process(
      try batch.numberingGroups(table, of: operation.frames[0], keyCount: keys.count),
      kind, to: output)
  }

  func finish(to output: Output) throws {
    try sort.finish { batch, _ in try take(batch, to: output) }
    try sendComplete(to: output)
    session.finish()
  }

  // MARK: Messages

  /// Takes sorted rows: those of groups that are complete go out, those of the last group are held.
  private func take(_ batch: RecordBatch, to output: Output) throws {
    let numbers = batch.columns[numberColumn]
    let last = batch.rowCount - 1
    let (firstGroup, lastGroup, startOfLast) = numbers.withValues(as: Int32.self) { numbers in
      (
        numbers[0], numbers[last],
        numbers.lastIndex { $0 != numbers[last] }.map { $0 + 1 } ?? 0
      )
    }
    if firstGroup != heldGroup { try sendComplete(to: output) }
    if startOfLast > 0 {
      hold(batch.slice(0..<startOfLast), group: firstGroup)
      try sendComplete(to: output)
    }
    hold(batch.slice(startOfLast..<batch.rowCount), group: lastGroup)
    if heldRowCount > Self.messageRowCount { try sendPiece(to: output) }
  }

  private func hold(_ rows: RecordBatch, group: Int32) {
    held.append(rows)
    heldRowCount += rows.rowCount
    heldGroup = group
  }

  /// Sends what is held, whose groups are complete.
  private func sendComplete(to output: Output) throws {
    guard heldRowCount > 0 else { return }
    let rows = try RecordBatch.joining(held)
    held = []
    heldRowCount = 0
    guard large != nil else { return try apply(rows, to: output) }
    // The first group is the one whose pieces went before: some of it was held back.
    let count = MessageGroups(rows, numberColumn: numberColumn).counts[0]
    try send(piece: rows.slice(0..<count), isLast: true, to: output)
    if count < rows.rowCount { try apply(rows.slice(count..<rows.rowCount), to: output) }
  }

  /// Sends what is held of one group but its last batch: the end of the group, which nobody knows yet, has to have rows.
  private func sendPiece(to output: Output) throws {
    let last = held.removeLast()
    let rows = try RecordBatch.joining(held)
    held = [last]
    heldRowCount = last.rowCount
    try send(piece: rows, isLast: false, to: output)
  }

  /// Calls the function on complete groups.
  private func apply(_ rows: RecordBatch, to output: Output) throws {
    let groups = MessageGroups(rows, numberColumn: numberColumn)
    let results = try session.namingKeys {
      keyValues(rows, row: groups.starts[$0])
    } in: {
      try calls.run(count: groups.counts.count) { range in
        (
          .groups(rows: Array(groups.counts[range]), isContinued: false),
          [rows.slice(groups.starts[range.lowerBound]..<groups.starts[range.upperBound])]
        )
      }
    }
    try self.results.emit(
      results, keys: rows, firstRows: Array(groups.starts.dropLast()), to: output)
  }

  // MARK: Groups larger than a message

  private func send(piece: RecordBatch, isLast: Bool, to output: Output) throws {
    if large == nil { large = LargeGroup(firstRow: piece.slice(0..<1)) }
    if large!.failure == nil {
      do {
        let end = try session.exchange(
          .groups(rows: [piece.rowCount], isContinued: !isLast), [piece]
        ) { rows, batch in
          if let failed = rows.failed?.first { large!.failure = failed.message }
          guard let batch else { return }
          if operation.function.recordsErrors {
            large!.answers.append(batch)
          } else {
            try output(batch, .rows)
          }
        }
        if case .next = end, isLast {
          throw PythonError.unexpectedAnswer("it wants more of a group that is complete")
        }
      } catch let failure as PythonSession.Failure {
        guard operation.function.recordsErrors else {
          let keys = keyValues(large!.firstRow, row: 0)
          if case .ended(let end) = failure.failure, end.isFromOutside {
            // Its first pieces are gone: the task begins again.
            throw PythonError.workerLost(function: operation.function.text, keys: keys, end)
          }
          throw PythonError.failed(
            function: operation.function.text, keys: keys, failure.failure)
        }
        large!.failure = failure.failure.text
      }
    }
    guard isLast, let whole = large else { return }
    large = nil
    guard operation.function.recordsErrors else { return }
    var results = PythonGroupCalls.Results()
    if let failure = whole.failure {
      results.failures = [(0, failure)]
    } else {
      results.answers = whole.answers.map { ($0, Array(repeating: 0, count: $0.rowCount)) }
    }
    try self.results.emit(results, keys: whole.firstRow, firstRows: [0], to: output)
  }

  private func keyValues(_ rows: RecordBatch, row: Int) -> [GroupKey] {
    keys.enumerated().map { GroupKey(name: $1.name, value: rows.columns[$0][row]) }
  }
}

/// How the rows of a message, which are sorted by their groups, fall into these.
struct MessageGroups {
  /// Rows of each group, at least one.
  private(set) var counts: [Int] = []
  /// The first row of each group, and at the end the number of rows.
  private(set) var starts: [Int] = [0]

  init(_ rows: RecordBatch, numberColumn: Int) {
    rows.columns[numberColumn].withValues(as: Int32.self) { numbers in
      var start = 0
      for row in numbers.indices where row > 0 && numbers[row] != numbers[row - 1] {
        counts.append(row - start)
        starts.append(row)
        start = row
      }
      if !numbers.isEmpty {
        counts.append(numbers.count - start)
        starts.append(numbers.count)
      }
    }
  }
}

extension RecordBatch {
  /// The rows with the numbers of their groups as a last column of integers. Throws `GroupingError`.
  func numberingGroups(
    _ table: GroupTable, of frame: PythonFrame, keyCount: Int
  ) throws(GroupingError) -> RecordBatch {
    let (expected, found) = (frame.schema.fields.map(\.type), columns.map(\.type))
    guard expected == found else {
      throw .unexpectedColumns(expected: expected, found: found)
    }
    guard table.assign(Array(columns.prefix(keyCount)), rowCount: rowCount) == rowCount else {
      throw .tooManyGroups
    }
    return RecordBatch(
      schema: Schema(frame.schema.fields + [Field("group[]", .integer)]),
      columns: columns + [Column(.integer, values: table.groups)], rowCount: rowCount)
  }

  /// The rows of batches of one schema as one batch. At least one batch. As `concatenating`, but for a column that passes 2 GiB,
  /// which is told as what it is: the user can mend it.
  static func joining(_ batches: [RecordBatch]) throws(ColumnTooLarge) -> RecordBatch {
    guard batches.count > 1 else { return batches[0] }
    var locations: [RowLocation] = []
    for (chunk, batch) in batches.enumerated() {
      for row in 0..<batch.rowCount {
        locations.append(
          RowLocation(
            chunk: Int32(truncatingIfNeeded: chunk), row: Int32(truncatingIfNeeded: row)))
      }
    }
    return try gathering(batches, at: locations[...])
  }
}
