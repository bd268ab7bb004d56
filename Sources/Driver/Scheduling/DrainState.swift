import OrderedCollections
import Plan

/// How far an executor is that is to leave.
struct DrainState: Sendable {
  /// What another executor was asked to take over.
  struct Migration: Sendable {
    let request: BlockMigration
    /// The tasks that the receiver will stand for.
    let attempts: [AttemptID]
  }

  let since: Instant
  /// By receiver, one at a time for each.
  var migrations: OrderedDictionary<ExecutorID, Migration> = [:]
  /// Attempts that were launched before blocks moved, and may still ask for them here.
  var readers: OrderedSet<AttemptID> = []
}
