import OrderedCollections
import Plan

// Which task goes to which executor.

extension Scheduler {
  /// Gives tasks to free slots until one of the two runs out, a share an executor at a time so that they spread.
  mutating func assign(at now: Instant) {
    if hasNews, !queue.isEmpty {
      idle.prepend(contentsOf: parked)
      parked = []
    }
    hasNews = false
    var launches: OrderedDictionary<ExecutorID, [TaskLaunch]> = [:]
    while !idle.isEmpty, !queue.isEmpty {
      let id = idle.removeFirst()
      guard self[executor: id].freeSlots > 0, self[executor: id].isAvailable(at: now) else {
        self[executor: id].isQueued = false
        continue
      }
      let tasks: [TaskID]
      switch offer(to: id, at: now) {
      case .tasks(let taken): tasks = taken
      case .nothing:
        parked.append(id)
        continue
      case .question:
        // It stands here again when it has answered.
        self[executor: id].isQueued = false
        continue
      }
      // One that was lost and came back stands twice in the queue.
      for task in tasks where self[job: task.job].task(task)?.phase == .waiting {
        launches[id, default: []].append(launch(task, on: id, at: now))
      }
      rank(tasks[0].job)
      if self[executor: id].freeSlots > 0 {
        idle.append(id)
      } else {
        self[executor: id].isQueued = false
      }
    }
    for (id, tasks) in launches { actions.append(.launch(tasks, id)) }
  }

  /// To be called for a job whose running or waiting tasks have changed.
  mutating func rank(_ id: JobID) {
    guard hasJob(id), self[job: id].hasReadyTask else {
      queue.remove(id)
      return
    }
    if self[job: id].hasNewWork {
      self[job: id].hasNewWork = false
      hasNews = true
    }
    queue.place(
      id, runningCount: self[job: id].runningCount, lastLaunch: self[job: id].lastLaunch)
  }

  private enum Offer {
    case tasks([TaskID])
    case nothing
    /// Whether it takes part in the job whose turn it is.
    case question
  }

  private func canStart(_ id: JobID, at now: Instant) -> Bool {
    self[job: id].unprepared.isEmpty
      || now - self[job: id].startedAt >= options.preparationWait
  }

  /// From the job with the fewest running tasks, tasks of the earliest stage that has some for this executor. One that was
  /// not asked yet whether it takes part in that job is asked first: so it hears only of jobs whose turn it was.
  private mutating func offer(to id: ExecutorID, at now: Instant) -> Offer {
    var position = 0
    while position < queue.count {
      let job = queue[position]
      guard let preparation = self[executor: id].preparations[job] else {
        prepare(job, on: id, at: now)
        return .question
      }
      if case .ready = preparation, canStart(job, at: now) {
        for stage in self[job: job].plan.stages
        where self[job: job].stages[stage.id].readySince != nil {
          let partitions = takePartitions(of: stage, job, for: id, at: now)
          if !partitions.isEmpty {
            return .tasks(partitions.map { TaskID(job: job, stage: stage.id, partition: $0) })
          }
        }
        rank(job)
      }
      // A job that turned out to have nothing has left its place to the next.
      if position < queue.count, queue[position] == job { position += 1 }
    }
    return .nothing
  }

  private mutating func takePartitions(
    of stage: Stage, _ job: JobID, for id: ExecutorID, at now: Instant
  ) -> [Int] {
    let tables = stage.inputs.compactMap { input -> CachedTable? in
      guard case .cached(let name, _) = input else { return nil }
      return self[job: job].cachedInputs[name].flatMap { cachedTables[$0] }
    }
    let waited = now - (self[job: job].stages[stage.id].readySince ?? now)
    let isAlone = !hasAnother(than: id, for: job, at: now)
    let share = share(of: self[job: job].stages[stage.id], for: self[executor: id])
    var taken: [Int] = []
    var looked = 0
    let count = self[job: job].stages[stage.id].pending.count
    while looked < count, taken.count < share,
      let partition = self[job: job].stages[stage.id].pending.popFirst()
    {
      looked += 1
      let task = self[job: job].stages[stage.id].tasks[partition]
      // A task stands twice in the queue when it was lost and came back; the first finds it running.
      guard task.phase == .waiting else { continue }
      let holders = tables.compactMap { $0.parts[partition]?.holder }
      let isElsewhere = !holders.isEmpty && !holders.contains(id)
      if (isElsewhere && waited < options.localityWait) || (task.avoided == id && !isAlone) {
        self[job: job].stages[stage.id].pending.append(partition)
      } else if task.wasLost {
        // It may be what kills executors: those that wait behind it would look as guilty.
        if taken.isEmpty {
          taken.append(partition)
        } else {
          self[job: job].stages[stage.id].pending.prepend(partition)
        }
        break
      } else {
        taken.append(partition)
      }
    }
    return taken
  }

