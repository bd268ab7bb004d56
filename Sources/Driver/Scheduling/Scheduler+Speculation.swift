import Plan

// Tasks that take much longer than the others of their stage (a throttled host, a disk that dies slowly) get a second
// attempt on another executor. Both write what they write under their own epochs; the first that finishes counts.

extension Scheduler {
  /// When enough of a stage has finished, what of it runs is watched from now on. O(tasks), once a stage.
  mutating func watchSlowTasks(of finished: TaskID) {
    guard !self[job: finished.job].stages[finished.stage].isWatched,
      hasFinishedEnough(self[job: finished.job].stages[finished.stage])
    else { return }
    let stage = self[job: finished.job].stages[finished.stage]
    self[job: finished.job].stages[finished.stage].isWatched = true
    for (partition, task) in stage.tasks.enumerated() where task.phase == .running {
      guard let id = task.executor else { continue }
      let task = TaskID(job: finished.job, stage: finished.stage, partition: partition)
      watch(AttemptID(task: task, epoch: stage.tasks[partition].epoch), on: id)
    }
  }

  /// An attempt of a stage that is watched will be looked at when it may be slow.
  mutating func watch(_ attempt: AttemptID, on id: ExecutorID) {
    guard self[job: attempt.task.job].stages[attempt.task.stage].isWatched else { return }
    let stage = self[job: attempt.task.job].stages[attempt.task.stage]
    timetable.add(
      .slowness(attempt, id),
      at: stage.tasks[attempt.task.partition].launchedAt + timeOfSlowTask(of: stage))
  }

  private func hasFinishedEnough(_ stage: StageState) -> Bool {
    Double(stage.finishedCount) >= options.speculationQuantile * Double(stage.tasks.count)
  }

  private func timeOfSlowTask(of stage: StageState) -> Duration {
    max(options.speculationTime, (stage.durations.median ?? .zero) * options.speculationMultiplier)
  }

  /// Gives a task a second attempt when it takes too long and a slot elsewhere is free.
  mutating func speculate(_ attempt: AttemptID, on id: ExecutorID, at now: Instant) {
    guard isCurrent(attempt, on: id) else { return }
    let stage = self[job: attempt.task.job].stages[attempt.task.stage]
    let task = stage.tasks[attempt.task.partition]
    let time = timeOfSlowTask(of: stage)
    // Those behind the slots have not begun, and none can of a stage whose inputs have been lost meanwhile.
    guard stage.readySince != nil, task.speculative == nil, hasFinishedEnough(stage),
      self[executor: id].running.prefix(self[executor: id].description.slots).contains(attempt)
    else {
      timetable.add(.slowness(attempt, id), at: now + options.speculationTime)
      return
    }
    guard now - task.launchedAt > time, let other = idleExecutor(for: attempt, at: now) else {
      timetable.add(.slowness(attempt, id), at: max(now, task.launchedAt + time))
      return
    }
    let launch = launch(attempt.task, on: other, at: now)
    actions.append(.launch([launch], other))
    rank(attempt.task.job)
    // The second attempt may be lost.
    timetable.add(.slowness(attempt, id), at: now + options.speculationTime)
  }

  /// The one that waits longest of those that may take a second attempt.
  private mutating func idleExecutor(for attempt: AttemptID, at now: Instant) -> ExecutorID? {
    let job = attempt.task.job
    let first = self[job: job].task(attempt.task)?.executor
    for id in [parked, Array(idle)].joined()
    where id != first && self[executor: id].freeSlots > 0 && self[executor: id].isAvailable(at: now)
    {
      switch self[executor: id].preparations[job] {
      case .ready: return id
      case nil:
        // It answers before the next look.
        prepare(job, on: id, at: now)
        return nil
      case .asked, .refused: continue
      }
    }
    return nil
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
