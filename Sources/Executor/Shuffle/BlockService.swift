import Columnar
import Foundation
import NIOCore
import Plan
import Wire

/// Gives blocks and cached partitions to other executors over TCP.
///
/// Each connection has a thread, which copies batches piece by piece into memory that the socket takes; what waits for the
/// socket is bounded.
package final class BlockService: Sendable {
  /// A peer that asks nothing for so long is hung up on; it can call again.
  private static let idleTimeout: TimeInterval = 300

  private let listener: Listener

  package var address: HostPort { listener.address }

  package init(
    on address: HostPort, store: BlockStore, compression: SerializedBatch.Compression,
    security: ConnectionSecurity, group: any EventLoopGroup
  ) throws {
    listener = try Listener(
      on: address, as: .from(.executor), expecting: [.executor], security: security, group: group
    ) { connection in
      let window = FrameWindow(window: 1 << 20)
      startThread(named: "block service") {
        Self.serve(connection, window, store: store, compression: compression)
        connection.close()
      }
      return window.receiver(of: connection)
    }
  }

  package func close() { listener.close() }

  private static func serve(
    _ connection: Connection, _ window: FrameWindow, store: BlockStore,
    compression: SerializedBatch.Compression
  ) {
    while let frame = try? window.pop(until: Date(timeIntervalSinceNow: idleTimeout)) {
      // One for each request: an idle connection keeps no memory.
      let sender = DataSender(on: connection)
      do {
        switch try Roost_DataMessage(frame: frame).content {
        case .fetchBlocks(let request):
          for block in request.blocks {
            let key = BlockKey(
              job: JobID(request.job), exchange: Int(request.exchange),
              producer: Int(block.producer), partition: Int(block.partition), epoch: block.epoch)
            try send(
              store.block(key, target: Int(request.partition)), on: connection, sender, compression)
          }
        case .fetchCachedPartition(let request):
          let table = CachedTableID(name: request.table.name, job: JobID(request.table.job))
          let key = CachedPartitionKey(table: table, partition: Int(request.partition))
          let batches = try store.cached(key)?.map { BlockBatch(batch: $0, kind: .rows) }
          try send(batches, on: connection, sender, compression)
        case .blockHeader, .batchHeader, nil: return
        }
      } catch {
        // The peer is gone, or a spilled block cannot be read: closing tells it to look elsewhere.
        return
      }
    }
  }

  private static func send(
    _ batches: [BlockBatch]?, on connection: Connection, _ sender: DataSender,
    _ compression: SerializedBatch.Compression
  ) throws {
    connection.send(
      Roost_DataMessage.with {
        $0.blockHeader.isMissing = batches == nil
        $0.blockHeader.batchCount = UInt32(batches?.count ?? 0)
      })
    for batch in batches ?? [] {
      let serialized = try batch.batch.serialized(compression: compression)
      connection.enqueue(
        Roost_DataMessage.with {
          $0.batchHeader.isPartial = batch.kind == .partialResults
          $0.batchHeader.byteCount = UInt64(serialized.byteCount)
        })
      try sender.send(byteCount: serialized.byteCount) { offset, piece in
        serialized.copyBytes(from: offset, to: piece)
      }
    }
  }
}
