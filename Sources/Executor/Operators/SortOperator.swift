import Columnar
import Plan

/// Sorts the rows of the partition, stably: nulls where each column says, NaN the largest.
///
/// What passes the memory that it may use goes to disk in sorted runs, which are merged at the end: the order is the same.
final class SortOperator: BatchOperator {
  /// The rows of an outgoing batch; fewer when they are wide.
  static let batchRowCount = 65_536
  /// Runs that are merged at a time. The merge has a batch of each in memory.
  private static let runsInMerge = 16

  private let columns: [ExpressionEvaluator]
  private let directions: [SortDirection]
  private let space: SortedRunSpace
  private var keys: SortKeys
  private var batches: [RecordBatch] = []
  private var byteCountOfBatches = 0
  private var runs: [[SpilledBatch]] = []
  /// Of all rows, to tell how wide they are.
  private var totalByteCount = 0
  private var totalRowCount = 0

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
    let byteCountOfBatch = batch.byteCount
    byteCountOfBatches += byteCountOfBatch
    totalByteCount += byteCountOfBatch
    totalRowCount += batch.rowCount
    if byteCount > space.byteCount { try writeRun() }
  }

  func finish(to output: Output) throws {
    let batchRowCount = rowCount(ofBytes: space.byteCount / 4)
    if runs.isEmpty {
      try sort(batchRowCount: batchRowCount) { try output($0, .rows) }
      return
    }
    try writeRun()
    while runs.count > Self.runsInMerge {
      // Runs that stand side by side, so that equal rows stay in their order.
      runs = try stride(from: 0, to: runs.count, by: Self.runsInMerge).map { start in
        let file = try space.folder.makeFile()
        try merge(
          runs[start..<min(start + Self.runsInMerge, runs.count)], batchRowCount: runBatchRowCount
        ) { try file.append(BlockBatch(batch: $0, kind: .rows)) }
        return file.written
      }
    }
    try merge(runs[...], batchRowCount: batchRowCount) { try output($0, .rows) }
    runs = []
  }

  /// With the keys, which may be as large as the rows, the batches of a merge take as much as a run.
  private var runBatchRowCount: Int {
    rowCount(ofBytes: space.byteCount / (2 * Self.runsInMerge))
  }

  /// The rows of a batch of so many bytes.
  private func rowCount(ofBytes byteCount: Int) -> Int {
    let rowByteCount = totalByteCount / max(1, totalRowCount) + 1
    return max(1, min(Self.batchRowCount, byteCount / rowByteCount))
  }

  private func merge(
    _ runs: ArraySlice<[SpilledBatch]>, batchRowCount: Int,
    to output: (RecordBatch) throws -> Void
  ) throws {
    var merge = SortedRunMerge(
      try runs.compactMap { run in
        try SortedRun(run, columns: columns, directions: directions)
      })
    try merge.merge(batchRowCount: batchRowCount, to: output)
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
    try sort(batchRowCount: runBatchRowCount) {
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
