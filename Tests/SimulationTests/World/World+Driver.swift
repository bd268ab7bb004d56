import Driver
import OrderedCollections
import Plan

// What `DriverProcess` does between its scheduler and the sockets.

extension World {
  mutating func startDriver() {
    guard driver == nil else { return }
    network.hosts[SimulatedNetwork.driverHost].isUp = true
    driverRuns += 1
    driver = SimulatedDriver(run: driverRuns, startedAt: agenda.now, options: schedulerOptions)
    ledger.forgetDriver()
    note("driver \(driverRuns) starts")
    agenda.add(.driverTicks(run: driverRuns), after: SimulatedDriver.tickInterval)
    resumeJobs()
    for index in submissions.indices where submissions[index].driverRun != nil {
      let delay = Duration.milliseconds(Int.random(in: 1...500, using: &random))
      agenda.add(.clientSubmits(index), after: delay)
    }
  }

  /// The process is gone and with it all that was not on the disk.
  mutating func endDriver(withHost isHostDown: Bool) {
    guard let run = driver?.run else { return }
    note("driver \(run) dies\(isHostDown ? " with its host" : "")")
    driver = nil
    network.hosts[SimulatedNetwork.driverHost].isUp = !isHostDown
    for index in network.connections.indices where network.connections[index].driverRun == run {
      network.connections[index].toDriver.isRead = false
      if !isHostDown { hangUp(index, from: .driver) }
      network.connections[index].toExecutor.isWritten = false
    }
  }

  private var driverNow: Instant { agenda.now - (driver?.startedAt ?? .zero) }

  // MARK: Time

  mutating func tickDriver(run: Int) {
    guard driver?.run == run else { return }
    agenda.add(.driverTicks(run: run), after: SimulatedDriver.tickInterval)
    // After a pause of its own, what executors said meanwhile may still be on its way: nobody was silent.
    if driverNow - driver!.lastTick > schedulerOptions.heartbeatTimeout / 2 {
      tell(driver!.scheduler.executorSummaries(at: driverNow).map { .executorHeard($0.id) })
    }
    driver!.lastTick = driverNow
    tell([.tick])
    if driverNow - driver!.lastBeat >= SimulatedDriver.heartbeatInterval {
      driver!.lastBeat = driverNow
      for connection in driver!.connections.values {
        send(MessageToExecutor.heartbeat, on: connection)
      }
    }
    checkDriver()
  }

  // MARK: Executors

  mutating func driverReceives(
    _ frame: SimulatedNetwork.Frame<MessageToDriver>, on connection: Int
  ) {
    guard case .message(let message) = frame else {
      driverLoses(connection)
      return
    }
    if case .register(let id, let description, let holding) = message {
      register(id, description, holding, on: connection)
      return
    }
    // One that the scheduler has given up and disconnected may still be talking.
    guard let id = driver!.executors[connection] else { return }
    switch message {
    case .register: break
    case .heartbeat: tell([.executorHeard(id)])
    case .drainRequest: tell([.executorDraining(id)])
    case .blocksMigrated(let request, let failure):
      tell([.blocksMigrated(request, id, failure: failure)])
    case .jobPrepared(let job, let refusal): tell([.jobPrepared(job, id, refusal: refusal)])
    case .reports(let reports):
      tell(
        reports.map { report in
          switch report.result {
          case .finished(let outcome):
            recordFinished(report.attempt, on: id, outcome)
            return .taskFinished(report.attempt, id, outcome)
          case .failed(let failure): return .taskFailed(report.attempt, id, failure)
          }
        })
    }
  }

  private mutating func register(
    _ id: ExecutorID, _ description: ExecutorDescription, _ holding: ExecutorHoldings,
    on connection: Int
  ) {
    if let old = driver!.connections[id], old != connection {
      driver!.executors[old] = nil
      close(old, by: .driver)
    }
    driver!.connections[id] = connection
    driver!.executors[connection] = id
    send(.registered(generation: driver!.generation), on: connection)
    record(.executorRegistered(id, description))
    tell([.executorRegistered(id, description, holding: holding)])
  }

