import Foundation

/// Frames on their way from an event loop to a thread, bounded in bytes: past the window the socket is no longer read
/// and the peer's sends come to a halt.
///
/// `@unchecked Sendable`: every access to the state is under `condition`.
package final class FrameWindow: @unchecked Sendable {
  private let condition = NSCondition()
  private let window: Int
  private var frames: [Frame] = []
  private var next = 0
  private var byteCount = 0
  private var isPaused = false
  private var isClosed = false
  private var connection: Connection?

  package init(window: Int) { self.window = window }

  /// The receiver of a connection whose frames this window takes.
  package func receiver(of connection: Connection) -> FrameReceiver {
    condition.withLock { self.connection = connection }
    return FrameReceiver(
      onFrame: { [self] frame in push(frame) }, onClose: { [self] in close() })
  }

  private func push(_ frame: Frame) {
    condition.withLock {
      frames.append(frame)
      byteCount += frame.payload.readableBytes
      if byteCount > window, !isPaused {
        isPaused = true
        connection?.setReading(false)
      }
      condition.broadcast()
    }
  }

  private func close() {
    condition.withLock {
      isClosed = true
      connection = nil
      condition.broadcast()
    }
  }

  /// The next frame. Throws `connectionClosed` when there will be none, and `noAnswer` when none came until the
  /// deadline.
  package func pop(until deadline: Date) throws(FrameWindowError) -> Frame {
    condition.lock()
    defer { condition.unlock() }
    while next == frames.count, !isClosed {
      if !condition.wait(until: deadline) { throw .noAnswer }
    }
    guard next < frames.count else { throw .connectionClosed }
    let frame = frames[next]
    next += 1
    if next == frames.count {
      frames.removeAll(keepingCapacity: true)
      next = 0
    }
    byteCount -= frame.payload.readableBytes
    if isPaused, byteCount <= window / 2 {
      isPaused = false
      connection?.setReading(true)
    }
    return frame
  }
}

package enum FrameWindowError: Error, Hashable, Sendable {
  case connectionClosed
  case noAnswer
}
