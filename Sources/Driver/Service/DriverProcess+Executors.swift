import OrderedCollections
import Plan
import Wire

// What executors say, and what the scheduler wants of them.

extension DriverProcess {
  func receiveFromExecutor(
    _ message: Roost_ControlMessage, _ id: ConnectionID
  ) throws(ProtocolError) {
    if case .registerExecutor(let registration) = message.content {
      register(registration, id)
      return
    }
    // One that the scheduler has given up and disconnected may still be talking.
    guard let executor = executorsByConnection[id] else { return }
    switch message.content {
    case .heartbeat(let beat):
      if beat.hasStatus { statuses[executor] = beat.status }
      apply([.executorHeard(executor)])
    case .jobPrepared(let answer):
      let refusal = answer.refusal.isEmpty ? nil : answer.refusal
      apply([.jobPrepared(JobID(answer.job), executor, refusal: refusal)])
    case .drainRequest: apply([.executorDraining(executor)])
    case .blocksMigrated(let answer):
      let failure = answer.failure.isEmpty ? nil : answer.failure
      if let failure { log.warning("executor \(executor) could not take over blocks: \(failure)") }
      apply([
        .blocksMigrated(try BlockMigration(wire: answer.request), executor, failure: failure)
      ])
    case .taskLogs(let logs): takeLogs(logs)
    case .taskReports(let reports):
      apply(
        try reports.reports.map { report throws(ProtocolError) in
          let attempt = AttemptID(wire: report.attempt)
          switch try TaskResult(wire: report) {
          case .finished(let outcome):
            // Restorations of cached tables are not in the journal: the next driver begins them anew.
            if jobs[attempt.task.job] != nil, scheduler.isCurrent(attempt, on: executor) {
              record(.taskFinished(attempt, executor, report))
            }
            return .taskFinished(attempt, executor, outcome)
          case .failed(let failure):
            log.info(
              "\(attempt.task) on \(executor): \(failure.text)",
              metadata: .attempt(attempt, on: executor))
            return .taskFailed(attempt, executor, failure)
          }
        })
    default: throw .malformedMessage("not a message from an executor to a driver")
    }
  }

  private func register(_ registration: Roost_RegisterExecutor, _ id: ConnectionID) {
    let executor = ExecutorID(registration.executor)
    if let old = executorConnections[executor], old != id {
      executorsByConnection[old] = nil
      connections[old]?.close()
    }
    executorConnections[executor] = id
    executorsByConnection[id] = executor
    log.info(
      "executor \(executor) registered with \(registration.slots) slots",
      metadata: .executor(executor))
    connections[id]?.send(
      Roost_ControlMessage.with {
        $0.executorRegistered.generation = generation
        $0.executorRegistered.heartbeatIntervalMilliseconds =
          options.heartbeatInterval.milliseconds
      })
    record(.executorRegistered(registration))
    apply([
      .executorRegistered(
        executor, ExecutorDescription(wire: registration),
        holding: ExecutorHoldings(
          jobs: registration.heldJobs.map { JobID($0) },
          cachedTables: registration.heldCachedTables.map { CachedTableID(wire: $0) }))
    ])
  }

  /// Tells the scheduler and carries out what it asks for, in its order.
  func apply(_ events: [SchedulerEvent]) {
    let time = now
    for event in events { observe(event, at: time) }
    for action in scheduler.handle(events, at: time) {
      observe(action, at: time)
      carryOut(action)
    }
    // After the actions: they are carried out in their order.
    guard !tooLarge.isEmpty else { return }
    let found = tooLarge
    tooLarge = []
    apply(found)
  }

