import Columnar
import Executor
import Foundation
import Plan

extension BlockStore {
  /// Writes a block in one chunk.
  func put(_ key: BlockKey, targets: [(target: Int, batches: [BlockBatch])]) throws {
    let writer = BlockWriter(to: self)
    try writer.append(
      targets.flatMap { target, batches in
        batches.map { BlockPart(target: target, batch: $0) }
      })
    writer.complete(as: .block(key))
  }

  /// All batches for a target; nil when the block is not here.
  func block(_ key: BlockKey, target: Int) throws -> [BlockBatch]? {
    try batches(.block(key), target: target)?.map { try $0.read() }
  }

  func put(_ key: CachedPartitionKey, batches: [RecordBatch]) throws {
    let writer = BlockWriter(to: self)
    for batch in batches {
      try writer.append([BlockPart(target: 0, batch: BlockBatch(batch: batch, kind: .rows))])
    }
    writer.complete(as: .cached(key))
  }

  func cached(_ key: CachedPartitionKey) throws -> [RecordBatch]? {
    try batches(.cached(key), target: 0)?.map { try $0.read().batch }
  }

  /// Bytes of blocks in memory.
  var byteCount: Int { memory.account.blocks }
}
