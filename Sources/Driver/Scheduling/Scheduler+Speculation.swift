import Plan

// Tasks that take much longer than the others of their stage (a throttled host, a disk that dies slowly) get a second
// attempt on another executor. Both write what they write under their own epochs; the first that finishes counts.

extension Scheduler {
  /// O(running attempts), and nothing while no slot is free.
  mutating func speculate(at now: Instant) {
    guard !idle.isEmpty else { return }
    for (id, state) in executors {
      // Those behind the slots have not begun.
      for attempt in state.running.prefix(state.description.slots)
      where isSlow(attempt, on: id, at: now) {
        guard let other = idleExecutor(for: attempt, at: now) else { continue }
        let launch = launch(attempt.task, on: other, at: now)
        actions.append(.launch([launch], other))
        rank(attempt.task.job)
      }
    }
  }

  private func isSlow(_ attempt: AttemptID, on id: ExecutorID, at now: Instant) -> Bool {
    guard isCurrent(attempt, on: id) else { return false }
    let stage = self[job: attempt.task.job].stages[attempt.task.stage]
    let task = stage.tasks[attempt.task.partition]
    // Of a stage whose inputs have been lost meanwhile no attempt can begin.
    guard stage.readySince != nil, task.speculative == nil,
      now - task.launchedAt >= options.speculationTime,
      Double(stage.finishedCount) >= options.speculationQuantile * Double(stage.tasks.count),
      let median = stage.durations.median
    else { return false }
    return now - task.launchedAt > median * options.speculationMultiplier
  }

  /// The one that waits longest of those that may take a second attempt.
  private func idleExecutor(for attempt: AttemptID, at now: Instant) -> ExecutorID? {
    let first = self[job: attempt.task.job].task(attempt.task)?.executor
    return idle.first { id in
      guard id != first, self[executor: id].freeSlots > 0, self[executor: id].isAvailable(at: now),
        case .ready? = self[executor: id].preparations[attempt.task.job]
      else { return false }
      return true
    }
  }

  /// One attempt of a task has finished: another that runs is for nothing.
  mutating func cancelOtherAttempt(than winner: AttemptID) {
    guard let task = self[job: winner.task.job].task(winner.task), let other = task.speculative,
      let first = task.executor
    else { return }
    let (epoch, id) =
      other.epoch == winner.epoch ? (task.epoch, first) : (other.epoch, other.executor)
    let loser = AttemptID(task: winner.task, epoch: epoch)
    self[job: winner.task.job].giveUp(loser)
    if hasExecutor(id) {
      self[executor: id].running.remove(loser)
      enqueue(id)
    }
    actions.append(.cancel([loser], id))
  }
}
