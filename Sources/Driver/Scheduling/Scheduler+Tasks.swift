import OrderedCollections
import Plan

// What attempts report.

extension Scheduler {
  mutating func finish(
    _ attempt: AttemptID, on id: ExecutorID, _ outcome: TaskOutcome, at now: Instant
  ) {
    guard retire(attempt, on: id, at: now) else { return }
    let task = attempt.task
    cancelOtherAttempt(than: attempt)
    self[job: task.job].finish(
      attempt, on: id, outcome, address: self[executor: id].description.dataAddress)
    rank(task.job)
    self[executor: id].outputs.insert(task)
    watchSlowTasks(of: task)
    for sink in self[job: task.job].plan.stages[task.stage].sinks {
      if case .exchange(let exchange, _) = sink.target {
        self[job: task.job].exchangeVersions[exchange] += 1
      }
    }
    let stage = self[job: task.job].stages[task.stage]
    guard stage.isComplete || self[job: task.job].isComplete else { return }
    if let path = stage.fileWithQuotedNewline {
      end(task.job, .failed(.quotedNewline(path: path)), at: now)
    } else {
      advance(task.job, at: now)
    }
  }

  mutating func fail(
    _ attempt: AttemptID, on id: ExecutorID, _ failure: TaskFailure, at now: Instant
  ) {
    guard retire(attempt, on: id, at: now) else { return }
    let task = attempt.task
    self[job: task.job].giveUp(attempt)
    self[job: task.job].retries += 1
    defer { rank(task.job) }
    switch failure {
    case .cancelled: break
    case .wrongData(let message):
      end(task.job, .failed(.wrongData(task, message)), at: now)
    case .unexpected(let message), .executorTrouble(let message):
      noteFailure(of: task.job, on: id, at: now)
      countFailure(of: task, on: id, message, at: now)
    case .memoryShort(let shortage):
      // The task is to blame and not the executor.
      countFailure(of: task, on: id, "\(shortage)", at: now)
    case .blocksLost(let lost):
      loseBlocks(lost, reportedBy: task, at: now)
    case .cachedPartitionLost(let name, let partition, let holder):
      // It may have moved or been computed again since the attempt was launched.
      if let table = self[job: task.job].cachedInputs[name], let held = cachedTables[table],
        held.parts.indices.contains(partition), held.parts[partition]?.holder == holder
      {
        lose(partition: partition, of: table)
      }
      // The failed fetch may have been one too many for the job.
      let readers = readers(of: self[job: task.job].cachedInputs[name])
      noteFailedFetch(task, "cached table \(name), partition \(partition)", at: now)
      for reader in readers { advance(reader, at: now) }
    }
  }

  private mutating func countFailure(
    of task: TaskID, on id: ExecutorID, _ message: String, at now: Instant
  ) {
    let failures = self[job: task.job].noteFailure(of: task, on: id)
    guard failures >= options.attemptLimit else { return }
    end(task.job, .failed(.attemptsExhausted(task, attempts: failures, last: message)), at: now)
  }

  /// Frees the slot of an attempt; false when it is not the one that is waited for.
  private mutating func retire(_ attempt: AttemptID, on id: ExecutorID, at now: Instant) -> Bool {
    guard hasExecutor(id) else { return false }
    self[executor: id].lastHeard = now
    guard self[executor: id].running.remove(attempt) != nil else { return false }
    enqueue(id)
    return isCurrent(attempt, on: id)
  }

  /// Whether its task waits for this attempt.
  package func isCurrent(_ attempt: AttemptID, on id: ExecutorID) -> Bool {
    guard hasJob(attempt.task.job), let task = self[job: attempt.task.job].task(attempt.task) else {
      return false
    }
    return task.isRunning(epoch: attempt.epoch, on: id)
  }

  /// Whether an attempt runs or waits with some executor.
  func isUnderWay(_ attempt: AttemptID) -> Bool {
    guard hasJob(attempt.task.job), let task = self[job: attempt.task.job].task(attempt.task),
      task.phase == .running
    else { return false }
    return task.epoch == attempt.epoch || task.speculative?.epoch == attempt.epoch
  }

