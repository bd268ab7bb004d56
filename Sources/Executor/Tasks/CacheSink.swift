import Columnar
import Plan

/// Keeps a partition of a table in the executor's memory.
final class CacheSink: TaskSink {
  private let key: CachedPartitionKey
  private let result: Int
  private let store: BlockStore
  private var batches: [RecordBatch] = []

  init(key: CachedPartitionKey, result: Int, store: BlockStore) {
    self.key = key
    self.result = result
    self.store = store
  }

  func take(_ batch: RecordBatch, _ kind: BatchKind) throws {
    if batch.rowCount > 0 { batches.append(batch) }
  }

  func finish(into outcome: inout TaskOutcome) throws {
    let rows = batches.reduce(0) { $0 + $1.rowCount }
    let bytes = batches.reduce(0) { $0 + $1.byteCount }
    try store.put(key, batches: batches)
    outcome.outputRows += rows
    outcome.cached.append(
      TaskOutcome.CachedPartition(
        result: result, partition: key.partition, rows: rows, bytes: Int64(bytes)))
  }

  func abandon() { batches = [] }
}
