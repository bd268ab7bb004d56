import Columnar

/// Where a sort puts what passes its memory.
package struct SortedRunSpace: Sendable {
  let folder: SpillFolder
  /// Bytes of rows and keys that are held before they go to disk as a run.
  let byteCount: Int

  package init(folder: SpillFolder, byteCount: Int) {
    self.folder = folder
    self.byteCount = byteCount
  }
}

/// One sorted run on disk, of which one batch at a time is in memory, with the keys of its rows.
struct SortedRun {
  private let batches: [SpilledBatch]
  private let columns: [ExpressionEvaluator]
  private let directions: [SortDirection]
  private var nextBatch = 0
  private(set) var batch: RecordBatch
  private(set) var keys: SortKeys
  private(set) var row = 0

  /// Nil for a run without rows.
  init?(
    _ batches: [SpilledBatch], columns: [ExpressionEvaluator], directions: [SortDirection]
  ) throws {
    self.batches = batches
    self.columns = columns
    self.directions = directions
    keys = SortKeys(directions)
    batch = RecordBatch(schema: Schema([]), columns: [], rowCount: 0)
    guard try readBatch() else { return nil }
  }

  /// Goes to the next row; false at the end. A new batch begins when `row` is 0.
  mutating func advance() throws -> Bool {
    row += 1
    return try row < batch.rowCount || readBatch()
  }

  private mutating func readBatch() throws -> Bool {
    repeat {
      guard nextBatch < batches.count else { return false }
      batch = try batches[nextBatch].read().batch
      nextBatch += 1
    } while batch.rowCount == 0
    row = 0
    keys = SortKeys(directions)
    keys.append(try columns.map { try $0.evaluate(batch) }, rowCount: batch.rowCount)
    return true
  }

  func isBefore(_ other: SortedRun) -> Bool {
    keys.isKey(row, before: other.row, of: other.keys)
  }
}

/// Merges sorted runs. Of equal rows those of the earlier run come first: the order is that of one stable sort.
///
/// The runs are the leaves of a tournament: after the smallest row is taken, its run plays once against the winner of each
/// subtree on its way up. O(log runs) comparisons a row.
struct SortedRunMerge {
  private var runs: [SortedRun?]
  /// `winners[1]` is the run with the smallest row; node i has the children 2i and 2i + 1, the leaves come last.
  private var winners: [Int]
  private let leafCount: Int

  init(_ runs: [SortedRun]) {
    var leafCount = 1
    while leafCount < runs.count { leafCount *= 2 }
    self.leafCount = leafCount
    self.runs = runs + Array(repeating: nil, count: leafCount - runs.count)
    winners = Array(repeating: 0, count: leafCount) + Array(0..<leafCount)
    for node in stride(from: leafCount - 1, to: 0, by: -1) { play(node) }
  }

  /// Calls `output` with all rows in order, `batchRowCount` at a time.
  mutating func merge(batchRowCount: Int, to output: (RecordBatch) throws -> Void) throws {
    // The batches that the rows of the outgoing batch stand in, and where the present one of each run is among them.
    var batches: [RecordBatch] = []
    var places: [Int32?] = Array(repeating: nil, count: runs.count)
    var locations: [RowLocation] = []
    func flush() throws {
      if locations.isEmpty { return }
      try output(try RecordBatch.gathering(batches, at: locations[...]))
      batches = []
      places = Array(repeating: nil, count: places.count)
      locations = []
    }
    while true {
      let first = winners[1]
      guard let run = runs[first] else { break }
      if places[first] == nil {
        places[first] = Int32(batches.count)
        batches.append(run.batch)
      }
      locations.append(
        RowLocation(chunk: places[first]!, row: Int32(truncatingIfNeeded: run.row)))
      if locations.count == batchRowCount { try flush() }
      if try runs[first]!.advance() {
        if runs[first]!.row == 0 { places[first] = nil }
      } else {
        runs[first] = nil
      }
      var node = (first + leafCount) / 2
      while node > 0 {
        play(node)
        node /= 2
      }
    }
    try flush()
  }

  private mutating func play(_ node: Int) {
    let (left, right) = (winners[2 * node], winners[2 * node + 1])
    winners[node] = isBefore(right, left) ? right : left
  }

  /// Whether the row of a later run comes before that of an earlier one.
  private func isBefore(_ later: Int, _ earlier: Int) -> Bool {
    guard let one = runs[later] else { return false }
    guard let other = runs[earlier] else { return true }
    return one.isBefore(other)
  }
}
