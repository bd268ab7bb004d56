import Driver
import Executor
import Plan
import Wire

/// Control messages, several with their lengths before them, as a driver, an executor and a client take them.
struct MessageFuzz: FuzzTarget {
  let name = "messages"

  func run(_ input: [UInt8]) {
    var source = ByteSource(input)
    var driver = MessageSeeds.cluster?.scheduler ?? Scheduler(generation: 0)
    var executor = ExecutorProtocol()
    _ = executor.handle(.registered(generation: 0))
    var time = Instant.seconds(1)
    while let piece = source.piece() {
      do {
        let message = try Roost_ControlMessage(frame: .message(.init(bytes: piece)))
        _ = try takeAsExecutor(message, &executor)
        time += .milliseconds(100)
        let events = try Self.events(of: message) + [.tick]
        for action in driver.handle(events, at: time) { send(action) }
        readAsClient(message)
      } catch {
        // The connection ends.
        precondition("\(error)".utf8.count < 1 << 20, "an error that fills a log")
        return
      }
    }
  }

  private func takeAsExecutor(
    _ message: Roost_ControlMessage, _ executor: inout ExecutorProtocol
  ) throws(ProtocolError) -> [ExecutorAction] {
    let event: ExecutorEvent
    switch message.content {
    case .stageAssignment(let wire):
      let assignment = try StageAssignment(wire: wire)
      expectToTravel(assignment, as: \.wire, readBy: StageAssignment.init(wire:))
      event = .stageAssigned(assignment)
    case .mapOutputs(let wire):
      let outputs = try [MapOutput](wire: wire)
      let (job, exchange) = (JobID(wire.job), Int(wire.exchange))
      expectToTravel(
        outputs, as: { $0.wire(job: job, exchange: exchange) }, readBy: [MapOutput].init(wire:))
      event = .mapOutputs(job, exchange: exchange, outputs)
    case .launchTasks(let launch): event = .launch(launch.tasks.map { TaskLaunch(wire: $0) })
    case .cancelTasks(let cancel): event = .cancel(cancel.attempts.map { AttemptID(wire: $0) })
    case .releaseJob(let release): event = .releaseJob(JobID(release.job))
    case .releaseCachedTable(let release):
      event = .releaseCachedTable(CachedTableID(wire: release.table))
    case .migrateBlocks(let wire):
      let request = try BlockMigration(wire: wire)
      expectToTravel(request, as: \.wire, readBy: BlockMigration.init(wire:))
      event = .migrate(request)
    default: return []
    }
    return executor.handle(event)
  }

  /// As `DriverProcess` has it, of the executor that holds what `MessageSeeds` launched.
  private static func events(
    of message: Roost_ControlMessage
  ) throws(ProtocolError) -> [SchedulerEvent] {
    let sender = MessageSeeds.executors[0]
    switch message.content {
    case .registerExecutor(let wire):
      return [
        .executorRegistered(
          ExecutorID(wire.executor), ExecutorDescription(wire: wire),
          holding: ExecutorHoldings(
            jobs: wire.heldJobs.map { JobID($0) },
            cachedTables: wire.heldCachedTables.map { CachedTableID(wire: $0) }))
      ]
    case .jobPrepared(let answer):
      return [
        .jobPrepared(
          JobID(answer.job), sender, refusal: answer.refusal.isEmpty ? nil : answer.refusal)
      ]
    case .drainRequest: return [.executorDraining(sender)]
    case .drainExecutor(let request): return [.executorDraining(ExecutorID(request.executor))]
    case .cancelJob(let request): return [.jobCancelled(JobID(request.job))]
    case .dropCachedTable(let request): return [.cachedTableDropped(request.name)]
    case .blocksMigrated(let answer):
      return [
        .blocksMigrated(
          try BlockMigration(wire: answer.request), sender,
          failure: answer.failure.isEmpty ? nil : answer.failure)
      ]
    case .taskReports(let reports):
      var events: [SchedulerEvent] = []
      for report in reports.reports {
        let attempt = AttemptID(wire: report.attempt)
        let result = try TaskResult(wire: report)
        expectToTravel(
          result, as: { Roost_TaskReport(attempt: attempt, result: $0) },
          readBy: TaskResult.init(wire:))
        switch result {
        case .finished(let outcome): events.append(.taskFinished(attempt, sender, outcome))
        case .failed(let failure): events.append(.taskFailed(attempt, sender, failure))
        }
      }
      return events
    default: return []
    }
  }

  private func send(_ action: SchedulerAction) {
    switch action {
    case .sendMapOutputs(let job, let exchange, let outputs, _):
      _ = outputs.wire(job: job, exchange: exchange)
    case .launch(let tasks, _): _ = tasks.map(\.wire)
    case .cancel(let attempts, _): _ = attempts.map(\.wire)
    case .releaseCachedTable(let table, _): _ = table.wire
    case .migrate(let request, _): _ = request.wire
    default: break
    }
  }

  /// What `show` prints.
  private func readAsClient(_ message: Roost_ControlMessage) {
    guard case .jobDescription(let description)? = message.content else { return }
    for shown in description.shown {
      for bytes in shown.batches {
        BatchFuzz().run(Array(bytes))
      }
    }
  }

  func seeds() throws -> [[UInt8]] {
    guard let cluster = MessageSeeds.cluster else { return [] }
    return cluster.messages.compactMap { try? $0.serializedBytes() as [UInt8] }
      .map { ByteSource.pieces([$0]) }
      + [ByteSource.pieces(try cluster.reports.map { try $0.serializedBytes() })]
  }
}
