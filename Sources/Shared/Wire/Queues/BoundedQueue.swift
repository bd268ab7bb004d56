import Foundation

/// A queue between threads that holds at most `capacity` elements.
///
/// `@unchecked Sendable`: every access to the state is under `condition`.
package final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private let capacity: Int
  private var elements: [Element] = []
  private var isClosed = false

  package init(capacity: Int) {
    self.capacity = capacity
  }

  /// Waits while the queue is full. False when it is closed.
  @discardableResult
  package func push(_ element: Element) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    while elements.count >= capacity, !isClosed { condition.wait() }
    if isClosed { return false }
    elements.append(element)
    condition.broadcast()
    return true
  }

  /// Never waits, also when the queue is full: for one that the reader of the queue may be waiting for.
  package func pushAtOnce(_ element: Element) {
    condition.lock()
    defer { condition.unlock() }
    if isClosed { return }
    elements.append(element)
    condition.broadcast()
  }

  /// Takes all elements that are there, in their order; waits for one until the deadline, or until the queue is closed.
  /// Empty when there was none, nil when the queue is closed and empty.
  package func popAll(until deadline: Date? = nil) -> [Element]? {
    condition.lock()
    defer { condition.unlock() }
    while elements.isEmpty, !isClosed {
      guard let deadline else {
        condition.wait()
        continue
      }
      if !condition.wait(until: deadline) { break }
    }
    if elements.isEmpty, isClosed { return nil }
    let taken = elements
    elements.removeAll(keepingCapacity: true)
    condition.broadcast()
    return taken
  }

  package func close() {
    condition.lock()
    isClosed = true
    condition.broadcast()
    condition.unlock()
  }
}
