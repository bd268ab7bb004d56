import Columnar
import Plan

/// Sorts the rows of the partition, stably: nulls where each column says, NaN the largest.
///
/// What passes the memory that it may use goes to disk in sorted runs, which are merged at the end: the order is the same.
final class SortOperator: BatchOperator {
  /// The rows of an outgoing batch.
  static let batchRowCount = 65_536
  /// The rows of a batch on disk: the merge has one of each run in memory.
  private static let runBatchRowCount = 4096

  private let columns: [ExpressionEvaluator]
  private let directions: [SortDirection]
  private let space: SortedRunSpace
  private var keys: SortKeys
  private var batches: [RecordBatch] = []
  private var byteCountOfBatches = 0
  private var runs: [[SpilledBatch]] = []

  init(_ order: [SortOrder], runs space: SortedRunSpace) {
    columns = order.map { ExpressionEvaluator($0.expression) }
    directions = order.map(\.direction)
    keys = SortKeys(directions)
    self.space = space
  }

  let isSatisfied = false

  var byteCount: Int { byteCountOfBatches + keys.byteCount }

  /// Throws `SpillError` when the disk does not take a run.
  func process(_ batch: RecordBatch, _ kind: BatchKind, to output: Output) throws {
    if batch.rowCount == 0 { return }
    keys.append(try columns.map { try $0.evaluate(batch) }, rowCount: batch.rowCount)
    batches.append(batch)
    byteCountOfBatches += batch.byteCount
    if byteCount > space.byteCount { try writeRun() }
  }

  func finish(to output: Output) throws {
    if runs.isEmpty {
      try sort(batchRowCount: Self.batchRowCount) { try output($0, .rows) }
      return
    }
    try writeRun()
    let sorted = try runs.compactMap { run in
      try SortedRun(run, columns: columns, directions: directions)
    }
    // The files go with their last batch.
    runs = []
    var merge = SortedRunMerge(sorted)
    try merge.merge(batchRowCount: Self.batchRowCount) { try output($0, .rows) }
  }

  private func sort(batchRowCount: Int, to output: (RecordBatch) throws -> Void) throws {
    if batches.isEmpty { return }
    let sorted = RowLocation.locations(in: batches, of: keys.sorted())
    for start in stride(from: 0, to: sorted.count, by: batchRowCount) {
      let end = min(start + batchRowCount, sorted.count)
      try output(try RecordBatch.gathering(batches, at: sorted[start..<end]))
    }
  }

  private func writeRun() throws {
    if batches.isEmpty { return }
    let file = try space.folder.makeFile()
    try sort(batchRowCount: Self.runBatchRowCount) {
      try file.append(BlockBatch(batch: $0, kind: .rows))
    }
    runs.append(file.written)
    batches = []
    byteCountOfBatches = 0
    keys = SortKeys(directions)
  }
}

extension SortOrder {
  var direction: SortDirection {
    SortDirection(descending: descending, nullsFirst: nullsFirst)
  }
}

extension RowLocation {
  /// Where rows, numbered through all batches, stand in them. O(rows of the batches).
  static func locations(in batches: [RecordBatch], of rows: [Int]) -> [RowLocation] {
    var all: [RowLocation] = []
    all.reserveCapacity(batches.reduce(0) { $0 + $1.rowCount })
    for (chunk, batch) in batches.enumerated() {
      for row in 0..<batch.rowCount {
        all.append(
          RowLocation(
            chunk: Int32(truncatingIfNeeded: chunk), row: Int32(truncatingIfNeeded: row)))
      }
    }
    return rows.map { all[$0] }
  }
}
