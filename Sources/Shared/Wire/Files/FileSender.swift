import Dispatch
import Glibc

/// Sends files as data on a connection, a piece when the socket has taken an earlier one. Belongs to one thread, which it
/// blocks.
package final class FileSender {
  /// How long the other side may take nothing.
  private static let patienceSeconds = 60

  private let window: FrameWindow
  private let pieces: PieceSender
  private let room = DispatchSemaphore(value: 0)

  /// `window` takes the frames of the connection: it tells when that ends.
  package init(on connection: Connection, receivingInto window: FrameWindow) {
    self.window = window
    let room = self.room
    pieces = PieceSender(on: connection) { room.signal() }
  }

  /// Sends the bytes of a file, of which the other side was told digest and length. `check` is called before each piece; what
  /// it throws ends the sending, and so does an error: the connection is of no use then.
  package func send(
    _ path: String, digest: String, byteCount: Int64, check: () throws -> Void = {}
  ) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FileTransferError.system(action: "open", path: path, code: errno)
    }
    defer { close(descriptor) }
    let sum = ContentDigest()
    var missing = byteCount
    while missing > 0 {
      try check()
      try waitForRoom()
      // Many of these may go out at a time.
      let count = Int(min(missing, Int64(PieceSender.smallPieceByteCount)))
      var code: CInt = 0
      var found = 0
      pieces.send(byteCount: count) { memory in
        (found, code) = fill(memory, from: descriptor)
        // Nothing else of this process's memory leaves it.
        memset(memory.baseAddress! + found, 0, memory.count - found)
        sum.append(UnsafeRawBufferPointer(memory))
      }
      if code != 0 { throw FileTransferError.system(action: "read", path: path, code: code) }
      guard found == count else { throw FileTransferError.changed(path: path) }
      missing -= Int64(count)
    }
    guard sum.finish() == digest else { throw FileTransferError.changed(path: path) }
  }

  private func waitForRoom() throws(FileTransferError) {
    var waited = 0
    while !pieces.hasRoom {
      // A connection that was closed takes nothing and says so on the other way only.
      if window.hasEnded { throw .connectionClosed }
      if room.wait(timeout: .now() + 1) == .timedOut { waited += 1 } else { waited = 0 }
      if waited >= Self.patienceSeconds { throw .silent(seconds: waited) }
    }
  }
}

/// Reads until the memory is full or the file ends: how much that was, and the `errno` of what failed, else 0.
private func fill(
  _ memory: UnsafeMutableRawBufferPointer, from descriptor: CInt
) -> (byteCount: Int, code: CInt) {
  var filled = 0
  while filled < memory.count {
    let count = read(descriptor, memory.baseAddress! + filled, memory.count - filled)
    if count == 0 { break }
    if count < 0 {
      if errno == EINTR { continue }
      return (filled, errno)
    }
    filled += count
  }
  return (filled, 0)
}
