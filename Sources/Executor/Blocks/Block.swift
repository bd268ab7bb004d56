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

/// A partition of a table that stays with its executor, as one attempt made it.
package struct CachedPartitionKey: Hashable, Sendable {
  package var table: CachedTableID
  package var partition: Int
  package var epoch: UInt64

  package init(table: CachedTableID, partition: Int, epoch: UInt64) {
    self.table = table
    self.partition = partition
    self.epoch = epoch
  }
}

/// What an executor keeps under one name.
package enum StoredKey: Hashable, Sendable {
  case block(BlockKey)
  case cached(CachedPartitionKey)
}

extension StoredKey: CustomStringConvertible {
  package var description: String {
    switch self {
    case .block(let key):
      "job \(key.job), exchange \(key.exchange), producer \(key.producer), partition \(key.partition)"
    case .cached(let key): "cached table \(key.table.name), partition \(key.partition)"
    }
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

/// A batch with the partition of the exchange that it goes to; a cached partition has one target, 0.
package struct BlockPart: Sendable {
  package var target: Int
  package var batch: BlockBatch

  package init(target: Int, batch: BlockBatch) {
    self.target = target
    self.batch = batch
  }
}

/// A batch where the store has it: in memory, or in a file that is read when the batch is asked for.
package enum StoredBatch: Sendable {
  case memory(BlockBatch)
  case disk(SpilledBatch)

  /// Blocks while a file is read.
  package func read() throws(SpillError) -> BlockBatch {
    switch self {
    case .memory(let batch): batch
    case .disk(let batch): try batch.read()
    }
  }
}
