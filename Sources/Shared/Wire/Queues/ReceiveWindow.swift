import Foundation

/// What a connection brings on its way from the event loop to a thread, bounded in bytes: past the window the socket is
/// no longer read and the peer's sends come to a halt.
///
/// `@unchecked Sendable`: every access to the state is under `condition`.
package final class ReceiveWindow<Element: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private var window: Int
  private var arrived: [(element: Element, byteCount: Int)] = []
  /// What arrived first, the next one last; a popped element is let go of at once.
  private var leaving: [(element: Element, byteCount: Int)] = []
  private var byteCount = 0
  private var isPaused = false
  private var isClosed = false
  private var connection: Connection?

  package init(window: Int) { self.window = window }

  /// Begins to pause and resume the reading of `connection`.
  package func attach(to connection: Connection) {
    condition.withLock { self.connection = connection }
  }

  /// From the next element on.
  package func resize(to window: Int) {
    condition.withLock { self.window = window }
  }

  /// Whether nothing will be pushed any more.
  package var hasEnded: Bool { condition.withLock { isClosed } }

  package func push(_ element: Element, byteCount: Int) {
    condition.withLock {
      arrived.append((element, byteCount))
      self.byteCount += byteCount
      if self.byteCount > window, !isPaused {
        isPaused = true
        updateReading()
      }
      condition.broadcast()
    }
  }

  /// Nothing comes after what was pushed.
  package func close() {
    condition.withLock {
      isClosed = true
      connection = nil
      condition.broadcast()
    }
  }

  /// The next element. Throws `connectionClosed` when there will be none, and `noAnswer` when none came until the
  /// deadline.
  package func pop(until deadline: Date) throws(ReceiveWindowError) -> Element {
    condition.lock()
    defer { condition.unlock() }
    while arrived.isEmpty, leaving.isEmpty, !isClosed {
      if !condition.wait(until: deadline) { throw .noAnswer }
    }
    guard let element = takeFirst() else { throw .connectionClosed }
    return element
  }

  /// The next element, nil when none is there now.
  package func popIfThere() -> Element? {
    condition.withLock { takeFirst() }
  }

  /// Under `condition`.
  private func takeFirst() -> Element? {
    if leaving.isEmpty {
      leaving = arrived.reversed()
      arrived.removeAll(keepingCapacity: true)
    }
    guard let (element, byteCount) = leaving.popLast() else { return nil }
    self.byteCount -= byteCount
    if isPaused, self.byteCount <= window / 2 {
      isPaused = false
      updateReading()
    }
    return element
  }

  private func updateReading() {
    connection?.updateReading { [weak self] in
      self?.condition.withLock { self?.isPaused == false } ?? true
    }
  }
}

package enum ReceiveWindowError: Error, Hashable, Sendable {
  case connectionClosed
  case noAnswer
}
