import OrderedCollections
import Plan

// What runs again when something is lost: a task, or all that depends on rows that do not come twice.

extension Scheduler {
  /// A finished task must run again: what it wrote is gone.
  mutating func rerun(_ task: TaskID) {
    var rollback = Rollback()
    self[job: task.job].rerun(stage: task.stage, partition: task.partition, &rollback)
    carryOut(rollback, of: task.job)
  }

  /// A partition of a cached table is gone. A table that comes out otherwise goes with it: half of it made again beside
  /// half of the old one would be no table, and its live readers are not to see some of each.
  mutating func lose(partition: Int, of id: CachedTableID) {
    guard let table = cachedTables[id], table.hasParts else { return }
    cachedTables[id]!.lose(partition: partition)
    if table.isIndeterminate { tellOfLoss(of: id) }
  }

  /// All partitions of an indeterminate table are others from now on.
  mutating func tellOfLoss(of id: CachedTableID) {
    // A job that goes on after a restart may be about to make it once more.
    if !hasJob(id.job) { release(id, heldBy: tableHolders[id] ?? []) }
    for reader in readers(of: id) {
      var rollback = Rollback()
      self[job: reader].loseInput(id, &rollback)
      carryOut(rollback, of: reader)
    }
  }

  /// Stops what runs of stages that start again, and lets the next driver know of it: what had finished must not come
  /// back beside what finishes from now on.
  mutating func carryOut(_ rollback: Rollback, of job: JobID) {
    guard !rollback.stages.isEmpty else { return }
    var stopped: OrderedDictionary<ExecutorID, [AttemptID]> = [:]
    for (attempt, id) in rollback.running where hasExecutor(id) {
      self[executor: id].running.remove(attempt)
      enqueue(id)
      stopped[id, default: []].append(attempt)
    }
    for (id, attempts) in stopped { actions.append(.cancel(attempts, id)) }
    var discarded: OrderedDictionary<ExecutorID, [AttemptID]> = [:]
    for (attempt, id) in rollback.finished where hasExecutor(id) {
      self[executor: id].outputs.remove(attempt.task)
      discarded[id, default: []].append(attempt)
    }
    actions.append(.rollBack(job, stages: rollback.stages.sorted(), discarding: discarded))
  }
}
