import OrderedCollections
import Plan

/// An executor that died, and what it was running.
struct ExecutorDeath: Sendable {
  let executor: ExecutorID
  let running: OrderedSet<TaskID>

  /// One task of each stage of which it ran some.
  var firstTasksOfStages: [TaskID] {
    var seen: Set<[UInt64]> = []
    return running.filter { seen.insert([$0.job.number, UInt64($0.stage)]).inserted }
  }
}
