import OrderedCollections
import Plan

// Executors that come, prepare for jobs, and go.

extension Scheduler {
  /// - Parameter holding: what the process still keeps from an earlier registration.
  mutating func register(
    _ id: ExecutorID, _ description: ExecutorDescription, holding: ExecutorHoldings,
    at now: Instant
  ) {
    forgiveDeath(of: id)
    // Executors come when all that an earlier driver left was restored: now it is known who reads its tables.
    releaseUnreadTables()
    var state = ExecutorState(description: description, lastHeard: now)
    if let known = executors[id] {
      // The same process again, before it was missed: it has its blocks, and has stopped what it ran.
      state.outputs = known.outputs
      state.drain = known.drain.map { DrainState(since: $0.since) }
      // What it was asked on the connection before, it may not have heard.
      forgetMigrations(to: id)
      slotCount -= known.description.slots
      idle.removeAll { $0 == id }
      for attempt in known.running where isCurrent(attempt, on: id) {
        self[job: attempt.task.job].giveUp(attempt)
        self[job: attempt.task.job].retries += 1
        rank(attempt.task.job)
      }
    }
    executors[id] = state
    slotCount += description.slots
    enqueue(id)
    releaseForgotten(holding, by: id)
    for job in jobs.keys { prepare(job, on: id) }
    if description.isLeaving { drain(id, at: now) }
  }

  /// What belongs to nobody any more: its jobs ended and its tables were dropped while the executor was away.
  private mutating func releaseForgotten(_ holding: ExecutorHoldings, by executor: ExecutorID) {
    for job in holding.jobs where !hasJob(job) { actions.append(.releaseJob(job, executor)) }
    for id in holding.cachedTables where !hasJob(id.job) {
      let isCountedOn = cachedTables[id].map { $0.hasParts || $0.restoration != nil } ?? false
      if !isCountedOn { actions.append(.releaseCachedTable(id, executor)) }
    }
  }

  mutating func prepare(_ job: JobID, on id: ExecutorID) {
    self[executor: id].preparations[job] = .asked
    actions.append(.prepareJob(job, id))
  }

  mutating func prepared(_ job: JobID, _ id: ExecutorID, refusal: String?, at now: Instant) {
    guard jobs[job] != nil, executors[id]?.preparations[job] != nil else { return }
    self[executor: id].lastHeard = now
    self[job: job].unprepared.remove(id)
    guard let refusal else {
      self[executor: id].preparations[job] = .ready
      self[job: job].strandedSince = nil
      enqueue(id)
      return
    }
    self[executor: id].preparations[job] = .refused(refusal)
    endIfStranded(job, at: now)
  }

  /// Whether an executor is there that may run a job's tasks in place of this one.
  func hasAnother(than id: ExecutorID, for job: JobID, at now: Instant) -> Bool {
    executors.contains { other, state in
      guard other != id, state.isAvailable(at: now) else { return false }
      return if case .refused? = state.preparations[job] { false } else { true }
    }
  }

  /// Puts an executor with a free slot behind those that wait already.
  mutating func enqueue(_ id: ExecutorID) {
    guard hasExecutor(id), !self[executor: id].isQueued, self[executor: id].freeSlots > 0 else {
      return
    }
    self[executor: id].isQueued = true
    idle.append(id)
  }

  /// An executor has died: its tasks run elsewhere, and what it held is computed again where somebody needs it.
  mutating func lose(_ id: ExecutorID, at now: Instant) {
    guard let state = executors[id] else { return }
    remove(id, at: now)
    let death = ExecutorDeath(executor: id, running: OrderedSet(state.running.map(\.task)))
    failPoison(by: death, at: now)
    failPoisonStages(by: death, at: now)
  }

  /// Goes on without an executor, whatever it still had.
  mutating func remove(_ id: ExecutorID, at now: Instant) {
    guard let state = executors.removeValue(forKey: id) else { return }
    lastDeparture = now
    slotCount -= state.description.slots
    idle.removeAll { $0 == id }
    for attempt in state.running where isCurrent(attempt, on: id) {
      self[job: attempt.task.job].lose(attempt)
    }
    for job in jobs.keys { self[job: job].unprepared.remove(id) }
    loseOutputs(state.outputs, heldBy: id)
    loseCachedPartitions(heldBy: id)
    forgetMigrations(to: id)
    includeTheLast(at: now)
    for job in jobs.keys {
      noteWhetherStranded(job, at: now)
      advance(job, at: now)
    }
  }

  /// One that was left out takes part again when all others have gone.
  mutating func includeTheLast(at now: Instant) {
    guard !executors.values.contains(where: { $0.isAvailable(at: now) }) else { return }
    for id in executors.keys {
      self[executor: id].excludedUntil = nil
      enqueue(id)
    }
  }

  /// The time runs on while executors come that have not said yet whether they take part: it begins anew with one that
  /// does.
  mutating func noteWhetherStranded(_ id: JobID, at now: Instant) {
    let isStranded = !executors.values.contains { executor in
      if case .ready? = executor.preparations[id] { true } else { false }
    }
    let since = jobs[id]?.strandedSince ?? now
    jobs[id]?.strandedSince = isStranded ? since : nil
  }

