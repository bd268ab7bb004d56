import Foundation
import Plan

// Blocks that move from an executor that leaves to another, to and from their messages.

extension BlockMigration {
  /// Partitions of an exchange, at most: a message must not make an executor ask for ever.
  private static let targetLimit: UInt32 = 1 << 20

  package init(wire: Roost_MigrateBlocks) throws(ProtocolError) {
    var blocks: [Block] = []
    for block in wire.blocks {
      guard block.targetCount <= Self.targetLimit else {
        throw .malformedMessage("a block of \(block.targetCount) partitions")
      }
      blocks.append(
        Block(
          attempt: AttemptID(wire: block.attempt), block: TaskOutcome.Block(wire: block.block),
          targetCount: Int(block.targetCount)))
    }
    self.init(
      holder: ExecutorID(wire.holder), address: wire.address, blocks: blocks,
      partitions: wire.partitions.map {
        CachedPartition(
          table: CachedTableID(wire: $0.table), partition: Int($0.partition), epoch: $0.epoch)
      })
  }

  package var wire: Roost_MigrateBlocks {
    .with {
      $0.holder = holder.name
      $0.address = address
      $0.blocks = blocks.map { block in
        .with {
          $0.attempt = block.attempt.wire
          $0.block = block.block.wire
          $0.targetCount = UInt32(block.targetCount)
        }
      }
      $0.partitions = partitions.map { partition in
        .with {
          $0.table = partition.table.wire
          $0.partition = UInt32(partition.partition)
          $0.epoch = partition.epoch
        }
      }
    }
  }
}