  /// How many tasks of a stage an executor gets at a time: one, or more than it has slots when they are so short
  /// that it would else wait for the next ones longer than it runs them.
  ///
  /// Never so many that others would be left with nothing, and only while no other job has a claim to the slots.
  private func share(of stage: StageState, for executor: ExecutorState) -> Int {
    guard let longest = stage.longestTask, queue.count == 1 else { return 1 }
    let ofTime = Int(min(options.timeAhead / max(longest, .microseconds(1)), 1e6))
    let ofSize = stage.pending.count / max(1, 2 * slotCount)
    let wanted = min(ofTime, ofSize) * executor.description.slots
    return max(1, min(wanted, options.tasksAhead) - executor.running.count)
  }

  mutating func launch(_ task: TaskID, on id: ExecutorID, at now: Instant) -> TaskLaunch {
    attemptCount += 1
    let attempt = AttemptID(task: task, epoch: generation << 20 + attemptCount)
    self[job: task.job].start(attempt, on: id, at: now)
    self[executor: id].running.append(attempt)
    if self[executor: id].running.count > self[executor: id].description.slots {
      crowded.insert(id)
    }
    watch(attempt, on: id)
    let job = self[job: task.job]

    if self[executor: id].stagesSent[task.job, default: []].insert(task.stage).inserted {
      actions.append(.sendStage(task.job, stage: task.stage, owner: job.owner, id))
    }
    var cached: [String: CachedLocation] = [:]
    for input in job.plan.stages[task.stage].inputs {
      switch input {
      case .scan: break
      case .exchange(let exchange):
        let version = job.exchangeVersions[exchange]
        if self[executor: id].exchangeVersions[task.job, default: [:]][exchange] != version {
          self[executor: id].exchangeVersions[task.job, default: [:]][exchange] = version
          let executors = self.executors
          let outputs = self[job: task.job].mapOutputs(of: exchange) {
            executors[$0]?.description.dataAddress
          }
          actions.append(.sendMapOutputs(task.job, exchange: exchange, outputs, id))
        }
      case .cached(let name, _):
        cached[name] = job.cachedInputs[name].flatMap { cachedTables[$0]?.parts[task.partition] }
      }
    }
    return TaskLaunch(attempt: attempt, cached: cached)
  }

  /// Takes back what waits behind tasks that run longer than was expected, when a slot elsewhere is free or another
  /// job has a claim to this one.
  mutating func recallWaiting(at now: Instant) {
    guard !crowded.isEmpty else { return }
    let hasFreeSlot = [Array(idle), parked].joined().contains {
      self[executor: $0].freeSlots > 0 && self[executor: $0].isAvailable(at: now)
    }
    for id in crowded.sorted() {
      let state = self[executor: id]
      guard state.running.count > state.description.slots else {
        crowded.remove(id)
        continue
      }
      let waiting = state.running.dropFirst(state.description.slots).filter {
        hasFreeSlot || queue.holdsAnother(than: $0.task.job)
      }
      if !waiting.isEmpty { recall(waiting, from: id) }
    }
  }

  /// Attempts that are taken back run elsewhere, without a mark against anybody.
  mutating func recall(_ attempts: [AttemptID], from id: ExecutorID) {
    guard !attempts.isEmpty else { return }
    self[executor: id].running.subtract(attempts)
    actions.append(.cancel(attempts, id))
    for attempt in attempts where isCurrent(attempt, on: id) {
      self[job: attempt.task.job].giveUp(attempt)
      rank(attempt.task.job)
    }
  }
}

extension JobState {
  var hasReadyTask: Bool {
    phase == .running && stages.contains { $0.readySince != nil && !$0.pending.isEmpty }
  }

  /// The first attempt of a waiting task, or the second of a running one.
  mutating func start(_ attempt: AttemptID, on executor: ExecutorID, at now: Instant) {
    let task = attempt.task
    if stages[task.stage].tasks[task.partition].phase == .running {
      stages[task.stage].tasks[task.partition].speculative = TaskState.SpeculativeAttempt(
        epoch: attempt.epoch, executor: executor)
    } else {
      stages[task.stage].tasks[task.partition].phase = .running
      stages[task.stage].tasks[task.partition].epoch = attempt.epoch
      stages[task.stage].tasks[task.partition].executor = executor
      stages[task.stage].tasks[task.partition].launchedAt = now
    }
    stages[task.stage].runningCount += 1
    runningCount += 1
    lastLaunch = attempt.epoch
  }
}
