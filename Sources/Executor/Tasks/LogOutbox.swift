import OrderedCollections
import Plan
import Synchronization

/// What attempts have printed and the driver has not been sent. Filled by the slots' threads, emptied by the executor's loop.
///
/// It needs no limit of its own: each attempt has one, and its text leaves before the report of its end.
package final class LogOutbox: Sendable {
  private let texts = Mutex<OrderedDictionary<AttemptID, String>>([:])
  private let onFirst: @Sendable () -> Void

  /// `onFirst` is called on the thread of a slot when there is something after there was nothing.
  package init(onFirst: @escaping @Sendable () -> Void) {
    self.onFirst = onFirst
  }

  package var isEmpty: Bool { texts.withLock { $0.isEmpty } }

  package func append(_ text: String, of attempt: AttemptID) {
    let isFirst = texts.withLock { texts in
      defer { texts[attempt, default: ""] += text }
      return texts.isEmpty
    }
    if isFirst { onFirst() }
  }

  /// All that there is, by attempt, in the order of their first texts.
  package func takeAll() -> OrderedDictionary<AttemptID, String> {
    texts.withLock { texts in
      defer { texts = [:] }
      return texts
    }
  }
}
