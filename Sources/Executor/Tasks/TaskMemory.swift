import Plan

/// What one task holds beside blocks, drawn from the budget of the executor. When that is passed, blocks go to disk first; a
/// task that holds more than its share when none are left fails, so that the others can go on.
struct TaskMemory: ~Copyable {
  private let store: BlockStore
  private var held: MemoryReservation
  private var arriving: MemoryReservation

  init(of store: BlockStore) {
    self.store = store
    held = store.memory.reserve(0, for: .tasks)
    arriving = store.memory.reserve(0, for: .transfers)
  }

  /// States anew what the task holds: bytes that are on their way to it, those of the batch at hand, and those of its
  /// operators and sinks. Blocks while blocks have to go to disk. Throws `SpillError`, and `TaskFailure.memoryShort`.
  mutating func update(arriving: Int, atHand: Int, pipeline: Pipeline) throws {
    let needed = atHand + pipeline.byteCount
    let isMore = needed > held.byteCount || arriving > self.arriving.byteCount
    held.resize(to: needed)
    self.arriving.resize(to: arriving)
    guard isMore, store.memory.account.isExceeded else { return }
    try store.makeRoom()
    let account = store.memory.account
    guard account.isShort(forTaskHolding: needed) else { return }
    let largest = pipeline.largestHolder
    throw TaskFailure.memoryShort(
      MemoryShortage(
        holder: largest.name, held: Int64(largest.byteCount), needed: Int64(needed),
        memory: Int64(account.limit), slots: account.slots))
  }
}
