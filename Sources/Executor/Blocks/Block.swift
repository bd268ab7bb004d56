import Columnar
import Plan

/// What one map task wrote into one exchange.
package struct BlockKey: Hashable, Sendable {
  package var job: JobID
  package var exchange: Int
  package var producer: Int
  /// Of the producing stage.
  package var partition: Int
  package var epoch: UInt64

  package init(job: JobID, exchange: Int, producer: Int, partition: Int, epoch: UInt64) {
    self.job = job
    self.exchange = exchange
    self.producer = producer
    self.partition = partition
    self.epoch = epoch
  }
}

/// A partition of a table that stays in memory.
package struct CachedPartitionKey: Hashable, Sendable {
  package var table: CachedTableID
  package var partition: Int

  package init(table: CachedTableID, partition: Int) {
    self.table = table
    self.partition = partition
  }
}

/// A batch of a block, with what its rows are.
package struct BlockBatch: Sendable {
  package var batch: RecordBatch
  package var kind: BatchKind

  package init(batch: RecordBatch, kind: BatchKind) {
    self.batch = batch
    self.kind = kind
  }
}
