import Columnar
import Plan

/// Keeps a partition of a table with the executor.
final class CacheSink: TaskSink {
  private let key: CachedPartitionKey
  private let result: Int
  private var writer: BlockWriter?
  private var rowCount = 0
  private var storedByteCount: Int64 = 0

  init(key: CachedPartitionKey, result: Int, store: BlockStore) {
    self.key = key
    self.result = result
    writer = BlockWriter(to: store)
  }

  let byteCount = 0

  func take(_ batch: RecordBatch, _ kind: BatchKind) throws {
    guard batch.rowCount > 0 else { return }
    rowCount += batch.rowCount
    storedByteCount += Int64(batch.byteCount)
    try writer?.append([BlockPart(target: 0, batch: BlockBatch(batch: batch, kind: .rows))])
  }

  func finish(into outcome: inout TaskOutcome) {
    writer?.complete(as: .cached(key))
    outcome.outputRows += rowCount
    outcome.cached.append(
      TaskOutcome.CachedPartition(
        result: result, partition: key.partition, rows: rowCount, bytes: storedByteCount))
  }

  func abandon() { writer = nil }
}
