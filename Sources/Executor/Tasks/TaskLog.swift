/// Takes what the user's functions print in an attempt, on the thread of its task. The pieces come in order and need
/// not end where lines do.
package struct TaskLog {
  private let take: (String) -> Void

  package init(_ take: @escaping (String) -> Void) {
    self.take = take
  }

  package func write(_ text: String) { take(text) }
}
