import Driver
import Executor
import Plan

// What `ExecutorProcess` does between its protocol value and the sockets.

extension World {
  mutating func startExecutor(onHost host: Int) {
    guard network.hosts[host].isUp, !executors.values.contains(where: { $0.host == host }) else {
      return
    }
    processCount += 1
    let id = ExecutorID("host-\(host)-\(processCount)")
    executors[id] = SimulatedExecutor(
      id: id, host: host, slots: Int.random(in: 1...3, using: &random))
    executors[id]!.callsSince = agenda.now
    note("\(id) starts with \(executors[id]!.slots) slots")
    call(from: id)
    agenda.add(.executorBeats(id), after: .seconds(1))
  }

  /// The process is gone. Its host, if it is up, tells those that it was connected with.
  mutating func endExecutor(_ id: ExecutorID, _ reason: String) {
    guard let executor = executors.removeValue(forKey: id) else { return }
    note("\(id) ends: \(reason)")
    deaths[id] = agenda.now
    guard let connection = executor.connection else { return }
    network.connections[connection].toExecutor.isRead = false
    if network.hosts[executor.host].isUp { hangUp(connection, from: .executor) }
    network.connections[connection].toDriver.isWritten = false
  }

  // MARK: The driver

  mutating func call(from id: ExecutorID) {
    executors[id]!.session += 1
    executors[id]!.connection = nil
    agenda.add(.callAnswered(id, session: executors[id]!.session), after: delay())
  }

  mutating func callAnswered(_ id: ExecutorID, session: Int) {
    guard let executor = executors[id], executor.session == session, executor.connection == nil
    else { return }
    let passage = network.passage(
      between: executor.host, and: SimulatedNetwork.driverHost, at: agenda.now)
    let driverHost = network.hosts[SimulatedNetwork.driverHost]
    let answer = max(passage, driverHost.pausedUntil)
    if answer > agenda.now, driverHost.isUp, answer - agenda.now < Self.handshakeTimeout {
      agenda.add(.callAnswered(id, session: session), at: answer)
    } else if answer == agenda.now, let run = driver?.run {
      connect(id, toRun: run)
    } else {
      callAgain(id, after: answer > agenda.now ? Self.handshakeTimeout : .zero)
    }
  }

  private mutating func callAgain(_ id: ExecutorID, after wait: Duration) {
    let executor = executors[id]!
    guard agenda.now - executor.callsSince < SimulatedExecutor.driverTimeout else {
      endExecutor(id, "it found no driver")
      agenda.add(.executorStarts(host: executor.host), after: .seconds(1))
      return
    }
    agenda.add(
      .callAnswered(id, session: executor.session), after: wait + executor.callPause)
    executors[id]!.callPause = min(executor.callPause * 2, .seconds(2))
  }

  private mutating func connect(_ id: ExecutorID, toRun run: Int) {
    let executor = executors[id]!
    network.connections.append(
      SimulatedNetwork.Connection(executor: id, executorHost: executor.host, driverRun: run))
    let connection = network.connections.count - 1
    executors[id]!.connection = connection
    executors[id]!.driverHeardAt = agenda.now
    executors[id]!.callPause = .milliseconds(50)
    note("\(id) connects to the driver (connection \(connection))")
    send(executor.registration, from: id)
  }

  private mutating func reconnect(_ id: ExecutorID) {
    if let connection = executors[id]!.connection { close(connection, by: .executor) }
    executors[id]!.reports = []
    executors[id]!.callsSince = agenda.now
    apply(.driverLost, on: id)
    leaveAlone(id)
    if executors[id] != nil { call(from: id) }
  }

  mutating func send(_ message: MessageToDriver, from id: ExecutorID) {
    guard let connection = executors[id]?.connection else { return }
    send(message, on: connection)
  }

  // MARK: What happens to it

  mutating func executorReceives(
    _ frame: SimulatedNetwork.Frame<MessageToExecutor>, _ id: ExecutorID, on connection: Int
  ) {
    guard executors[id]?.connection == connection else { return }
    guard case .message(let message) = frame else {
      note("\(id) lost the driver")
      reconnect(id)
      return
    }
    executors[id]!.driverHeardAt = agenda.now
    switch message {
    case .heartbeat: break
    case .migrate(let request): apply(.migrate(request), on: id)
    case .dismissed: leave(id)
    case .registered(let generation): apply(.registered(generation: generation), on: id)
    case .prepareJob(let job):
      let isBlind = executors[id]!.host == conditions.blindHost
      send(.jobPrepared(job, refusal: isBlind ? "does not see the folder" : nil), from: id)
    case .stage(let assignment): apply(.stageAssigned(assignment), on: id)
    case .mapOutputs(let job, let exchange, let outputs):
      apply(.mapOutputs(job, exchange: exchange, outputs), on: id)
    case .launch(let launches): apply(.launch(launches), on: id)
    case .cancel(let attempts): apply(.cancel(attempts), on: id)
    case .releaseJob(let job): apply(.releaseJob(job), on: id)
    case .releaseCachedTable(let table): apply(.releaseCachedTable(table), on: id)
    }
  }

  mutating func apply(_ event: ExecutorEvent, on id: ExecutorID) {
    guard let event = breakage == nil ? event : breakage!.event(event, on: id) else { return }
    for action in executors[id]!.state.handle(event) {
      switch action {
      case .start(let assignment): start(assignment, on: id)
      case .stop(let attempt): executors[id]!.cancelled.insert(attempt)
      case .report(let attempt, let result):
        if case .launch = event { checkLaunchWasKnown(attempt, result, on: id) }
        if executors[id]!.reports.isEmpty {
          agenda.add(
            .reportsFlushed(id), after: .microseconds(Int.random(in: 0...500, using: &random)))
        }
        executors[id]!.reports.append(MessageToDriver.Report(attempt: attempt, result: result))
      case .migrate(let request): migrate(request, to: id)
      case .reportMigrated(let request, let failure):
        send(.blocksMigrated(request, failure: failure), from: id)
      case .removeOutputs(let attempts):
        executors[id]!.store.removeOutputs(ofEpochs: Set(attempts.map(\.epoch)))
      case .removeBlocks(let job): executors[id]!.store.removeBlocks(of: job)
      case .removeCachedTable(let table): executors[id]!.store.removeCached(table)
      }
    }
  }

  mutating func flushReports(of id: ExecutorID) {
    guard let reports = executors[id]?.reports, !reports.isEmpty else { return }
    executors[id]!.reports = []
    send(.reports(reports), from: id)
  }

  mutating func beat(_ id: ExecutorID) {
    guard let executor = executors[id] else { return }
    agenda.add(.executorBeats(id), after: executor.heartbeatInterval)
    if let time = executor.leavesBy, agenda.now > time {
      leave(id)
      return
    }
    guard executor.connection != nil else { return }
    send(.heartbeat, from: id)
    if agenda.now - executor.driverHeardAt > executor.heartbeatInterval * 10 {
      note("\(id): the driver is silent")
      reconnect(id)
    }
  }
}
