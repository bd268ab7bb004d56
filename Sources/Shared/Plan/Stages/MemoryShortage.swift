/// A task that holds more memory than its share of an executor, when there is no more; all in bytes.
package struct MemoryShortage: Hashable, Sendable {
  /// The step of the task that holds most, and how much that is.
  package var holder: String
  package var held: Int64
  /// By the task in all.
  package var needed: Int64
  /// Of the executor, and the slots that share it.
  package var memory: Int64
  package var slots: Int

  package init(holder: String, held: Int64, needed: Int64, memory: Int64, slots: Int) {
    self.holder = holder
    self.held = held
    self.needed = needed
    self.memory = memory
    self.slots = slots
  }
}

extension MemoryShortage: CustomStringConvertible {
  package var description: String {
    "it needs \(Self.mebibytes(needed)) of memory, \(Self.mebibytes(held)) of them for '\(holder)', and its executor has "
      + "\(Self.mebibytes(memory)) for \(slots == 1 ? "1 slot" : "\(slots) slots"). Cut the input into more partitions "
      + "('partitions: N'), or give executors more --memory or fewer --slots"
  }

  private static func mebibytes(_ bytes: Int64) -> String { "\(bytes >> 20) MiB" }
}
