import Plan

/// What one task holds beside blocks, drawn from the budget of the executor. When that is passed, blocks go to disk first; a
/// task that holds more than its share when none are left fails, so that the others can go on.
struct TaskMemory: ~Copyable {
  private let store: BlockStore
  private var reservation: MemoryReservation

  init(of store: BlockStore) {
    self.store = store
    reservation = store.memory.reserve(0)
  }

  /// States anew what the task holds: bytes on their way to it, of the batch at hand, and of its operators and sinks. Blocks
  /// while blocks have to go to disk. Throws `SpillError`, and `TaskFailure.memoryShort`.
  mutating func update(arriving: Int, pipeline: Pipeline) throws {
    let needed = arriving + pipeline.byteCount
    let isMore = needed > reservation.byteCount
    reservation.resize(to: needed)
    guard isMore, store.memory.account.isExceeded else { return }
    try store.makeRoom()
    let account = store.memory.account
    guard account.held > account.limit, needed > account.share else { return }
    let largest = pipeline.largestHolder
    throw TaskFailure.memoryShort(
      MemoryShortage(
        holder: largest.name, held: Int64(largest.byteCount), needed: Int64(needed),
        memory: Int64(account.limit), slots: account.slots))
  }
}
