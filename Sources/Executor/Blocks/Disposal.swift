import Foundation
import Wire

/// Lets go of what takes long to let go of (a block on disk goes with its file), on a thread of its own that lives as long as
/// there is something: who removes the thousands of a job has other things to do meanwhile.
///
/// `@unchecked Sendable`: every access to the state is under `condition`.
package final class Disposal<Element: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private var waiting: [Element] = []
  private var isRunning = false

  package init() {}

  /// Takes over the last references to `elements` and does not wait. From any thread.
  package func dispose(of elements: [Element]) {
    if elements.isEmpty { return }
    let isFirst = condition.withLock {
      waiting += elements
      defer { isRunning = true }
      return !isRunning
    }
    if isFirst { startThread(named: "disposal") { [self] in while disposeOfWaiting() {} } }
  }

  /// Waits until all that was handed over is gone.
  package func finish() {
    condition.withLock {
      while isRunning { condition.wait() }
    }
  }

  /// False when there was nothing.
  private func disposeOfWaiting() -> Bool {
    var elements = condition.withLock {
      let taken = waiting
      waiting = []
      isRunning = !taken.isEmpty
      if taken.isEmpty { condition.broadcast() }
      return taken
    }
    let isMore = !elements.isEmpty
    // Here, without the lock, and not before.
    elements.removeAll()
    return isMore
  }
}
