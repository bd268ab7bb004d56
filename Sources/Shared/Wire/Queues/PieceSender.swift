import NIOCore
import SwiftProtobuf
import Synchronization

/// Sends bytes in data frames, a piece at a time. While the socket takes some pieces the next one is filled; never more
/// than a few are on their way. `send` and `rest` belong to one thread at a time, which is none of an event loop.
///
/// The memory of a piece is used again for a later one: fresh memory for each costs more than the copy into it, because
/// the kernel hands it out page by page. `shuffle-benchmark` shows it.
///
/// `@unchecked Sendable`: the pieces belong to the thread that sends; what the event loop writes is atomic.
package final class PieceSender: @unchecked Sendable {
  package static let pieceByteCount = 512 << 10
  /// Of pieces where memory is short: slow, and never at a stop.
  package static let smallPieceByteCount = 32 << 10
  private static let pieceCount = 4
  /// So many messages count as a piece.
  private static let messagesInPiece = 64

  /// The memory of all pieces, of such a size.
  package static func byteCount(pieces byteCount: Int) -> Int { pieceCount * byteCount }

  private let connection: Connection
  private let onRoom: @Sendable () -> Void
  private var pieces = Array(repeating: ByteBuffer(), count: PieceSender.pieceCount)
  private var sentCount = 0
  private var messageCount = 0
  private let takenCount = Atomic<Int>(0)

  /// `onRoom` is called on the event loop when the socket has taken a piece.
  package init(on connection: Connection, onRoom: @escaping @Sendable () -> Void) {
    self.connection = connection
    self.onRoom = onRoom
  }

  /// Whether another piece may be sent now.
  package var hasRoom: Bool {
    sentCount - takenCount.load(ordering: .acquiring) < Self.pieceCount
  }

  /// Sends one piece, which `fill` writes; `hasRoom` must hold and `byteCount` be at most `pieceByteCount`.
  package func send(byteCount: Int, filling fill: (UnsafeMutableRawBufferPointer) -> Void) {
    precondition(hasRoom && byteCount <= Self.pieceByteCount)
    let index = sentCount % Self.pieceCount
    pieces[index].clear(minimumCapacity: byteCount)
    pieces[index].writeWithUnsafeMutableBytes(minimumWritableBytes: byteCount) { memory in
      fill(UnsafeMutableRawBufferPointer(rebasing: memory[..<byteCount]))
      return byteCount
    }
    count(connection.channel.writeAndFlush(Frame.data(pieces[index])))
  }

  /// Queues a message between the pieces. Many of them count as a piece: a peer that takes nothing is not sent any without
  /// end, as long as the sender looks at `hasRoom` now and then.
  package func enqueue(_ message: some Message) {
    guard let frame = Connection.frame(message, allocator: connection.channel.allocator) else {
      return
    }
    messageCount += 1
    if messageCount % Self.messagesInPiece == 0 {
      count(connection.channel.writeAndFlush(frame))
    } else {
      connection.channel.write(frame, promise: nil)
    }
  }

  private func count(_ sending: EventLoopFuture<Void>) {
    sentCount += 1
    sending.whenComplete { [self] result in
      // After a failure the connection closes, which the receiver of its frames is told.
      guard case .success = result else { return }
      takenCount.add(1, ordering: .releasing)
      onRoom()
    }
  }

  /// Lets go of the memory until the next piece is sent.
  package func rest() {
    pieces = Array(repeating: ByteBuffer(), count: Self.pieceCount)
  }
}
