import DequeModule
import Foundation

/// Attempts that wait for a slot, in the order in which they were started.
///
/// `@unchecked Sendable`: every access to the state is under `condition`.
final class AttemptQueue: @unchecked Sendable {
  private let condition = NSCondition()
  private var waiting: Deque<(assignment: TaskAssignment, cancellation: Cancellation)> = []
  private var isClosed = false

  func push(_ assignment: TaskAssignment, _ cancellation: Cancellation) {
    condition.withLock {
      waiting.append((assignment, cancellation))
      condition.signal()
    }
  }

  /// The next attempt, waiting for one; nil when the queue is closed.
  func pop() -> (assignment: TaskAssignment, cancellation: Cancellation)? {
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
