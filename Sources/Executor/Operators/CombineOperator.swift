import Columnar
import Plan

/// Before a shuffle: turns rows into partial results of their groups, as long as that saves rows.
///
/// The table holds `groupLimit` groups. A row that needs another one sends the partial results out and starts an
/// empty table. When the table took fewer than five rows a group by then, the keys are too many for combining to
/// pay: the rows that it took go out in place of their partial results, which are several times as large, and this row
/// and all after it pass through as rows. Rows are kept for that until the table has taken enough of them to pay however
/// many groups come, or until its first 16,384 rows look as if it will. So the rows of the task alone decide what is sent,
/// not how they were cut into batches.
package final class CombineOperator: BatchOperator {
  private static let groupLimit = 131_072
  /// The statistics of many features are wide: their table holds as many groups as fit into this.
  private static let tableBytes = 512 << 20
  /// Fewer rows a group than this do not pay.
  private static let worthwhileRowsPerGroup = 5
  /// Rows of a table that tell whether the ones that it takes are kept. What is kept is not in the cache any more when
  /// the next batch is read: with a hundred groups that costs a tenth of the time.
  private static let trialRowCount = 16_384

  private let groups: GroupAccumulation
  private let groupLimit: Int
  /// Rows taken since the table was empty.
  private var rowCount = 0
  /// Those rows; nil when they need not go out themselves.
  private var taken: [RecordBatch]? = []
  private var passesRows = false

  /// Throws for a plan that cannot be carried out.
  package convenience init(_ operation: GroupedOperation) throws {
    let stateBytes = try GroupAccumulation(operation).stateByteCount
    try self.init(operation, groupLimit: Self.groupLimit(stateBytes: stateBytes))
  }

  /// How many groups the table holds when each takes so many bytes. A function of the plan alone.
  package static func groupLimit(stateBytes: Int) -> Int {
    max(1, min(groupLimit, tableBytes / max(1, stateBytes)))
  }

  /// Throws for a plan that cannot be carried out.
  package init(_ operation: GroupedOperation, groupLimit: Int) throws {
    guard operation.isMergeable else { throw GroupingError.notMergeable }
    groups = try GroupAccumulation(operation)
    self.groupLimit = groupLimit
  }

  package let isSatisfied = false

  package var byteCount: Int { (taken ?? []).reduce(groups.byteCount) { $0 + $1.byteCount } }

  package func process(_ batch: RecordBatch, _ kind: BatchKind, to output: Output) throws {
    var rest = batch
    while rest.rowCount > 0 {
      if passesRows {
        try output(rest, .rows)
        return
      }
      let wanted = rowCount < Self.trialRowCount ? Self.trialRowCount - rowCount : rest.rowCount
      let rows = rest.slice(0..<min(wanted, rest.rowCount))
      let count = try groups.accumulate(rows, limit: groupLimit)
      rowCount += count
      taken?.append(rows.slice(0..<count))
      let isEnough = rowCount >= groupLimit * Self.worthwhileRowsPerGroup
      if isEnough || rowCount == Self.trialRowCount && isWorthwhile { taken = nil }
      rest = rest.slice(count..<rest.rowCount)
      let isFull = count < rows.rowCount
      if isFull { try emptyFullTable(to: output) }
    }
  }

  private var isWorthwhile: Bool {
    rowCount >= groups.groupCount * Self.worthwhileRowsPerGroup
  }

  private func emptyFullTable(to output: Output) throws {
    passesRows = !isWorthwhile
    if passesRows, let taken {
      for rows in taken where rows.rowCount > 0 { try output(rows, .rows) }
      empty()
    } else {
      try flush(to: output)
    }
  }

  package func finish(to output: Output) throws {
    if rowCount > 0 { try flush(to: output) }
  }

  private func flush(to output: Output) throws {
    try output(try groups.partialResults(), .partialResults)
    empty()
  }

  private func empty() {
    groups.reset()
    rowCount = 0
    taken = []
  }
}
