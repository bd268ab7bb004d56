import Driver
import Executor
import OrderedCollections
import Plan

/// A cluster with its clients, network, disks and clock, all from one seed: the real `Scheduler` and the real
/// `ExecutorProtocol`s, and around them as little as is needed for them to talk.
///
/// The same seed has the same history.
struct World {
  /// How long a caller waits for the other side's hello.
  static let handshakeTimeout = Duration.seconds(10)
  /// A healthy cluster ends its jobs in this time after the last fault, and after it has let go of what it held.
  static let timeToEnd = Duration.seconds(150)
  static let timeToSettle = Duration.seconds(45)

  let seed: UInt64
  var conditions: Conditions
  var schedulerOptions = SchedulerOptions()
  var breakage: Breakage?
  var random: SeededRandom
  var agenda = Agenda()
  var network: SimulatedNetwork
  var disk = SimulatedDisk()
  var driver: SimulatedDriver?
  var driverRuns = 0
  var executors: OrderedDictionary<ExecutorID, SimulatedExecutor> = [:]
  var processCount = 0
  /// When each executor process that is gone ended.
  var deaths: [ExecutorID: Instant] = [:]
  var fetches: [Int: Fetch] = [:]
  var fetchCount = 0
  var submissions: [Submission]
  /// How often each task has failed by chance.
  var chanceFailures: [TaskID: Int] = [:]
  var ledger = Ledger()
  var violations: [Violation] = []
  var history: History?

  init(seed: UInt64, breakage: Breakage? = nil, history: History? = nil) {
    var random = SeededRandom(seed: seed)
    let conditions = Conditions(using: &random)
    let submissions = (1...conditions.submissions).map { Submission(number: $0, using: &random) }
    self.init(
      seed: seed, conditions: conditions, submissions: submissions, random: random,
      breakage: breakage, history: history)
  }

  init(
    seed: UInt64, conditions: Conditions, submissions: [Submission], random: SeededRandom,
    breakage: Breakage?, history: History?
  ) {
    self.seed = seed
    self.conditions = conditions
    self.submissions = submissions
    self.random = random
    self.breakage = breakage
    self.history = history
    network = SimulatedNetwork(
      hostCount: conditions.hostCount, longestDelay: conditions.longestDelay)
    breakage?.change(&schedulerOptions)
    if let slow = conditions.slowHost { network.hosts[slow].slowness = 10 }
    putOnAgenda()
  }

  /// Of what begins by itself.
  private mutating func putOnAgenda() {
    agenda.add(.driverStarts, at: .zero)
    for host in 1...conditions.hostCount {
      agenda.add(.executorStarts(host: host), after: delay() * 10)
    }
    for fault in conditions.faults { agenda.add(.fault(fault), at: timeOfFault()) }
    agenda.add(.faultsEnd, at: conditions.faultsEnd)
    for index in submissions.indices {
      let time = timeOfFault() / 2
      agenda.add(.clientSubmits(index), at: time)
      if random.chance(0.1) {
        agenda.add(
          .clientCancels(index), at: time + .milliseconds(Int.random(in: 1...5_000, using: &random))
        )
      }
    }
    if random.chance(0.2) {
      agenda.add(
        .clientDrops(SimulatedPlans.cachedNames.randomElement(using: &random)!), at: timeOfFault())
    }
  }

  private mutating func timeOfFault() -> Instant {
    .milliseconds(Int.random(in: 0..<Int(conditions.faultsEnd / .milliseconds(1)), using: &random))
  }

  var hasEnded: Bool { submissions.allSatisfy(\.hasEnded) }

  /// Runs until all jobs have ended and the cluster has let go of them, or something is wrong.
  mutating func run() {
    while violations.isEmpty, !(hasEnded && agenda.now > conditions.faultsEnd), !hasRunTooLong {
      step()
    }
    checkJobsEnded()
    // Those that are to leave take all their time when nobody is there to take over what they hold.
    let lastLeave = executors.values.compactMap(\.leavesBy).max() ?? .zero
    let settled = max(agenda.now + Self.timeToSettle, lastLeave + .seconds(5))
    while violations.isEmpty, agenda.now < settled { step() }
    if violations.isEmpty { checkAtRest() }
  }

  /// Nothing more is to be expected of it.
  var hasRunTooLong: Bool {
    agenda.now >= conditions.faultsEnd + Self.timeToEnd || agenda.addedCount >= Self.happeningLimit
  }

  /// A history as long as this goes round in circles.
  private static let happeningLimit = 400_000

  mutating func step() {
    guard let happening = agenda.next() else { return }
    if let host = host(of: happening), network.isPaused(host, at: agenda.now) {
      agenda.add(happening, at: network.hosts[host].pausedUntil)
      return
    }
    happen(happening)
  }

  /// Where something happens that does not while the host hangs.
  private func host(of happening: Happening) -> Int? {
    switch happening {
    case .arrival(let connection, .executor): network.connections[connection].executorHost
    case .arrival(_, .driver), .driverStarts, .driverTicks, .journalIsWritten, .jobPlanned,
      .commitGoesOn, .outputsAbandoned, .clientSubmits, .clientCancels, .clientDrops:
      SimulatedNetwork.driverHost
    case .executorBeats(let id), .reportsFlushed(let id), .attemptComputed(let id, _),
      .attemptEnded(let id, _, _), .callAnswered(let id, _):
      executors[id]?.host
    case .fetchEnds(let fetch, _):
      fetches[fetch].flatMap { executors[$0.reader]?.host }
    case .executorStarts(let host): host
    case .fetchReachesHolder, .fault, .faultsEnd: nil
    }
  }

  private mutating func happen(_ happening: Happening) {
    switch happening {
    case .arrival(let connection, let end): arrival(on: connection, at: end)
    case .driverStarts: startDriver()
    case .driverTicks(let run): tickDriver(run: run)
    case .journalIsWritten(let run): journalIsWritten(by: run)
    case .jobPlanned(let run, let job): planned(job, run: run)
    case .commitGoesOn(let run, let job): goOnWithCommit(of: job, run: run)
    case .outputsAbandoned(let run, let job): abandonOutputs(of: job, run: run)
    case .executorStarts(let host): startExecutor(onHost: host)
    case .callAnswered(let id, let session): callAnswered(id, session: session)
    case .executorBeats(let id): beat(id)
    case .reportsFlushed(let id): flushReports(of: id)
    case .fetchReachesHolder(let fetch): fetchReachesHolder(fetch)
    case .fetchEnds(let fetch, let answer): fetchEnds(fetch, answer)
    case .attemptComputed(let id, let attempt): attemptComputed(attempt, on: id)
    case .attemptEnded(let id, let attempt, let result): attemptEnded(attempt, result, on: id)
    case .clientSubmits(let index): submit(index)
    case .clientCancels(let index): cancel(index)
    case .clientDrops(let name):
      if driver != nil { tell([.cachedTableDropped(name)]) }
    case .fault(let fault): happen(fault)
    case .faultsEnd: heal()
    }
  }

  // MARK: Who is who

  /// The submission that a stage comes from: its name begins with it.
  func submission(of stage: Stage) -> Submission {
    let number = stage.name.dropFirst("submission ".count).prefix { $0.isNumber }
    return submissions[Int(number)! - 1]
  }

  /// Executors are named after their host and a count.
  func hostOfProcess(_ name: String) -> Int { Int(name.split(separator: "-")[1])! }
}
