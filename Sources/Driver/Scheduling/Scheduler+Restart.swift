import OrderedCollections
import Plan

// What an earlier driver left: the executors that it knew, its cached tables, its jobs with the tasks that had
// finished. An executor that does not come back in time is lost like any other that falls silent.

extension Scheduler {
  mutating func awaitExecutor(
    _ id: ExecutorID, _ description: ExecutorDescription, at now: Instant
  ) {
    guard !hasExecutor(id) else { return }
    registrationCount += 1
    executors[id] = ExecutorState(
      description: description, registration: registrationCount, lastHeard: now)
    timetable.add(
      .silence(id, registration: registrationCount), at: now + options.heartbeatTimeout)
    self[executor: id].isAwaited = true
    slotCount += description.slots
  }

  mutating func restore(_ table: CachedTable) {
    add(table)
    tableHolders[table.id] = Set(table.parts.compactMap { $0?.holder })
    for partition in table.parts.indices {
      guard let holder = table.parts[partition]?.holder, !hasExecutor(holder) else { continue }
      cachedTables[table.id]!.lose(partition: partition)
    }
    if !table.isDropped { cachedNames[table.id.name] = table.id }
  }

  mutating func restore(_ id: JobID, _ restored: RestoredJob, at now: Instant) {
    guard !hasJob(id) else { return }
    if let gone = restored.cachedInputs.first(where: { cachedTables[$0.value] == nil }) {
      actions.append(.jobEnded(id, .failed(.cachedTableGone(gone.key)), nil))
      return
    }
    var job = JobState(
      id: id, name: restored.submission.name, purpose: .submitted, plan: restored.submission.plan,
      cachedInputs: restored.cachedInputs, startedAt: now)
    for task in restored.finished { take(task, into: &job) }
    job.forgetFinishedPending()
    if restored.isCommitDecided { job.phase = .committing }
    var rollback = Rollback()
    for table in job.cachedInputs.values where cachedTables[table]!.isIndeterminate {
      job.noteGone(table)
      if !isCacheComplete(table) { job.loseInput(table, &rollback) }
    }
    job.rerunWhatNobodyHolds(&rollback)
    carryOut(rollback, of: id)
    if restored.isCommitDecided {
      start(job, at: now)
      actions.append(.commit(id, job.files))
      return
    }
    // Its failure may not have been written down.
    if let path = job.stages.lazy.filter(\.isComplete).compactMap(\.fileWithQuotedNewline).first {
      for executor in executors.keys { self[executor: executor].forget(id) }
      actions.append(.jobEnded(id, .failed(.quotedNewline(path: path)), nil))
      return
    }
    start(job, at: now)
  }

  private mutating func take(_ task: RestoredJob.FinishedTask, into job: inout JobState) {
    let id = task.attempt.task
    guard id.job == job.id, let state = job.task(id), state.phase == .waiting else { return }
    let holder = executors[task.executor]
    job.take(
      task.outcome, of: task.attempt, on: task.executor,
      address: holder?.description.dataAddress ?? "")
    for sink in job.plan.stages[id.stage].sinks {
      if case .exchange(let exchange, _) = sink.target { job.exchangeVersions[exchange] += 1 }
    }
    if holder == nil {
      job.stages[id.stage].tasks[id.partition].executor = nil
    } else {
      self[executor: task.executor].outputs.insert(id)
      job.told.insert(task.executor)
    }
  }
}

extension JobState {
  fileprivate mutating func forgetFinishedPending() {
    for stage in stages.indices {
      let tasks = stages[stage].tasks
      stages[stage].pending.removeAll { tasks[$0].phase == .finished }
    }
  }

  /// The last stages first: only they tell whether what an earlier stage wrote is still needed.
  fileprivate mutating func rerunWhatNobodyHolds(_ rollback: inout Rollback) {
    for stage in stages.indices.reversed() where needsOutputs(of: stage) {
      for partition in stages[stage].tasks.indices {
        let task = stages[stage].tasks[partition]
        if task.phase == .finished, task.executor == nil {
          rerun(stage: stage, partition: partition, &rollback)
        }
      }
    }
  }
}
