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
    registrationCount += 1
    var state = ExecutorState(
      description: description, registration: registrationCount, lastHeard: now)
    if let known = executors[id] {
      // The same process again, before it was missed: it has its blocks, and has stopped what it ran.
      state.outputs = known.outputs
      state.drain = known.drain.map { DrainState(since: $0.since) }
      // What it was asked on the connection before, it may not have heard.
      forgetMigrations(to: id)
      slotCount -= known.description.slots
      takeOut(id, known, at: now)
      for attempt in known.running where isCurrent(attempt, on: id) {
        self[job: attempt.task.job].giveUp(attempt)
        self[job: attempt.task.job].retries += 1
        rank(attempt.task.job)
      }
    }
    executors[id] = state
    slotCount += description.slots
    timetable.add(
      .silence(id, registration: registrationCount), at: now + options.heartbeatTimeout)
    enqueue(id)
    takeNote(of: holding, by: id)
    if description.isLeaving { drain(id, at: now) }
  }

  /// What belongs to nobody any more is released: its jobs ended and its tables were dropped while the executor was away.
  private mutating func takeNote(of holding: ExecutorHoldings, by executor: ExecutorID) {
    for job in holding.jobs {
      if hasJob(job) {
        self[job: job].told.insert(executor)
      } else {
        actions.append(.releaseJob(job, executor))
      }
    }
    for id in holding.cachedTables {
      let isCountedOn = cachedTables[id].map { $0.hasParts || $0.restoration != nil } ?? false
      if isCountedOn {
        tableHolders[id, default: []].insert(executor)
      } else if !hasJob(id.job) {
        actions.append(.releaseCachedTable(id, executor))
      }
    }
  }

  /// Asks an executor whether it takes part in a job, before it gets tasks or blocks of it.
  mutating func prepare(_ job: JobID, on id: ExecutorID, at now: Instant) {
    self[executor: id].preparations[job] = .asked
    self[job: job].told.insert(id)
    // Those that are free when it comes are waited for, so that its tasks spread over all of them.
    if now == self[job: job].startedAt { self[job: job].unprepared.insert(id) }
    actions.append(.prepareJob(job, id))
  }

  mutating func prepared(_ job: JobID, _ id: ExecutorID, refusal: String?, at now: Instant) {
    guard hasJob(job), hasExecutor(id), case .asked? = self[executor: id].preparations[job] else {
      return
    }
    self[executor: id].lastHeard = now
    noteAnswer(of: id, about: job)
    if let refusal {
      self[executor: id].preparations[job] = .refused(refusal)
      self[job: job].refusedCount += 1
      refusedJobs.append(job)
      noteWhetherStranded(job, at: now)
      endIfStranded(job, at: now)
    } else {
      self[executor: id].preparations[job] = .ready
      self[job: job].readyCount += 1
      self[job: job].strandedSince = nil
    }
    guard hasExecutor(id) else { return }
    if self[executor: id].isQueued { hasNews = true } else { enqueue(id) }
  }

  /// The last one that a new job waited for lets all begin.
  private mutating func noteAnswer(of id: ExecutorID, about job: JobID) {
    guard self[job: job].unprepared.remove(id) != nil, self[job: job].unprepared.isEmpty else {
      return
    }
    hasNews = true
  }

  /// What an executor has said of jobs does not count any more.
  private mutating func takeOut(_ id: ExecutorID, _ state: ExecutorState, at now: Instant) {
    if state.isQueued {
      idle.removeAll { $0 == id }
      parked.removeAll { $0 == id }
    }
    crowded.remove(id)
    for (job, preparation) in state.preparations {
      noteAnswer(of: id, about: job)
      switch preparation {
      case .asked: break
      case .ready: self[job: job].readyCount -= 1
      case .refused:
        self[job: job].refusedCount -= 1
        if self[job: job].refusedCount == 0 { refusedJobs.remove(job) }
      }
      noteWhetherStranded(job, at: now)
    }
  }

  mutating func endIfSilent(_ id: ExecutorID, registration: UInt64, at now: Instant) {
    guard let state = executors[id], state.registration == registration else { return }
    if now - state.lastHeard > options.heartbeatTimeout {
      actions.append(.disconnect(id, reason: "silent for \(options.heartbeatTimeout)"))
      lose(id, at: now)
    } else {
      timetable.add(
        .silence(id, registration: registration), at: state.lastHeard + options.heartbeatTimeout)
    }
  }

  /// One that was left out takes part again when its time is over.
  mutating func include(_ id: ExecutorID, at now: Instant) {
    guard let until = executors[id]?.excludedUntil, now >= until else { return }
    self[executor: id].excludedUntil = nil
    enqueue(id)
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
    takeOut(id, state, at: now)
    draining.remove(id)
    var changed = Set(state.outputs.jobs)
    for attempt in state.running where isCurrent(attempt, on: id) {
      self[job: attempt.task.job].lose(attempt)
      changed.insert(attempt.task.job)
    }
    loseOutputs(state.outputs, heldBy: id)
    for table in loseCachedPartitions(heldBy: id) {
      changed.formUnion(tableReaders[table] ?? [])
    }
    forgetMigrations(to: id)
    includeTheLast(at: now)
    for job in state.preparations.keys { self[job: job].told.remove(id) }
    for job in changed.sorted() { advance(job, at: now) }
    if executors.isEmpty {
      emptySince = now
      for job in jobs.keys { endIfStranded(job, at: now) }
    } else {
      for job in Array(refusedJobs) { endIfStranded(job, at: now) }
    }
    // A task that avoided another executor may have nowhere else to go.
    hasNews = true
  }

  /// One that was left out takes part again when all others have gone.
  mutating func includeTheLast(at now: Instant) {
    guard !executors.values.contains(where: { $0.isAvailable(at: now) }) else { return }
    for id in executors.keys {
      self[executor: id].excludedUntil = nil
      enqueue(id)
    }
  }

  private mutating func noteWhetherStranded(_ id: JobID, at now: Instant) {
    guard self[job: id].readyCount == 0, self[job: id].refusedCount > 0,
      self[job: id].strandedSince == nil
    else { return }
    self[job: id].strandedSince = now
  }

  /// Ends a job that no executor takes part in: at once when all refuse and none has gone of late, which another could
  /// be about to replace.
  mutating func endIfStranded(_ id: JobID, at now: Instant) {
    guard hasJob(id), isRefusedByAll(id) else { return }
    let emptySince = max(emptySince, self[job: id].startedAt)
    let since =
      executors.isEmpty
      ? emptySince : lastDeparture.map { min($0, self[job: id].strandedSince ?? now) }
    if let since, now - since < options.noExecutorTimeout {
      timetable.add(.stranding(id), at: since + options.noExecutorTimeout)
      return
    }
    let failure: JobFailure =
      executors.isEmpty
      ? .noExecutor(waited: now - emptySince) : .refusedByAll(refusals(of: id))
    end(id, .failed(failure), at: now)
  }

  /// True also when there are none.
  func isRefusedByAll(_ job: JobID) -> Bool { self[job: job].refusedCount == executors.count }

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
  private mutating func loseOutputs(_ outputs: HeldOutputs, heldBy id: ExecutorID) {
    for job in outputs.jobs where hasJob(job) {
      let tasks = outputs.tasks(of: job)
      for task in tasks.sorted(by: { ($1.stage, $0.partition) < ($0.stage, $1.partition) }) {
        guard let state = self[job: job].task(task), state.phase == .finished, state.executor == id
        else { continue }
        if self[job: job].needsOutputs(of: task.stage) {
          rerun(task)
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
      timetable.add(.inclusion(id), at: now + options.exclusionTime)
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
