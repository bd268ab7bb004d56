import Foundation
import NIOCore

/// Sends bytes in data frames. While the socket takes some pieces the next one is filled; never more than a few are on
/// their way. Belongs to one thread, which is none of an event loop.
///
/// The memory of a piece is used again for a later one: fresh memory for each costs more than the copy into it, because
/// the kernel hands it out page by page. `shuffle-benchmark` shows it.
package final class DataSender {
  private static let pieceByteCount = 512 << 10
  private static let pieceCount = 4
  /// A peer that takes nothing for so long is hung up on.
  private static let timeout: TimeInterval = 300

  private let connection: Connection
  private let taken = TakenPieces()
  private var pieces = Array(repeating: ByteBuffer(), count: DataSender.pieceCount)
  private var sentCount = 0

  package init(on connection: Connection) { self.connection = connection }

  /// Sends `byteCount` bytes, which `fill` writes: it is given the offset of a piece and its memory. Returns when the last
  /// piece waits for the socket. Throws `connectionClosed`.
  package func send(
    byteCount: Int, filling fill: (_ offset: Int, _ piece: UnsafeMutableRawBufferPointer) -> Void
  ) throws(ProtocolError) {
    var offset = 0
    while offset < byteCount {
      let count = min(Self.pieceByteCount, byteCount - offset)
      let index = sentCount % Self.pieceCount
      try taken.wait(for: sentCount - Self.pieceCount + 1, timeout: Self.timeout, of: connection)
      pieces[index].clear(minimumCapacity: count)
      pieces[index].writeWithUnsafeMutableBytes(minimumWritableBytes: count) { memory in
        fill(offset, UnsafeMutableRawBufferPointer(rebasing: memory[..<count]))
        return count
      }
      connection.channel.writeAndFlush(Frame.data(pieces[index]))
        .whenComplete { [taken] result in taken.count(result) }
      sentCount += 1
      offset += count
    }
  }
}

/// How many pieces the socket has taken.
///
/// `@unchecked Sendable`: every access to the state is under `condition`.
private final class TakenPieces: @unchecked Sendable {
  private let condition = NSCondition()
  private var count = 0
  private var hasFailed = false

  func count(_ result: Result<Void, any Error>) {
    condition.withLock {
      switch result {
      case .success: count += 1
      case .failure: hasFailed = true
      }
      condition.signal()
    }
  }

  func wait(
    for goal: Int, timeout: TimeInterval, of connection: Connection
  ) throws(ProtocolError) {
    condition.lock()
    defer { condition.unlock() }
    guard count < goal || hasFailed else { return }
    let deadline = Date(timeIntervalSinceNow: timeout)
    while count < goal, !hasFailed {
      if !condition.wait(until: deadline) {
        connection.close()
        throw .connectionClosed
      }
    }
    if hasFailed { throw .connectionClosed }
  }
}