  private func carryOut(_ action: SchedulerAction) {
    switch action {
    case .prepareJob(let job, let executor):
      send(to: executor) {
        $0.prepareJob.job = job.number
        $0.prepareJob.markers = (jobs[job]?.planned?.markers ?? []).map { marker in
          .with {
            $0.path = marker.path
            $0.content = marker.content
          }
        }
        $0.prepareJob.runsPython = scheduler.plan(of: job)?.runsPython ?? false
      }
    case .sendStage(let job, let stage, let owner, let executor):
      guard let plan = scheduler.plan(of: job) else { return }
      let assignment = StageAssignment(
        job: job, owner: owner, stage: plan.stages[stage], of: plan,
        staging: jobs[job]?.planned?.stagingFolders ?? [:])
      send(to: executor, of: job) { $0.stageAssignment = assignment.wire }
    case .sendMapOutputs(let job, let exchange, let outputs, let executor):
      send(to: executor, of: job) { $0.mapOutputs = outputs.wire(job: job, exchange: exchange) }
    case .launch(let tasks, let executor):
      send(to: executor) { $0.launchTasks.tasks = tasks.map(\.wire) }
    case .cancel(let attempts, let executor):
      send(to: executor) { $0.cancelTasks.attempts = attempts.map(\.wire) }
    case .releaseJob(let job, let executor):
      send(to: executor) { $0.releaseJob.job = job.number }
    case .releaseCachedTable(let table, let executor):
      send(to: executor) { $0.releaseCachedTable.table = table.wire }
    case .migrate(let request, let executor):
      send(to: executor) { $0.migrateBlocks = request.wire }
    case .moveOutputs(let attempt, let executor): record(.outputsMoved(attempt, executor))
    case .rollBack(let job, let stages, let outputs):
      log.info(
        "job \(job): stages \(stages) start again: what was lost would come out otherwise",
        metadata: .job(job))
      guard jobs[job] != nil else {
        // Restorations are not in the journal.
        discard(outputs)
        return
      }
      record(.stagesRolledBack(job, stages: stages)) { driver, failure in
        if failure == nil { driver.discard(outputs) }
      }
    case .dismiss(let executor):
      log.info("executor \(executor) leaves", metadata: .executor(executor))
      record(.executorLost(executor))
      send(to: executor) { $0.dismissed = Roost_Dismissed() }
      if let id = executorConnections.removeValue(forKey: executor) {
        executorsByConnection[id] = nil
      }
    case .disconnect(let executor, let reason):
      log.warning("giving up executor \(executor): \(reason)", metadata: .executor(executor))
      record(.executorLost(executor))
      if let id = executorConnections.removeValue(forKey: executor) {
        executorsByConnection[id] = nil
        connections[id]?.close()
      }
    case .keepCachedTable(let table):
      holdFiles(of: table)
      record(.cachedTableKept(table.id, table.wire))
    case .forgetCachedTable(let table):
      files.release(.table(table))
      record(.cachedTableForgotten(table))
    case .commit(let job, let files): commit(job, files)
    case .jobEnded(let job, let end, let progress): ended(job, end, progress)
    }
  }

  /// What these attempts have written goes.
  private func discard(_ outputs: OrderedDictionary<ExecutorID, [AttemptID]>) {
    for (executor, attempts) in outputs {
      send(to: executor) { $0.cancelTasks.attempts = attempts.map(\.wire) }
    }
  }

  func send(
    to executor: ExecutorID, _ populate: (inout Roost_ControlMessage) -> Void
  ) {
    guard let id = executorConnections[executor] else { return }
    connections[id]?.send(Roost_ControlMessage.with(populate))
  }

  /// Sends what grows with a job, and ends the job when no message holds it.
  private func send(
    to executor: ExecutorID, of job: JobID, _ populate: (inout Roost_ControlMessage) -> Void
  ) {
    guard let id = executorConnections[executor], let connection = connections[id] else { return }
    let result = connection.send(Roost_ControlMessage.with(populate))
    if case .failure(.messageTooLong(let byteCount, let limit)) = result {
      tooLarge.append(.jobTooLarge(job, byteCount: byteCount, limit: limit))
    }
  }
}

extension ExecutorDescription {
  package init(wire: Roost_RegisterExecutor) {
    self.init(
      slots: Int(min(wire.slots, 65_536)), memory: wire.memory, dataAddress: wire.dataAddress,
      host: wire.host, processID: wire.processID, isLeaving: wire.isLeaving)
  }
}

extension StageAssignment {
  /// A stage with the exchanges and results of the plan that it touches.
  package init(
    job: JobID, owner: JobID, stage: Stage, of plan: StagePlan, staging: [Int: StagedFolder]
  ) {
    var exchanges: [Int: Exchange] = [:]
    var results: [Int: Result] = [:]
    for case .exchange(let exchange) in stage.inputs {
      exchanges[exchange] = plan.exchanges[exchange]
    }
    for sink in stage.sinks {
      switch sink.target {
      case .exchange(let exchange, _): exchanges[exchange] = plan.exchanges[exchange]
      case .result(let result, _):
        results[result] = Result(table: plan.results[result], staging: staging[result])
      }
    }
    self.init(job: job, owner: owner, stage: stage, exchanges: exchanges, results: results)
  }
}
