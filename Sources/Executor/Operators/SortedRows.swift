import Columnar

/// Rows that were sorted by the number of their group, which is their last column: in memory as far as a sort may use that, then on
/// disk.
struct SortedRows {
  enum Chunk {
    case here(RecordBatch)
    case spilled(SpilledBatch)
  }

  let schema: Schema
  private let space: SortedRunSpace
  fileprivate private(set) var chunks: [Chunk] = []
  /// Bytes in memory.
  private(set) var byteCount = 0
  private var file: SpillWriter?

  init(schema: Schema, runs space: SortedRunSpace) {
    self.schema = schema
    self.space = space
  }

  /// Throws `SpillError`.
  mutating func append(_ batch: RecordBatch) throws {
    let bytes = batch.byteCount
    if byteCount + bytes <= space.byteCount {
      byteCount += bytes
      chunks.append(.here(batch))
      return
    }
    let writer = try file ?? space.folder.makeFile()
    file = writer
    let known = writer.written.count
    try writer.append(BlockBatch(batch: batch, kind: .rows))
    chunks += writer.written[known...].map { .spilled($0) }
  }
}

/// Goes through sorted rows, one group after the other.
struct SortedRowsCursor {
  private var chunks: ArraySlice<SortedRows.Chunk>
  let schema: Schema
  private var batch: RecordBatch?
  private var row = 0

  init(_ rows: SortedRows) {
    chunks = rows.chunks[...]
    schema = rows.schema
  }

  /// The number of the next group; nil at the end.
  mutating func group() throws -> Int32? {
    while true {
      if let batch, row < batch.rowCount { return number(row, batch) }
      guard let chunk = chunks.popFirst() else { return nil }
      row = 0
      switch chunk {
      case .here(let rows): batch = rows
      case .spilled(let rows): batch = try rows.read().batch
      }
    }
  }

  /// The rows of a group, when it is the next one.
  mutating func takeRows(of group: Int32) throws -> [RecordBatch] {
    var taken: [RecordBatch] = []
    while try self.group() == group, let batch {
      var end = row + 1
      while end < batch.rowCount, number(end, batch) == group { end += 1 }
      taken.append(batch.slice(row..<end))
      row = end
    }
    return taken
  }

  private func number(_ row: Int, _ batch: RecordBatch) -> Int32 {
    batch.columns[schema.count - 1].withValues(as: Int32.self) { $0[row] }
  }
}