  /// Ends a job that no executor takes part in: at once when all refuse and none has gone of late, which another could
  /// be about to replace.
  mutating func endIfStranded(_ id: JobID, at now: Instant) {
    noteWhetherStranded(id, at: now)
    guard let since = jobs[id]?.strandedSince, isRefusedByAll(id) else { return }
    if now - since < options.noExecutorTimeout {
      if executors.isEmpty { return }
      if let departure = lastDeparture, now - departure < options.noExecutorTimeout { return }
    }
    let failure: JobFailure =
      executors.isEmpty ? .noExecutor(waited: now - since) : .outputsNotVisible(refusals(of: id))
    end(id, .failed(failure), at: now)
  }

  /// True also when there are none.
  func isRefusedByAll(_ job: JobID) -> Bool {
    executors.values.allSatisfy { executor in
      if case .refused? = executor.preparations[job] { true } else { false }
    }
  }

  private func refusals(of job: JobID) -> [String] {
    executors.compactMap { id, executor in
      if case .refused(let reason)? = executor.preparations[job] {
        "executor \(id): \(reason)"
      } else {
        nil
      }
    }
  }

  /// Map outputs that went with an executor run again, the last stages first: only they tell whether what an
  /// earlier stage wrote is still needed. What is not needed now may be needed later, when a reader runs again.
  private mutating func loseOutputs(_ outputs: OrderedSet<TaskID>, heldBy id: ExecutorID) {
    var lost: OrderedDictionary<JobID, [TaskID]> = [:]
    for task in outputs { lost[task.job, default: []].append(task) }
    for (job, tasks) in lost where jobs[job] != nil {
      for task in tasks.sorted(by: { ($1.stage, $0.partition) < ($0.stage, $1.partition) }) {
        guard let state = self[job: job].task(task), state.phase == .finished, state.executor == id
        else { continue }
        if self[job: job].needsOutputs(of: task.stage) {
          self[job: job].rerun(stage: task.stage, partition: task.partition)
        } else {
          self[job: job].stages[task.stage].tasks[task.partition].executor = nil
        }
      }
    }
  }

  /// A task that every one of the last executors that died was running is taken for what kills them.
  private mutating func failPoison(by death: ExecutorDeath, at now: Instant) {
    recentDeaths.append(death)
    if recentDeaths.count > options.poisonDeaths { recentDeaths.removeFirst() }
    guard recentDeaths.count == options.poisonDeaths else { return }
    let poison = death.running.filter { task in
      recentDeaths.allSatisfy { $0.running.contains(task) }
    }
    for task in poison {
      end(task.job, .failed(.poison(task, deaths: options.poisonDeaths)), at: now)
    }
  }

  /// It was out of reach and not dead: what it was running is not what kills executors.
  private mutating func forgiveDeath(of id: ExecutorID) {
    for death in recentDeaths where death.executor == id {
      for task in death.firstTasksOfStages where hasJob(task.job) {
        let deaths = self[job: task.job].stages[task.stage].deathsWithoutProgress
        self[job: task.job].stages[task.stage].deathsWithoutProgress = max(0, deaths - 1)
      }
    }
    recentDeaths.removeAll { $0.executor == id }
  }

  /// When each task of a stage kills its executor, no task was running at all of the last deaths.
  private mutating func failPoisonStages(by death: ExecutorDeath, at now: Instant) {
    for task in death.firstTasksOfStages where hasJob(task.job) {
      self[job: task.job].stages[task.stage].deathsWithoutProgress += 1
      let deaths = self[job: task.job].stages[task.stage].deathsWithoutProgress
      if deaths >= options.stageDeaths {
        end(task.job, .failed(.poisonStage(task, deaths: deaths)), at: now)
      }
    }
  }

  /// Leaves an executor out for a while when tasks of several jobs failed on it, unless it is the last one.
  mutating func noteFailure(of job: JobID, on id: ExecutorID, at now: Instant) {
    guard executors[id] != nil else { return }
    self[executor: id].failedJobs[job] = now
    let exclusionTime = options.exclusionTime
    self[executor: id].failedJobs.removeAll { now - $0.value > exclusionTime }
    if self[executor: id].failedJobs.count >= options.exclusionJobs,
      hasAnother(than: id, for: job, at: now)
    {
      self[executor: id].excludedUntil = now + options.exclusionTime
      self[executor: id].failedJobs = [:]
    }
  }
}

extension JobState {
  /// An executor died with a running attempt.
  mutating func lose(_ attempt: AttemptID) {
    giveUp(attempt)
    stages[attempt.task.stage].tasks[attempt.task.partition].wasLost = true
    retries += 1
  }

  /// The state of one of its tasks; nil for one that the plan does not have.
  func task(_ id: TaskID) -> TaskState? {
    guard stages.indices.contains(id.stage), stages[id.stage].tasks.indices.contains(id.partition)
    else { return nil }
    return stages[id.stage].tasks[id.partition]
  }
}
