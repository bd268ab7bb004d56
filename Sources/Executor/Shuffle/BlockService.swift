import Columnar
import Foundation
import NIOCore
import Plan
import Wire

/// Gives blocks and cached partitions to other executors over TCP.
///
/// A few threads serve all connections: each takes the next one that has something to do, fills a piece of memory and hands
/// it to the socket.
package final class BlockService: Sendable {
  /// They copy; some of them may wait for a disk.
  private static let threadCount = 4
  /// A peer that asks and takes nothing for so long is hung up on. It may be a reader that computes: as long as it lives it
  /// costs little, and the kernel tells when its host is gone.
  private static let timeout = TimeAmount.seconds(3600)

  private let listener: Listener
  private let queue: WorkQueue<BlockSender>

  package var address: HostPort { listener.address }

  package init(
    of executor: ExecutorID, on address: HostPort, store: BlockStore,
    compression: SerializedBatch.Compression,
    security: ConnectionSecurity, group: any EventLoopGroup
  ) throws {
    let queue = WorkQueue<BlockSender>()
    self.queue = queue
    listener = try Listener(
      on: address, as: .from(executor), expecting: [.executor], security: security, group: group
    ) { connection in
      let requests = FrameWindow(window: 1 << 20)
      let sender = BlockSender(
        on: connection, requests: requests, store: store, compression: compression, queue: queue)
      connection.closeWithoutProgress(for: Self.timeout) { [weak sender] in sender?.progress ?? 0 }
      return requests.receiver(of: connection) { sender.wake() }
    }
    for index in 0..<Self.threadCount {
      startThread(named: "block service \(index)") {
        while let sender = queue.pop() { sender.run() }
      }
    }
  }

  package func close() {
    listener.close()
    queue.close()
  }
}
