import Foundation
import Logging
import NIOCore
import OrderedCollections
import Plan
import Wire

/// A driver: it takes jobs from clients, plans them, and carries out what its scheduler asks for.
///
/// One thread drains one queue of what happens; planning and committing, which block, have threads of their own and
/// report through the queue.
package final class DriverProcess {
  enum Inbox: Sendable {
    case executorCalled(ConnectionID, Connection)
    case clientCalled(ConnectionID, Connection, requests: FrameWindow)
    /// Of an executor.
    case frame(ConnectionID, Frame)
    /// A client has asked for something.
    case asked(ConnectionID)
    /// A client has taken the last answer.
    case taken(ConnectionID)
    case closed(ConnectionID)
    case planned(JobID, Result<PlannedJob, JobRejection>, took: Duration)
    case committed(JobID, Result<[CommittedOutput], CommitFailure>, took: Duration)
    /// What the attempts of a job that did not succeed wrote is gone.
    case abandoned(JobID, JobRecord.State, error: String)
    /// An entry is in the journal, or cannot be.
    case recorded(Int, JournalError?)
    /// Somebody in this process asks what clients ask.
    case inquired(Roost_ControlMessage, answer: @Sendable (Roost_ControlMessage) -> Void)
    /// A client that waited for an answer can have it.
    case answered(ConnectionID, Roost_ControlMessage)
    case stop
  }

  struct ConnectionID: Hashable, Sendable {
    let number: Int
  }

  /// Time between two looks at what time alone brings about.
  private static let tickInterval = Duration.milliseconds(100)

  /// Bytes of a client's requests that may wait; then nothing is read from it.
  private static let requestWindow = 64 << 10
  /// How long a client may take nothing of what it asked for.
  private static let clientPatience = TimeAmount.seconds(30)

  let options: DriverOptions
  let log: Logger
  let inbox = BoundedQueue<Inbox>(capacity: 65_536)
  private let listener: Listener
  let journal: DriverJournal?
  /// Until it runs.
  private var earlier: JournaledState?
  /// Nil when this driver forgets all when it ends.
  let journalWriter: JournalWriter?
  /// Those that travel with jobs.
  let files: FileStore
  let fileService: FileService
  /// What waits for an entry of the journal.
  var afterRecording: [Int: (DriverProcess, JournalError?) -> Void] = [:]
  var recordCount = 0
  private let started = ContinuousClock.now
  let startTime = Date()
  let generation: UInt64
  var scheduler: Scheduler
  var connections: [ConnectionID: Connection] = [:]
  /// Executors by connection and back; looked up, never iterated.
  var executorConnections: [ExecutorID: ConnectionID] = [:]
  var executorsByConnection: [ConnectionID: ExecutorID] = [:]
  /// All jobs that are remembered, in the order of their numbers.
  var jobs: OrderedDictionary<JobID, JobRecord> = [:]
  /// Those of clients; looked up, never iterated.
  var conversations: [ConnectionID: ClientConversation] = [:]
  /// Clients that follow a job.
  var watchers: OrderedDictionary<JobID, [Watcher]> = [:]
  /// Who waits for a job to be in the journal.
  var unrecorded: [JobID: [(DriverProcess) -> Void]] = [:]
  /// Of the last heartbeat of each executor; looked up, never iterated.
  var statuses: [ExecutorID: Roost_ExecutorStatus] = [:]
  /// The last executors that died or left, the latest first.
  var departed: [Roost_DepartedExecutor] = []
  var metrics = DriverMetrics()
  var planning = PlanningQueue<(JobID, Roost_SubmitJob)>()
  /// Cancelled while they were being planned.
  var cancelledWhilePlanning: Set<JobID> = []
  /// Asked by the threads that plan.
  let reservations = Locked(OutputReservations())
  /// What could not be sent while actions were carried out.
  var tooLarge: [SchedulerEvent] = []
  var lastJob: UInt64 = 0
  private var lastBeat: Instant = .zero

  /// Binds the address and opens the journal. Throws `DriverError.cannotListen`, `JournalError`, and `FileTransferError` for
  /// the folder of files.
  package init(options: DriverOptions, group: any EventLoopGroup, log: Logger) throws {
    self.options = options
    self.log = log
    journal = try options.stateDirectory.map { try DriverJournal(folder: $0) }
    earlier = try journal?.load()
    journalWriter = journal.map { JournalWriter($0, log: log) }
    if let folder = options.stateDirectory {
      files = try FileStore(
        in: LastingFolder(path: folder.appendingPathComponent("files").path))
    } else {
      files = try FileStore(in: TemporaryFolder())
    }
    fileService = FileService(files, log: log)
    generation = journal?.generation ?? DriverJournal.clockGeneration
    scheduler = Scheduler(options: options.scheduler, generation: generation)
    let inbox = self.inbox
    let lastConnection = Locked(0)
    do {
      listener = try Listener(
        on: options.listen, as: .from(.driver), expecting: [.executor, .client],
        security: options.security, limits: options.connections, group: group
      ) { connection in
        let id = lastConnection.withLock { last in
          last += 1
          return ConnectionID(number: last)
        }
        guard connection.peer.role == .client else {
          inbox.push(.executorCalled(id, connection))
          return FrameReceiver(
            onFrame: { inbox.push(.frame(id, $0)) }, onClose: { inbox.push(.closed(id)) })
        }
        let requests = FrameWindow(window: Self.requestWindow)
        inbox.push(.clientCalled(id, connection, requests: requests))
        connection.closeWhenNothingIsTaken(for: Self.clientPatience)
        let receiver = requests.receiver(of: connection) { inbox.push(.asked(id)) }
        return FrameReceiver(
          onFrame: receiver.onFrame,
          onClose: {
            receiver.onClose()
            inbox.push(.closed(id))
          })
      }
    } catch {
      throw DriverError.cannotListen(options.listen, reason: "\(error)")
    }
  }

  package var address: HostPort { listener.address }

  /// For pages of this process.
  package var localClient: LocalClient {
    let inbox = self.inbox
    return LocalClient { inbox.push(.inquired($0, answer: $1)) }
  }

  /// Makes `run` return. From any thread.
  package var stopper: @Sendable () -> Void {
    let inbox = self.inbox
    return { inbox.push(.stop) }
  }

  var now: Instant { .now - started }

  /// Serves until it is stopped.
  package func run() {
    defer {
      inbox.close()
      listener.close()
      for connection in connections.values { connection.close() }
      journalWriter?.close()
      files.close()
    }
    if let earlier { resume(earlier) }
    earlier = nil
    while let events = inbox.popAll(until: Date(timeIntervalSinceNow: 0.1)) {
      for event in events {
        if case .stop = event {
          // With a journal the jobs go on when the next driver starts.
          if journal == nil { abandonOutputs() }
          return
        }
        handle(event)
      }
      tick()
    }
  }

  private var lastTick: Instant = .zero

  private func tick() {
    guard now - lastTick >= Self.tickInterval else { return }
    // After a pause of our own, what executors said meanwhile may still be on its way: nobody was silent.
    if now - lastTick > options.scheduler.heartbeatTimeout / 2 {
      for executor in scheduler.executorSummaries(at: now) { apply([.executorHeard(executor.id)]) }
    }
    lastTick = now
    apply([.tick])
    reportLogs()
    reportProgress()
    if now - lastBeat >= options.heartbeatInterval {
      lastBeat = now
      forgetOldJobs()
      for id in Set(executorsByConnection.keys).union(watchers.values.joined().map(\.client)) {
        connections[id]?.send(Roost_ControlMessage.with { $0.heartbeat = Roost_Heartbeat() })
      }
    }
  }

  private func handle(_ event: Inbox) {
    switch event {
    case .executorCalled(let id, let connection): connections[id] = connection
    case .clientCalled(let id, let connection, let requests):
      connections[id] = connection
      conversations[id] = ClientConversation(requests: requests)
    case .asked(let id): converse(with: id)
    case .taken(let id):
      conversations[id]?.isAnswering = false
      converse(with: id)
    case .closed(let id): closed(id)
    case .planned(let job, let result, let time):
      metrics.planningTimes.observe(time.seconds)
      planned(job, result)
    case .recorded(let number, let failure): recorded(number, failure)
    case .inquired(let request, let answer): inquired(request, answer: answer)
    case .answered(let id, let message): answered(id, message)
    case .committed(let job, let result, let time):
      metrics.commitTimes.observe(time.seconds)
      committed(job, result)
    case .abandoned(let job, let state, let error): close(job, state, error: error)
    case .frame(let id, let frame): receive(frame, from: id)
    case .stop: break
    }
  }

  func receive(_ frame: Frame, from id: ConnectionID) {
    guard let connection = connections[id] else { return }
    do throws(ProtocolError) {
      let message = try Roost_ControlMessage(frame: frame)
      switch connection.peer.role {
      case .executor: try receiveFromExecutor(message, id)
      case .client: try receiveFromClient(message, id, connection)
      case .driver, .unspecified, .UNRECOGNIZED:
        throw .unexpectedRole("\(connection.peer.role)")
      }
    } catch {
      log.error("from \(connection.remoteAddress): \(error)")
      connection.close()
      // What is still in the queue from it is not looked at.
      connections[id] = nil
      conversations[id] = nil
    }
  }

  private func closed(_ id: ConnectionID) {
    connections[id] = nil
    conversations[id] = nil
    for job in watchers.keys { watchers[job]!.removeAll { $0.client == id } }
    watchers.removeAll { $0.value.isEmpty }
    guard let executor = executorsByConnection.removeValue(forKey: id) else { return }
    guard executorConnections[executor] == id else { return }
    executorConnections[executor] = nil
    log.warning("lost executor \(executor)", metadata: .executor(executor))
    record(.executorLost(executor))
    apply([.executorLost(executor, reason: "its connection was closed")])
  }
}