  /// The producer runs again; that costs the reader no attempt.
  private mutating func loseBlocks(
    _ lost: LostBlocks, reportedBy reader: TaskID, at now: Instant
  ) {
    guard let job = jobs[reader.job], job.plan.exchanges.indices.contains(lost.exchange),
      job.plan.exchanges[lost.exchange].producers.indices.contains(lost.producer)
    else { return }
    let producers = job.plan.exchanges[lost.exchange].producers
    for (index, stage) in producers.enumerated() {
      for partition in job.stages[stage].tasks.indices {
        // As it is now: a stage that is several producers comes more than once.
        let task = self[job: reader.job].stages[stage].tasks[partition]
        guard task.phase == .finished, task.executor == lost.holder else { continue }
        let isNamed = index == lost.producer && partition == lost.partition
        guard isNamed && task.epoch == lost.epoch || lost.isUnreachable else { continue }
        let id = TaskID(job: reader.job, stage: stage, partition: partition)
        rerun(id)
        self[job: reader.job].stages[stage].tasks[partition].avoided = lost.holder
        executors[lost.holder]?.outputs.remove(id)
      }
    }
    if executors[lost.holder] != nil { noteFailedFetch(reader, lost.reason, at: now) }
    advance(reader.job, at: now)
  }

  /// Fetches from a holder that lives must not go on for ever.
  private mutating func noteFailedFetch(_ task: TaskID, _ reason: String, at now: Instant) {
    guard jobs[task.job] != nil else { return }
    self[job: task.job].stages[task.stage].tasks[task.partition].fetchFailures += 1
    let count = self[job: task.job].stages[task.stage].tasks[task.partition].fetchFailures
    if count >= options.fetchFailureLimit {
      end(task.job, .failed(.fetchesFailed(task, attempts: count, last: reason)), at: now)
    }
  }
}

extension JobState {
  mutating func finish(
    _ attempt: AttemptID, on id: ExecutorID, _ outcome: TaskOutcome, address: String
  ) {
    let stage = attempt.task.stage
    if let time = outcome.runningTime { stages[stage].note(time) }
    stages[stage].runningCount -= 1
    stages[stage].deathsWithoutProgress = 0
    runningCount -= 1
    take(outcome, of: attempt, on: id, address: address)
  }

  /// What an attempt that counts leaves behind.
  mutating func take(
    _ outcome: TaskOutcome, of attempt: AttemptID, on id: ExecutorID, address: String
  ) {
    let stage = attempt.task.stage
    stages[stage].tasks[attempt.task.partition].phase = .finished
    stages[stage].tasks[attempt.task.partition].epoch = attempt.epoch
    stages[stage].tasks[attempt.task.partition].executor = id
    stages[stage].tasks[attempt.task.partition].blocks = outcome.blocks
    stages[stage].finishedCount += 1
    stages[stage].hasFinishedTasks = true
    inputRows += outcome.inputRows
    stages[stage].note(rowsWithoutModel: outcome.rowsWithoutModel, of: attempt.task.partition)
    for quote in outcome.quotes {
      stages[stage].quotes[quote.path, default: [:]][quote.start] = quote.count
    }
    for file in outcome.files where results.indices.contains(file.result) {
      results[file.result].take(.file(file), partition: file.partition)
    }
    for rows in outcome.shown where results.indices.contains(rows.result) {
      results[rows.result].take(.shown(rows), partition: rows.partition)
    }
    for cached in outcome.cached where results.indices.contains(cached.result) {
      guard case .cache(let name) = plan.results[cached.result].action else { continue }
      let location = CachedLocation(
        table: CachedTableID(name: name, job: owner), epoch: attempt.epoch, holder: id,
        address: address, rows: cached.rows, bytes: cached.bytes)
      results[cached.result].take(.cached(location), partition: cached.partition)
    }
  }

  /// The number of unexpected failures of the task so far.
  mutating func noteFailure(of task: TaskID, on id: ExecutorID) -> Int {
    stages[task.stage].tasks[task.partition].failures += 1
    stages[task.stage].tasks[task.partition].avoided = id
    return stages[task.stage].tasks[task.partition].failures
  }
}

extension StageState {
  mutating func note(_ time: Duration) {
    longestTask = max(time, (longestTask ?? time) * 7 / 8)
    durations.add(time)
  }

  /// A file in which a split starts inside of quotes: what its task read is not what the file says.
  var fileWithQuotedNewline: String? {
    for (path, counts) in quotes {
      var sum = 0
      for start in counts.keys.sorted() {
        if sum % 2 != 0 { return path }
        sum &+= counts[start]!
      }
    }
    return nil
  }
}
