import ArrowBridge
import Columnar
import Foundation
import Logging
import NIOCore
import Plan
import Synchronization
import Wire

/// An executor: it registers with a driver, runs what it is given in its slots, keeps and serves blocks.
///
/// One thread drains one queue of what happens and carries out what the protocol value asks for; each slot is a thread
/// of its own.
package final class ExecutorProcess {
  enum Inbox: Sendable {
    case frame(Frame, session: Int)
    case closed(session: Int)
    case attemptEnded(AttemptID, TaskResult)
    case migrated(BlockMigration, failure: String?)
    /// An attempt has printed something, and nothing was waiting to be sent.
    case printed
    case drain
    case stop

    var isStop: Bool { if case .stop = self { true } else { false } }
  }

  private let options: ExecutorOptions
  private let log: Logger
  private let id: ExecutorID
  private let group: any EventLoopGroup
  private let inbox = BoundedQueue<Inbox>(capacity: 65_536)
  private let store: BlockStore
  private let service: BlockService
  private let slots: SlotPool
  /// Nil where functions of users are not to run.
  private let python: PythonServices?
  private let migrator: BlockMigrator
  private let connections: BlockConnections
  private var state: ExecutorProtocol
  private var connection: Connection?
  /// Counts connections, so that a late frame of an old one is dropped.
  private var session = 0
  private var heartbeatInterval = Duration.seconds(1)
  private var driverSilence = DriverSilence(from: .now)
  private var lastBeat = ContinuousClock.now
  private var reports: [Roost_TaskReport] = []
  private let logs: LogOutbox
  private var lastLogs = ContinuousClock.now
  /// Between two messages with what attempts print, unless one of them ends.
  private static let logInterval = Duration.milliseconds(200)
  /// Bytes of text in one of them.
  private static let logByteCount = 1 << 20
  /// Until when the driver may keep an executor that is to leave; nil as long as it is not.
  private var drainDeadline: ContinuousClock.Instant?
  /// Whether this process was told to leave, and not only the driver.
  private var isAskedToLeave = false
  private var isDismissed = false
  /// When a task ended last; nil when the memory that tasks have freed is back with the system.
  private var taskEndedAt: ContinuousClock.Instant?
  /// After so long without the end of a task; one that still runs meanwhile only takes its memory anew.
  private static let idleTime = Duration.seconds(10)

  /// Binds the block service. Throws `ExecutorError.cannotListen`.
  package init(options: ExecutorOptions, group: any EventLoopGroup, log: Logger) throws {
    roost_keep_freed_memory()
    self.options = options
    self.group = group
    var random = SystemRandomNumberGenerator()
    let host = ProcessInfo.processInfo.hostName
    let suffix = String(random.next() & 0xffff_ffff, radix: 16)
    let process = ProcessInfo.processInfo.processIdentifier
    id = ExecutorID("\(host)-\(process)-\(suffix)")
    var log = log
    log[metadataKey: "executor"] = "\(id)"
    self.log = log
    let spillFolder = SpillFolder(
      in: options.workDirectory, host: host, name: "\(process)-\(suffix)")
    store = BlockStore(
      memory: MemoryBudget(limit: options.memory, slots: options.slots), folder: spillFolder,
      log: log)
    do {
      service = try BlockService(
        of: id, on: options.listen, store: store, compression: options.compression,
        security: options.security, group: group)
    } catch {
      throw ExecutorError.cannotListen(options.listen, reason: "\(error)")
    }
    python = try options.python.map {
      try PythonServices($0, of: options, in: spillFolder, group: group)
    }
    let inbox = self.inbox
    connections = BlockConnections(security: options.security, group: group)
    // Never waiting: it is a slot that calls.
    let logs = LogOutbox { inbox.pushAtOnce(.printed) }
    self.logs = logs
    slots = SlotPool(
      count: options.slots,
      runner: TaskRunner(
        executor: id, store: store, connections: connections, allowed: options.allowedPaths,
        logs: logs, python: python)
    ) { attempt, result in inbox.push(.attemptEnded(attempt, result)) }
    migrator = BlockMigrator(store: store, connections: connections) { request, failure in
      inbox.push(.migrated(request, failure: failure))
    }
    state = ExecutorProtocol()
  }

  /// Makes `run` return. From any thread.
  package var stopper: @Sendable () -> Void {
    let inbox = self.inbox
    return { inbox.push(.stop) }
  }

  /// Makes `run` return once others have what this executor has: its tasks finish, its blocks move. From any thread.
  package var drainer: @Sendable () -> Void {
    let inbox = self.inbox
    return { inbox.push(.drain) }
  }

  /// Serves until it is stopped, dismissed by the driver or no driver was found for the time that the options allow.
  package func run() throws {
    defer {
      slots.stop()
      migrator.stop()
      service.close()
      connection?.close()
      python?.stop()
      store.close()
    }
    try connectToDriver()
    while !isDismissed,
      let events = inbox.popAll(until: Date(timeIntervalSinceNow: untilNextDuty.seconds))
    {
      // Before the rest: to handle the loss of the driver is to look for it, maybe for a minute.
      if events.contains(where: \.isStop) { return }
      for case .drain in events { requestDrain() }
      for event in events { try handle(event) }
      if isDismissed || drainDeadline.map({ .now > $0 }) ?? false { return }
      if !reports.isEmpty || untilNextLogs <= .zero { flushLogs() }
      flushReports()
      if untilNextBeat <= .zero { beat() }
      if driverSilence.isTooLong(at: .now, heartbeatInterval: heartbeatInterval) {
        log.warning("the driver is silent; looking for it again")
        try reconnect()
      }
    }
  }

  private func handle(_ event: Inbox) throws {
    switch event {
    case .frame(let frame, let from) where from == session:
      driverSilence.heard(at: .now)
      do throws(ProtocolError) {
        try receive(Roost_ControlMessage(frame: frame))
      } catch {
        log.error("from the driver: \(error)")
        try reconnect()
      }
    case .closed(let from) where from == session:
      log.warning("lost the driver; looking for it again")
      try reconnect()
    case .attemptEnded(let attempt, let result):
      slots.release(attempt)
      taskEndedAt = .now
      logEnd(of: attempt, result)
      apply(.attemptEnded(attempt, result))
    case .migrated(let request, let failure): apply(.migrated(request, failure: failure))
    case .frame, .closed, .printed, .drain, .stop: break
    }
  }

  private func logEnd(of attempt: AttemptID, _ result: TaskResult) {
    guard case .failed(let failure) = result, failure != .cancelled else { return }
    log.info("\(attempt.task): \(failure.text)", metadata: attempt.metadata)
  }

  /// Asks the driver to be let go; a second time it goes at once.
  private func requestDrain() {
    guard !isAskedToLeave else {
      isDismissed = true
      return
    }
    isAskedToLeave = true
    beginToLeave()
    connection?.send(Roost_ControlMessage.with { $0.drainRequest = Roost_DrainRequest() })
  }

  private func beginToLeave() {
    guard drainDeadline == nil else { return }
    log.info("leaving when the driver can spare this executor")
    drainDeadline = .now + options.drainTimeout
  }

  private func receive(_ message: Roost_ControlMessage) throws(ProtocolError) {
    switch message.content {
    case .heartbeat: break
    case .executorRegistered(let registered):
      heartbeatInterval = .milliseconds(
        min(max(registered.heartbeatIntervalMilliseconds, 10), 60_000))
      log.info("registered with the driver at \(options.driver)")
      apply(.registered(generation: registered.generation))
    case .prepareJob(let request):
      connection?.send(
        Roost_ControlMessage.with {
          $0.jobPrepared.job = request.job
          $0.jobPrepared.refusal = request.refusal(allowsPython: options.python != nil) ?? ""
        })
    case .stageAssignment(let assignment):
      apply(.stageAssigned(try StageAssignment(wire: assignment)))
    case .mapOutputs(let outputs):
      apply(
        .mapOutputs(
          JobID(outputs.job), exchange: Int(outputs.exchange), try [MapOutput](wire: outputs)))
    case .launchTasks(let launch):
      apply(.launch(launch.tasks.map { TaskLaunch(wire: $0) }))
    case .cancelTasks(let cancel): apply(.cancel(cancel.attempts.map { AttemptID(wire: $0) }))
    case .releaseJob(let release): apply(.releaseJob(JobID(release.job)))
    case .releaseCachedTable(let release):
      apply(.releaseCachedTable(CachedTableID(wire: release.table)))
    case .migrateBlocks(let request): apply(.migrate(try BlockMigration(wire: request)))
    case .drainRequest: beginToLeave()
    case .dismissed: isDismissed = true
    default: throw .malformedMessage("not a message from a driver to an executor")
    }
  }

  private func apply(_ event: ExecutorEvent) {
    for action in state.handle(event) {
      switch action {
      case .start(let assignment): slots.start(assignment)
      case .stop(let attempt): slots.cancel(attempt)
      case .report(let attempt, let result):
        reports.append(Roost_TaskReport(attempt: attempt, result: result))
      case .migrate(let request): migrator.start(request)
      case .reportMigrated(let request, let failure):
        connection?.send(
          Roost_ControlMessage.with {
            $0.blocksMigrated.request = request.wire
            $0.blocksMigrated.failure = failure ?? ""
          })
      case .removeOutputs(let attempts):
        store.removeOutputs(ofEpochs: Set(attempts.map(\.epoch)))
      case .removeBlocks(let job): store.removeBlocks(of: job)
      case .removeCachedTable(let table): store.removeCached(table)
      }
    }
  }

  private func flushReports() {
    if let connection {
      reports.send { part in
        connection.send(Roost_ControlMessage.with { $0.taskReports.reports = part })
      }
    }
    reports = []
  }

  /// In the order in which they were printed, as far as attempts go: nobody hears of an end before the last line.
  private func flushLogs() {
    lastLogs = .now
    var texts: [Roost_TaskLogText] = []
    var byteCount = 0
    func send() {
      guard !texts.isEmpty else { return }
      connection?.send(Roost_ControlMessage.with { $0.taskLogs.texts = texts })
      (texts, byteCount) = ([], 0)
    }
    for (attempt, text) in logs.takeAll() {
      texts.append(
        .with {
          $0.attempt = attempt.wire
          $0.text = text
        })
      byteCount += text.utf8.count
      if byteCount >= Self.logByteCount { send() }
    }
    send()
  }

  private var untilNextDuty: Duration {
    logs.isEmpty ? untilNextBeat : min(untilNextBeat, untilNextLogs)
  }

  private var untilNextLogs: Duration { Self.logInterval - (.now - lastLogs) }

  private var untilNextBeat: Duration { heartbeatInterval - (.now - lastBeat) }

  private func beat() {
    lastBeat = .now
    sendStatus()
    if let ended = taskEndedAt, lastBeat - ended > Self.idleTime {
      roost_give_back_freed_memory()
      taskEndedAt = nil
    }
  }

  private func sendStatus() {
    let status = store.status(fetchedByteCount: connections.fetchedByteCount)
    connection?.send(Roost_ControlMessage.with { $0.heartbeat.status = status })
  }

  // MARK: The driver

  private func reconnect() throws {
    connection?.close()
    connection = nil
    session += 1
    reports = []
    apply(.driverLost)
    try connectToDriver()
  }

  /// Tries until the driver answers, with growing pauses, as long as the options allow. One that is to leave tries until
  /// it may go without being told.
  private func connectToDriver() throws {
    let start = ContinuousClock.now
    var pause = Duration.milliseconds(50)
    while !mayLeaveAlone {
      do {
        try openConnection()
        return
      } catch {
        if let error = error as? ProtocolError, error.isFinal {
          throw ExecutorError.refused(options.driver, error)
        }
        guard ContinuousClock.now - start < options.driverTimeout else {
          if drainDeadline != nil { break }
          throw ExecutorError.noDriver(options.driver, reason: "\(error)")
        }
        // What happens meanwhile is answered to nobody, but a request to stop is.
        let events = inbox.popAll(until: Date(timeIntervalSinceNow: pause.seconds)) ?? []
        for event in events {
          switch event {
          case .attemptEnded, .migrated: try handle(event)
          case .drain: requestDrain()
          case .stop:
            inbox.push(.stop)
            return
          case .frame, .closed, .printed: break
          }
        }
        pause = min(pause * 2, .seconds(2))
      }
    }
    log.info("leaving without the driver")
    isDismissed = true
  }

  /// Whether one that is to leave need not wait for a driver: nobody could want what it has, or it has waited long enough.
  private var mayLeaveAlone: Bool {
    guard let deadline = drainDeadline else { return false }
    return isDismissed || .now > deadline
      || state.heldJobs.isEmpty && state.heldCachedTables.isEmpty
  }

  /// Where other executors are told to call. An executor that listens on all addresses tells the one with which it reaches
  /// the driver.
  private func dataAddress(seenFrom connection: Connection) -> HostPort {
    if let advertise = options.advertise { return advertise }
    guard service.address.isUnspecified, let host = connection.localHost else {
      return service.address
    }
    return HostPort(host: host, port: service.address.port)
  }

  private func openConnection() throws {
    session += 1
    let (inbox, session) = (self.inbox, self.session)
    let connection = try connect(
      to: options.driver, as: .from(.executor), expecting: [.driver], security: options.security,
      group: group
    ) { _ in
      FrameReceiver(
        onFrame: { inbox.push(.frame($0, session: session)) },
        onClose: { inbox.push(.closed(session: session)) })
    }
    self.connection = connection
    driverSilence = DriverSilence(from: .now)
    connection.send(
      Roost_ControlMessage.with {
        $0.registerExecutor = .with {
          $0.executor = id.name
          $0.slots = UInt32(options.slots)
          $0.memory = Int64(options.memory)
          $0.dataAddress = "\(dataAddress(seenFrom: connection))"
          $0.host = ProcessInfo.processInfo.hostName
          $0.processID = ProcessInfo.processInfo.processIdentifier
          $0.heldJobs = state.heldJobs.map(\.number)
          $0.heldCachedTables = state.heldCachedTables.map(\.wire)
          $0.isLeaving = drainDeadline != nil
        }
      })
    sendStatus()
  }
}
