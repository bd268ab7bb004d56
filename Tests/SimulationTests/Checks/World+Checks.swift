import Driver
import Executor
import Plan

// What is looked at while the world goes on.

extension World {
  /// The scheduler's count of what runs and what has finished is the world's.
  mutating func checkProgress(after events: [SchedulerEvent]) {
    for event in events {
      let job: JobID
      switch event {
      case .taskFinished(let attempt, _, _), .taskFailed(let attempt, _, _): job = attempt.task.job
      default: continue
      }
      guard let progress = driver!.scheduler.progress(of: job) else { continue }
      for stage in progress.stages
      where stage.finished < 0 || stage.running < 0 || stage.finished > stage.tasks {
        violate(
          .countsOnce,
          "job \(job), stage \(stage.id): \(stage.finished) finished and \(stage.running) running "
            + "of \(stage.tasks)")
      }
      let running = progress.stages.reduce(0) { $0 + $1.running }
      if running != ledger.underWayCount[job, default: 0] {
        violate(
          .countsOnce,
          "job \(job): \(running) tasks run, of which \(ledger.underWayCount[job, default: 0]) are there"
        )
      }
    }
  }

  /// What readers are about to be told is complete, in order, and true.
  mutating func checkMapOutputs(_ outputs: [MapOutput], of exchange: Int, in job: JobID) {
    guard let plan = driver!.scheduler.plan(of: job) else { return }
    let names = outputs.map { [$0.producer, $0.partition] }
    let wanted = plan.exchanges[exchange].producers.enumerated().flatMap { producer, stage in
      (0..<plan.stages[stage].partitionCount).map { [producer, $0] }
    }
    if names != wanted {
      violate(
        .mapOutputsAreThere, "job \(job), exchange \(exchange): \(names) in place of \(wanted)")
    }
    for output in outputs
    where ledger.blocks[output.key(job: job, exchange: exchange)]?.contains(output.holder) != true {
      violate(
        .mapOutputsAreThere,
        "job \(job), exchange \(exchange): \(output.holder) has not written partition "
          + "\(output.partition) with epoch \(output.epoch & (1 << 20 - 1))")
    }
  }

  mutating func checkLaunchWasKnown(_ attempt: AttemptID, _ result: TaskResult, on id: ExecutorID) {
    if case .failed(.unexpected(let message)) = result {
      violate(.launchIsKnown, "\(attempt.text) on \(id): \(message)")
    }
  }

  /// At every tick.
  mutating func checkDriver() {
    let sizes = driver!.scheduler.sizes
    if sizes.idleExecutors > sizes.executors || sizes.queuedJobs > sizes.jobs
      || sizes.rememberedDeaths > schedulerOptions.poisonDeaths
    {
      violate(.schedulerForgets, "\(sizes)")
    }
    let lastResume = network.hosts[SimulatedNetwork.driverHost].pausedUntil
    for id in driver!.connections.keys {
      guard let death = deaths[id] else { continue }
      if agenda.now - max(death, lastResume) > Self.timeToNotice {
        violate(.deathIsNoticed, "\(id) is registered and has been dead since \(death)")
      }
    }
  }

  /// The heartbeat timeout and the longest that the last words of a dead host may be on their way.
  private static let timeToNotice = Duration.seconds(40)

  // MARK: The ends of jobs

  /// When the scheduler ends a job.
  mutating func checkReason(for end: JobEnd, of job: JobID, _ record: SimulatedDriver.Job) {
    let submission = submissions[record.submission]
    let isTrue =
      switch end {
      case .cancelled: submission.isCancelled
      // A driver that dies between giving up the outputs of a job (which was cancelled, or failed) and writing down its
      // end leaves the job to the next one, which ends it for want of them.
      case .failed(let failure):
        isTrue(failure, of: job, submission)
          || record.stagings.values.contains {
            disk.abandoned.contains($0.path) && end.text.hasSuffix("\($0.path) is gone")
          }
      case .succeeded: submission.trouble == nil && ledger.canBeDone(job)
      }
    if !isTrue { violate(.endsForReason, "job \(job), \(submission.text): \(end.text)") }
  }

