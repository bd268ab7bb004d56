import Synchronization

/// Whether an attempt was told to stop. Set from one thread, looked at between batches by another.
package final class Cancellation: Sendable {
  private let isSet = Atomic<Bool>(false)

  package init() {}

  package func cancel() { isSet.store(true, ordering: .relaxed) }

  package func check() throws(TaskCancelled) {
    if isSet.load(ordering: .relaxed) { throw TaskCancelled() }
  }
}

package struct TaskCancelled: Error {}
