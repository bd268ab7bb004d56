import OrderedCollections
import Plan

// Which task goes to which executor.

extension Scheduler {
  /// Gives tasks to free slots until one of the two runs out, one task an executor at a time so that they spread.
  mutating func assign(at now: Instant) {
    var launches: OrderedDictionary<ExecutorID, [TaskLaunch]> = [:]
    var passedOver: [ExecutorID] = []
    while !idle.isEmpty, jobs.values.contains(where: { canStart($0, at: now) }) {
      let id = idle.removeFirst()
      guard let state = executors[id], state.freeSlots > 0, !state.isExcluded(at: now) else {
        executors[id]?.isQueued = false
        continue
      }
      if let task = takeTask(for: id, at: now) {
        launches[id, default: []].append(launch(task, on: id))
        if executors[id]!.freeSlots > 0 {
          idle.append(id)
        } else {
          executors[id]!.isQueued = false
        }
      } else {
        passedOver.append(id)
      }
    }
    idle.append(contentsOf: passedOver)
    for (id, tasks) in launches { actions.append(.launch(tasks, id)) }
  }

  private func canStart(_ job: JobState, at now: Instant) -> Bool {
    job.hasReadyTask
      && (job.unprepared.isEmpty || now - job.startedAt >= options.preparationWait)
  }

  /// From the job with the fewest running tasks, the earliest stage that has a task for this executor.
  private mutating func takeTask(for id: ExecutorID, at now: Instant) -> TaskID? {
    let ready = jobs.values.filter { job in
      guard canStart(job, at: now), case .ready? = executors[id]!.preparations[job.id] else {
        return false
      }
      return true
    }
    for job in ready.sorted(by: { ($0.runningCount, $0.id) < ($1.runningCount, $1.id) }) {
      for stage in job.plan.stages where job.stages[stage.id].readySince != nil {
        if let partition = takePartition(of: stage, job.id, for: id, at: now) {
          return TaskID(job: job.id, stage: stage.id, partition: partition)
        }
      }
    }
    return nil
  }

  private mutating func takePartition(
    of stage: Stage, _ job: JobID, for id: ExecutorID, at now: Instant
  ) -> Int? {
    let tables = stage.inputs.compactMap { input -> CachedTable? in
      guard case .cached(let name, _) = input else { return nil }
      return jobs[job]!.cachedInputs[name].flatMap { cachedTables[$0] }
    }
    let waited = now - (jobs[job]!.stages[stage.id].readySince ?? now)
    let isAlone = !executors.contains { $0.key != id && !$0.value.isExcluded(at: now) }
    var looked = 0
    let count = jobs[job]!.stages[stage.id].pending.count
    while looked < count, let partition = jobs[job]!.stages[stage.id].pending.popFirst() {
      looked += 1
      let task = jobs[job]!.stages[stage.id].tasks[partition]
      // A task stands twice in the queue when it was lost and came back; the first finds it running.
      guard task.phase == .waiting else { continue }
      let holders = tables.compactMap { $0.parts[partition]?.holder }
      let isElsewhere = !holders.isEmpty && !holders.contains(id)
      if (isElsewhere && waited < options.localityWait) || (task.avoided == id && !isAlone) {
        jobs[job]!.stages[stage.id].pending.append(partition)
      } else {
        return partition
      }
    }
    return nil
  }

  private mutating func launch(_ task: TaskID, on id: ExecutorID) -> TaskLaunch {
    attemptCount += 1
    let attempt = AttemptID(task: task, epoch: generation << 20 + attemptCount)
    jobs[task.job]!.stages[task.stage].tasks[task.partition].phase = .running
    jobs[task.job]!.stages[task.stage].tasks[task.partition].epoch = attempt.epoch
    jobs[task.job]!.stages[task.stage].tasks[task.partition].executor = id
    jobs[task.job]!.stages[task.stage].runningCount += 1
    jobs[task.job]!.runningCount += 1
    executors[id]!.running.append(attempt)
    let job = jobs[task.job]!

    if executors[id]!.stagesSent[task.job, default: []].insert(task.stage).inserted {
      actions.append(.sendStage(task.job, stage: task.stage, owner: job.owner, id))
    }
    var cached: [String: CachedLocation] = [:]
    for input in job.plan.stages[task.stage].inputs {
      switch input {
      case .scan: break
      case .exchange(let exchange):
        let version = job.exchangeVersions[exchange]
        if executors[id]!.exchangeVersions[task.job, default: [:]][exchange] != version {
          executors[id]!.exchangeVersions[task.job, default: [:]][exchange] = version
          let outputs = job.mapOutputs(of: exchange) {
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
}

extension JobState {
  var hasReadyTask: Bool {
    phase == .running && stages.contains { $0.readySince != nil && !$0.pending.isEmpty }
  }
}