  /// When the client hears that its job has succeeded.
  mutating func checkOutput(
    of job: JobID, shown: [TaskOutcome.ShownRows], _ record: SimulatedDriver.Job
  ) {
    let plan = submissions[record.submission].plan
    let ancestry = ancestry(of: shown, job, plan, record)
    if let task = ancestry.mixedTask {
      violate(.oneGeneration, "the output of job \(job) has rows of two attempts of \(task)")
      return
    }
    guard let expected = ledger.expected(job, from: ancestry) else { return }
    checkShown(shown, of: job, plan, expected)
    for (index, result) in plan.results.enumerated() {
      guard case .write(let write) = result.action else { continue }
      submissions[record.submission].outputs[write.path] = files(
        expected[index], in: record.stagings[index]!)
    }
    checkOutputs(of: record.submission, .outputIsRight)
  }

  /// Of all that a job gives out but for cached tables.
  private func ancestry(
    of shown: [TaskOutcome.ShownRows], _ job: JobID, _ plan: StagePlan,
    _ record: SimulatedDriver.Job
  ) -> Ancestry {
    var ancestry = Ancestry()
    for file in record.commit?.outputs.flatMap(\.files) ?? [] {
      ancestry.add(ledger.ancestry(of: file.staged))
    }
    for rows in shown {
      let stage = plan.stages.first { stage in
        stage.sinks.contains { $0.target == .result(rows.result, firstPartition: 0) }
      }
      let epoch = rows.bytes.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      let task = TaskID(job: job, stage: stage!.id, partition: rows.partition)
      ancestry.add(ledger.ancestry(of: AttemptID(task: task, epoch: epoch)))
    }
    return ancestry
  }

  /// The partitions of a cached table, when it is kept.
  mutating func checkGeneration(of table: CachedTable) {
    var ancestry = Ancestry()
    for (partition, part) in table.parts.enumerated() {
      guard let part else { continue }
      ancestry.add(
        ledger.ancestry(
          of: CachedPartitionKey(table: table.id, partition: partition, epoch: part.epoch)))
    }
    if let task = ancestry.mixedTask {
      violate(
        .oneGeneration,
        "the table \(table.id.name) of job \(table.id.job) has rows of two attempts of \(task)")
    }
  }

  private func files(_ parts: [Lineage], in staging: StagedFolder) -> [String: Lineage] {
    var files: [String: Lineage] = [:]
    for (partition, part) in parts.enumerated() {
      files[staging.fileName(partition: partition)] = part
    }
    return files
  }

  mutating func checkOutputs(of index: Int, _ invariant: Violation.Invariant) {
    for (path, files) in submissions[index].outputs where disk.outputs[path]?.files != files {
      violate(
        invariant,
        "\(path) of \(submissions[index].text) holds \(disk.outputs[path]?.files ?? [:]), not \(files)"
      )
    }
  }

  private mutating func checkShown(
    _ shown: [TaskOutcome.ShownRows], of job: JobID, _ plan: StagePlan, _ expected: [[Lineage]]
  ) {
    let wanted = plan.results.enumerated().flatMap { index, result -> [TaskOutcome.ShownRows] in
      guard case .show = result.action else { return [] }
      return expected[index].enumerated().map { partition, part in
        TaskOutcome.ShownRows(result: index, partition: partition, bytes: part.bytes)
      }
    }
    // After the rows comes the epoch of their attempt.
    let shown = shown.map {
      TaskOutcome.ShownRows(
        result: $0.result, partition: $0.partition, bytes: Array($0.bytes.prefix(8)))
    }
    if shown != wanted { violate(.outputIsRight, "job \(job) shows \(shown), not \(wanted)") }
  }

  /// Whether a job had to fail, by what the world knows.
  private func isTrue(_ failure: JobFailure, of job: JobID, _ submission: Submission) -> Bool {
    switch failure {
    case .wrongData: submission.trouble?.kind == .wrongData
    case .poison(let task, let deaths): ledger.areLostRunning(task, deaths)
    case .poisonStage(let task, let deaths): ledger.lossesWithoutProgress(of: task) >= deaths
    case .commitFailed: submission.commitFailed
    case .cachedTableGone, .cachedTableChanged: !ledger.canBeDone(job)
    case .refusedByAll: conditions.blindHost != nil
    case .attemptsExhausted, .fetchesFailed, .noExecutor, .quotedNewline, .tooLarge: false
    }
  }
}

extension Lineage {
  var bytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
