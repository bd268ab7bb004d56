/// What is held for what, beside blocks.
package enum MemoryUse: Hashable, Sendable {
  case tasks
  /// What waits for a socket or came from one.
  case transfers
}

/// Who has how much of the memory that an executor may use, in bytes: a value that only counts.
package struct MemoryAccount: Hashable, Sendable {
  /// What a slot may hold however small the budget is: some batches and their copies.
  package static let leastShare = 32 << 20

  /// `--memory`.
  package let limit: Int
  package let slots: Int
  /// Blocks and cached tables in memory, which can go to disk.
  package private(set) var blocks = 0
  /// What tasks hold, which cannot.
  package private(set) var held = 0
  /// What transfers hold: it grows with the cluster, so that no task is judged by it.
  package private(set) var transfers = 0

  /// `limit` and `slots` are positive.
  package init(limit: Int, slots: Int) {
    self.limit = limit
    self.slots = slots
  }

  package mutating func addBlocks(_ byteCount: Int) { blocks += byteCount }

  package mutating func hold(_ byteCount: Int, for use: MemoryUse) {
    switch use {
    case .tasks: held += byteCount
    case .transfers: transfers += byteCount
    }
  }

  package var usedByteCount: Int { held + transfers + blocks }

  package var isExceeded: Bool { usedByteCount > limit }

  /// Whether a task that holds so much has to end for the others to go on: nothing is left that could go to disk.
  package func isShort(forTaskHolding byteCount: Int) -> Bool {
    held > limit && byteCount > share
  }

  /// Whether a transfer may hold so many bytes and be fast, when it holds `present` of them now. All have a quarter of the
  /// limit, half of which readers leave to senders; beyond it they hold little and are slow.
  package func hasRoom(forTransferOf byteCount: Int, holding present: Int) -> Bool {
    transfers - present + byteCount <= limit / 4
  }

  /// What one slot may hold even when others want more.
  package var share: Int { max(limit / slots, Self.leastShare) }

  /// Bytes of batches that may wait for one task, from all holders together.
  package var fetchWindow: Int { min(16 << 20, max(1 << 20, limit / slots / 8)) }

  /// Bytes of rows that one task collects before it splits them; their copy takes as much again.
  package var collection: Int { min(64 << 20, max(1 << 20, limit / slots / 8)) }

  /// Bytes of rows and keys that a sort holds before they become a run on disk. To sort them takes half as much again.
  package var sortedRun: Int { max(8 << 20, limit / slots / 3) }

  /// Bytes of blocks that have to go to disk: some more than pass the limit, so that the search for the oldest is paid
  /// once for many.
  package var blocksToSpill: Int {
    isExceeded ? blocks - max(0, limit - held - transfers) / 4 * 3 : 0
  }
}
