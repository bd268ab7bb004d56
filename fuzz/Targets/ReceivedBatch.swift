import Columnar

/// What an executor does with a batch that another one sent.
enum ReceivedBatch {
  static func read(_ incoming: IncomingBatch) {
    do {
      let batch = try RecordBatch(deserializing: incoming)
      // Values of no bytes: a few of them could stand for any number of rows.
      guard batch.rowCount <= 1 << 16 else { return }
      try use(batch)
    } catch {
      _ = "\(error)"
    }
  }

  private static func use(_ batch: RecordBatch) throws {
    for column in batch.columns { _ = column.scalars }
    let keys = batch.columns.filter { isKey($0.type) }
    let table = GroupTable(keyTypes: keys.map(\.type))
    _ = table.assign(keys, rowCount: batch.rowCount)
    _ = try table.keys()
    var sorting = SortKeys(
      keys.indices.map { SortDirection(descending: $0 % 2 == 1, nullsFirst: $0 % 3 == 0) })
    sorting.append(keys, rowCount: batch.rowCount)
    let rows = sorting.sorted().map { RowLocation(chunk: 0, row: Int32($0)) }
    let sorted = try RecordBatch.gathering([batch], at: rows[...])
    precondition(sorted.rowCount == batch.rowCount, "sorting loses rows")
    let parts = try RecordBatch.partitioning(
      [batch], keyCount: min(2, batch.columns.count), partitionCount: 3)
    let partRows = parts.reduce(0) { $0 + $1.batch.rowCount }
    precondition(partRows == batch.rowCount, "partitioning loses rows")
    let again = try batch.serialized().bytes.withUnsafeBytes {
      try RecordBatch(deserializing: $0)
    }
    precondition(
      again.schema == batch.schema && again.rowCount == batch.rowCount,
      "a batch that was read is written as another")
  }

  /// The analysis lets nobody group or sort by others.
  private static func isKey(_ type: DataType) -> Bool {
    switch type {
    case .list(let element): isKey(element)
    case .fixedSizeList: false
    default: true
    }
  }
}