  private mutating func driverLoses(_ connection: Int) {
    close(connection, by: .driver)
    guard let id = driver!.executors.removeValue(forKey: connection),
      driver!.connections[id] == connection
    else { return }
    driver!.connections[id] = nil
    record(.executorLost(id))
    tell([.executorLost(id, reason: "its connection was closed")])
  }

  // MARK: The scheduler

  /// Tells the scheduler and carries out what it asks for, in its order.
  mutating func tell(_ events: [SchedulerEvent]) {
    let events = breakage == nil ? events : breakage!.events(events)
    for event in events {
      if event.isWorthALine { note("scheduler <- \(event.text)") }
      ledger.note(event)
    }
    let actions = driver!.scheduler.handle(events, at: driverNow)
    for action in breakage == nil ? actions : breakage!.actions(actions) {
      note("scheduler -> \(action.text)")
      carryOut(action)
      ledger.note(action)
    }
    checkProgress(after: events)
  }

  private mutating func carryOut(_ action: SchedulerAction) {
    switch action {
    case .prepareJob(let job, let id): send(.prepareJob(job), to: id)
    case .sendStage(let job, let stage, let owner, let id):
      guard let plan = driver!.scheduler.plan(of: job) else { return }
      let assignment = StageAssignment(
        job: job, owner: owner, stage: plan.stages[stage], of: plan,
        staging: driver!.jobs[job]?.stagings ?? [:])
      send(.stage(assignment), to: id)
    case .sendMapOutputs(let job, let exchange, let outputs, let id):
      checkMapOutputs(outputs, of: exchange, in: job)
      send(.mapOutputs(job, exchange: exchange, outputs), to: id)
    case .launch(let tasks, let id):
      if ledger.leaving.contains(id) {
        violate(.leaversGetNothing, "\(id) is given \(tasks.map(\.attempt.text))")
      }
      send(.launch(tasks), to: id)
    case .cancel(let attempts, let id): send(.cancel(attempts), to: id)
    case .releaseJob(let job, let id): send(.releaseJob(job), to: id)
    case .releaseCachedTable(let table, let id): send(.releaseCachedTable(table), to: id)
    case .disconnect(let id, _):
      guard let connection = driver!.connections.removeValue(forKey: id) else { return }
      driver!.executors[connection] = nil
      close(connection, by: .driver)
      record(.executorLost(id))
    case .migrate(let request, let id): send(.migrate(request), to: id)
    case .moveOutputs(let attempt, let id): record(.outputsMoved(attempt, id))
    case .rollBack(let job, let stages, let outputs):
      if driver!.jobs[job] != nil {
        record(.stagesRolledBack(job, stages: stages), then: .discard(outputs))
      } else {
        discard(outputs)
      }
    case .dismiss(let id):
      record(.executorLost(id))
      send(.dismissed, to: id)
      if let connection = driver!.connections.removeValue(forKey: id) {
        driver!.executors[connection] = nil
      }
    case .keepCachedTable(let table):
      checkGeneration(of: table)
      record(.cachedTableKept(table))
    case .forgetCachedTable(let table): record(.cachedTableForgotten(table))
    case .commit(let job, let files): beginCommit(job, files)
    case .jobEnded(let job, let end, _): jobEnded(job, end)
    }
  }

  /// What these attempts have written goes.
  mutating func discard(_ outputs: OrderedDictionary<ExecutorID, [AttemptID]>) {
    for (id, attempts) in outputs { send(.cancel(attempts), to: id) }
  }

  private mutating func send(_ message: MessageToExecutor, to id: ExecutorID) {
    guard let connection = driver!.connections[id] else { return }
    send(message, on: connection)
  }
}
