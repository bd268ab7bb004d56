import Synchronization

/// The memory of an executor: blocks, what tasks hold and what waits for sockets draw on it. Safe to use from any thread.
package final class MemoryBudget: Sendable {
  private let state: Mutex<MemoryAccount>

  /// `limit` in bytes.
  package init(limit: Int, slots: Int) {
    state = Mutex(MemoryAccount(limit: max(1, limit), slots: max(1, slots)))
  }

  package var account: MemoryAccount { state.withLock { $0 } }

  func addBlocks(_ byteCount: Int) { state.withLock { $0.addBlocks(byteCount) } }

  /// Memory that is held until the reservation goes away.
  package func reserve(_ byteCount: Int, for use: MemoryUse) -> MemoryReservation {
    var reservation = MemoryReservation(of: self, for: use)
    reservation.resize(to: byteCount)
    return reservation
  }

  fileprivate func hold(_ byteCount: Int, for use: MemoryUse) {
    state.withLock { $0.hold(byteCount, for: use) }
  }
}

/// Memory that a task or a transfer holds; given back when it goes away.
package struct MemoryReservation: ~Copyable {
  private let budget: MemoryBudget
  private let use: MemoryUse
  package private(set) var byteCount = 0

  fileprivate init(of budget: MemoryBudget, for use: MemoryUse) {
    self.budget = budget
    self.use = use
  }

  deinit { budget.hold(-byteCount, for: use) }

  /// Never refuses: whoever resizes looks at the account and decides what follows.
  package mutating func resize(to byteCount: Int) {
    if byteCount == self.byteCount { return }
    budget.hold(byteCount - self.byteCount, for: use)
    self.byteCount = byteCount
  }
}
