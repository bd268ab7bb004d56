/// What an executor is to fetch from one that is about to leave, and to keep as if it had been written there.
package struct BlockMigration: Hashable, Sendable {
  /// What an attempt wrote for one exchange.
  package struct Block: Hashable, Sendable {
    package var attempt: AttemptID
    package var block: TaskOutcome.Block
    /// Partitions of the exchange.
    package var targetCount: Int

    package init(attempt: AttemptID, block: TaskOutcome.Block, targetCount: Int) {
      self.attempt = attempt
      self.block = block
      self.targetCount = targetCount
    }
  }

  package struct CachedPartition: Hashable, Sendable {
    package var table: CachedTableID
    package var partition: Int
    /// Of the attempt that made it.
    package var epoch: UInt64

    package init(table: CachedTableID, partition: Int, epoch: UInt64) {
      self.table = table
      self.partition = partition
      self.epoch = epoch
    }
  }

  package var holder: ExecutorID
  /// `host:port` of the holder's data service.
  package var address: String
  package var blocks: [Block]
  package var partitions: [CachedPartition]

  package init(
    holder: ExecutorID, address: String, blocks: [Block] = [], partitions: [CachedPartition] = []
  ) {
    self.holder = holder
    self.address = address
    self.blocks = blocks
    self.partitions = partitions
  }
}
