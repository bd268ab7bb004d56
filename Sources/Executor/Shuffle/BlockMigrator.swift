import Columnar
import OrderedCollections
import Plan
import Wire

/// Takes over blocks and cached partitions from executors that leave, one request after the other on a thread of its
/// own.
final class BlockMigrator: Sendable {
  /// Bytes of batches that may wait to be written down.
  private static let window = 4 << 20

  private let queue = BoundedQueue<BlockMigration>(capacity: 1024)

  /// `onEnd` is called on the thread, with why a request failed or nil.
  init(
    store: BlockStore, connections: BlockConnections,
    onEnd: @escaping @Sendable (BlockMigration, String?) -> Void
  ) {
    let queue = self.queue
    startThread(named: "block migration") {
      while let requests = queue.popAll() {
        for request in requests {
          do {
            try Self.takeOver(request, into: store, over: connections)
            onEnd(request, nil)
          } catch {
            onEnd(request, "\(error)")
          }
        }
      }
    }
  }

  func start(_ request: BlockMigration) { queue.push(request) }

  func stop() { queue.close() }

  private static func takeOver(
    _ request: BlockMigration, into store: BlockStore, over connections: BlockConnections
  ) throws {
    let holder = BlockHolder(executor: request.holder, address: request.address)
    for block in request.blocks {
      try takeOver(block, from: holder, into: store, over: connections)
    }
    for partition in request.partitions {
      let fetch = Roost_DataMessage.with {
        $0.fetchCachedPartition.table = partition.table.wire
        $0.fetchCachedPartition.partition = UInt32(partition.partition)
        $0.fetchCachedPartition.epoch = partition.epoch
      }
      let writer = BlockWriter(to: store)
      try copy(fetch, target: 0, from: holder, to: writer, over: connections)
      writer.complete(
        as: .cached(
          CachedPartitionKey(
            table: partition.table, partition: partition.partition, epoch: partition.epoch)))
    }
  }

  private static func takeOver(
    _ block: BlockMigration.Block, from holder: BlockHolder, into store: BlockStore,
    over connections: BlockConnections
  ) throws {
    let task = block.attempt.task
    let writer = BlockWriter(to: store)
    for target in 0..<block.targetCount where block.block.targets.contains(target) {
      let fetch = Roost_DataMessage.with {
        $0.fetchBlocks.job = task.job.number
        $0.fetchBlocks.exchange = UInt32(block.block.exchange)
        $0.fetchBlocks.partition = UInt32(target)
        $0.fetchBlocks.blocks = [
          .with {
            $0.producer = UInt32(block.block.producer)
            $0.partition = UInt32(task.partition)
            $0.epoch = block.attempt.epoch
          }
        ]
      }
      try copy(fetch, target: target, from: holder, to: writer, over: connections)
    }
    writer.complete(
      as: .block(
        BlockKey(
          job: task.job, exchange: block.block.exchange, producer: block.block.producer,
          partition: task.partition, epoch: block.attempt.epoch)))
  }

  /// Throws `FetchError`, and `SpillError` when there is no room here.
  private static func copy(
    _ request: Roost_DataMessage, target: Int, from holder: BlockHolder, to writer: BlockWriter,
    over connections: BlockConnections
  ) throws {
    let stream = try BlockStream(
      request, count: 1, to: holder, window: window, over: connections)
    try stream.beginBlock()
    while let batch = try stream.next() {
      try writer.append([BlockPart(target: target, batch: batch)])
    }
  }
}
