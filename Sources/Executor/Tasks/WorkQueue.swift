import DequeModule
import Foundation

/// What waits for a thread, in the order in which it came.
///
/// `@unchecked Sendable`: every access to the state is under `condition`.
final class WorkQueue<Element: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private var waiting: Deque<Element> = []
  private var isClosed = false

  func push(_ element: Element) {
    condition.withLock {
      waiting.append(element)
      condition.signal()
    }
  }

  /// The next element, waiting for one; nil when the queue is closed.
  func pop() -> Element? {
    condition.withLock {
      while waiting.isEmpty, !isClosed { condition.wait() }
      return isClosed ? nil : waiting.removeFirst()
    }
  }

  func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
    }
  }
}
