import Driver
import Foundation
import Plan

/// Executors, a network and a clock around a scheduler, all from one seed. Executors die, hang, return, fail tasks,
/// report twice and report late; what the scheduler may never do is recorded in `violations`.
struct SimulatedCluster {
  struct Executor {
    var slots: Int
    var isConnected = false
    /// Deaf and mute until then.
    var hangsUntil: Duration = .zero
    var stages: Set<[UInt64]> = []
    var mapOutputs: [[UInt64]: [MapOutput]] = [:]
    var running: Set<AttemptID> = []
    /// Blocks by job, exchange, producer, partition and epoch.
    var blocks: Set<[UInt64]> = []
    /// Cached partitions by table and partition.
    var cached: Set<String> = []
    var session = 0
  }

  private enum Happening {
    case event(SchedulerEvent)
    case taskEnds(TaskLaunch, ExecutorID, session: Int)
    case death
    case hang
    case birth
    case tick
  }

  var random: SeededRandom
  var scheduler: Scheduler
  private(set) var now: Duration = .zero
  private(set) var executors: [ExecutorID: Executor] = [:]
  private(set) var executorOrder: [ExecutorID] = []
  private var happenings: [(time: Duration, order: Int, what: Happening)] = []
  private var order = 0
  private var plans: [JobID: StagePlan] = [:]
  private(set) var ends: [JobID: JobEnd] = [:]
  private(set) var committed: [JobID: [TaskOutcome.File]] = [:]
  private(set) var violations: [String] = []
  private(set) var launches = 0
  private var births = 0
  /// The chance that a task fails without reason.
  var failureRate = 0.02
  /// Six in a row that all ran the same task would make it poison, by chance alone.
  var deaths = 5

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
    scheduler = Scheduler(generation: 1)
  }

  // MARK: What happens

  mutating func addExecutor() {
    births += 1
    let id = ExecutorID("executor-\(births)")
    executors[id] = Executor(slots: Int.random(in: 1...3, using: &random))
    executorOrder.append(id)
    register(id)
  }

  private mutating func register(_ id: ExecutorID) {
    executors[id]!.isConnected = true
    executors[id]!.session += 1
    executors[id]!.stages = []
    executors[id]!.mapOutputs = [:]
    executors[id]!.running = []
    executors[id]!.blocks = []
    executors[id]!.cached = []
    feed(
      .executorRegistered(
        id,
        ExecutorDescription(
          slots: executors[id]!.slots, memory: 1, dataAddress: id.name, host: "h", processID: 1)))
  }

  mutating func submit(_ id: JobID, _ plan: StagePlan) {
    plans[id] = plan
    feed(.jobSubmitted(id, JobSubmission(name: "job", plan: plan)))
  }

  mutating func kill(_ id: ExecutorID) {
    executors[id] = nil
    executorOrder.removeAll { $0 == id }
    schedule(after: delay(), .event(.executorLost(id, reason: "killed")))
  }

  /// Runs until all jobs have ended or the clock passes `limit`.
  mutating func run(until limit: Duration, faults: Bool) {
    schedule(after: .milliseconds(100), .tick)
    if faults {
      for _ in 0..<deaths {
        schedule(after: .milliseconds(Int.random(in: 1...3000, using: &random)), .death)
      }
      for _ in 0..<3 {
        schedule(after: .milliseconds(Int.random(in: 1...3000, using: &random)), .hang)
      }
    }
    while ends.count < plans.count, now < limit, !happenings.isEmpty {
      happenings.sort { ($1.time, $1.order) < ($0.time, $0.order) }
      let next = happenings.removeLast()
      now = next.time
      happen(next.what)
    }
  }

  private mutating func happen(_ what: Happening) {
    switch what {
    case .event(let event): feed(event)
    case .tick:
      for id in executorOrder where executors[id]!.isConnected && executors[id]!.hangsUntil <= now {
        feed(.executorHeard(id))
      }
      for id in executorOrder where !executors[id]!.isConnected && executors[id]!.hangsUntil <= now
      {
        register(id)
      }
      feed(.tick)
      schedule(after: .milliseconds(500), .tick)
    case .death:
      guard let victim = executorOrder.randomElement(using: &random) else { return }
      kill(victim)
      schedule(after: .milliseconds(Int.random(in: 1...2000, using: &random)), .birth)
    case .birth: addExecutor()
    case .hang:
      guard let victim = executorOrder.randomElement(using: &random) else { return }
      executors[victim]!.hangsUntil =
        now + .milliseconds(Int.random(in: 100...30_000, using: &random))
    case .taskEnds(let launch, let id, let session): endTask(launch, on: id, session)
    }
  }

  private mutating func endTask(_ launch: TaskLaunch, on id: ExecutorID, _ session: Int) {
    guard let executor = executors[id], executor.session == session,
      executor.running.contains(launch.attempt)
    else { return }
    if executor.hangsUntil > now {
      // It ends when the executor wakes up; by then nobody may want it.
      schedule(after: executor.hangsUntil - now + delay(), .taskEnds(launch, id, session: session))
      return
    }
    executors[id]!.running.remove(launch.attempt)
    let report: SchedulerEvent
    if let failure = missingInput(of: launch, on: executor) {
      report = .taskFailed(launch.attempt, id, failure)
    } else if random.chance(failureRate) {
      report = .taskFailed(launch.attempt, id, .unexpected("by chance"))
    } else {
      report = .taskFinished(launch.attempt, id, outcome(of: launch.attempt, on: id))
    }
    feed(report)
    if random.chance(0.1) { schedule(after: delay(), .event(report)) }
  }

  private func missingInput(of launch: TaskLaunch, on executor: Executor) -> TaskFailure? {
    let task = launch.attempt.task
    guard let plan = scheduler.plan(of: task.job) else { return .cancelled }
    for input in plan.stages[task.stage].inputs {
      switch input {
      case .scan: break
      case .exchange(let exchange):
        for output in executor.mapOutputs[[task.job.number, UInt64(exchange)]] ?? [] {
          let key = blockKey(task.job, exchange, output.producer, output.partition, output.epoch)
          let holder = executors[output.holder]
          if holder?.blocks.contains(key) != true || holder!.hangsUntil > now {
            return .blocksLost(
              LostBlocks(
                exchange: exchange, producer: output.producer, partition: output.partition,
                epoch: output.epoch, holder: output.holder, isUnreachable: holder == nil,
                reason: "not there"))
          }
        }
      case .cached(let name, _):
        guard let location = launch.cached[name],
          executors[location.holder]?.cached.contains("\(location.table) \(task.partition)") == true
        else { return .cachedPartitionLost(name: name, partition: task.partition) }
      }
    }
    return nil
  }

  private mutating func outcome(of attempt: AttemptID, on id: ExecutorID) -> TaskOutcome {
    var outcome = TaskOutcome()
    outcome.runningTime = .microseconds(random.chance(0.9) ? 50 : 50_000)
    let task = attempt.task
    guard let plan = scheduler.plan(of: task.job) else { return outcome }
    for sink in plan.stages[task.stage].sinks {
      switch sink.target {
      case .exchange(let exchange, let producer):
        executors[id]!.blocks.insert(
          blockKey(task.job, exchange, producer, task.partition, attempt.epoch))
      case .result(let result, let first):
        let partition = first + task.partition
        switch plan.results[result].action {
        case .write:
          outcome.files.append(
            TaskOutcome.File(
              result: result, partition: partition, path: "\(attempt.epoch)", rows: 1, bytes: 1))
        case .show:
          outcome.shown.append(
            TaskOutcome.ShownRows(result: result, partition: partition, bytes: []))
        case .cache(let name):
          let owner = scheduler.owner(of: task.job) ?? task.job
          executors[id]!.cached.insert("\(CachedTableID(name: name, job: owner)) \(partition)")
          outcome.cached.append(
            TaskOutcome.CachedPartition(result: result, partition: partition, rows: 1, bytes: 1))
        }
      }
    }
    return outcome
  }

  private func blockKey(
    _ job: JobID, _ exchange: Int, _ producer: Int, _ partition: Int, _ epoch: UInt64
  ) -> [UInt64] {
    [job.number, UInt64(exchange), UInt64(producer), UInt64(partition), epoch]
  }

  // MARK: The scheduler

  mutating func feed(_ event: SchedulerEvent) {
    for action in scheduler.handle([event], at: now) { carryOut(action) }
  }

  private mutating func carryOut(_ action: SchedulerAction) {
    switch action {
    case .prepareJob(let job, let id):
      schedule(after: delay(), .event(.jobPrepared(job, id, refusal: nil)))
    case .sendStage(let job, let stage, _, let id):
      executors[id]?.stages.insert([job.number, UInt64(stage)])
    case .sendMapOutputs(let job, let exchange, let outputs, let id):
      executors[id]?.mapOutputs[[job.number, UInt64(exchange)]] = outputs
    case .launch(let tasks, let id): launch(tasks, on: id)
    case .cancel(let attempts, let id): executors[id]?.running.subtract(attempts)
    case .releaseJob(let job, let id):
      guard var executor = executors[id] else { return }
      executor.stages = executor.stages.filter { $0[0] != job.number }
      executor.blocks = executor.blocks.filter { $0[0] != job.number }
      executors[id] = executor
    case .releaseCachedTable(let table, let id):
      guard let cached = executors[id]?.cached else { return }
      executors[id]!.cached = cached.filter { !$0.hasPrefix("\(table) ") }
    case .disconnect(let id, _): executors[id]?.isConnected = false
    // There is no later driver here.
    case .keepCachedTable, .forgetCachedTable, .moveOutputs: break
    case .migrate, .dismiss: violations.append("an executor leaves that nobody has told to")
    case .commit(let job, let files):
      if committed[job] != nil { violations.append("job \(job) is committed twice") }
      committed[job] = files
      checkFiles(files, of: job)
      schedule(after: delay(), .event(.commitEnded(job, failure: nil)))
    case .jobEnded(let job, let end, _):
      if ends[job] != nil { violations.append("job \(job) ends twice") }
      ends[job] = end
    }
  }

  private mutating func launch(_ tasks: [TaskLaunch], on id: ExecutorID) {
    guard let executor = executors[id] else { return }
    for task in tasks {
      launches += 1
      let attempt = task.attempt
      if !executor.stages.contains([attempt.task.job.number, UInt64(attempt.task.stage)]) {
        violations.append("\(attempt.task) was launched on \(id) before its stage was sent")
      }
      checkMapOutputs(of: attempt.task, on: id)
      executors[id]!.running.insert(attempt)
      schedule(
        after: .milliseconds(Int.random(in: 10...600, using: &random)),
        .taskEnds(task, id, session: executor.session))
    }
  }

  /// One that is not told of a map output would leave its rows out and notice nothing.
  private mutating func checkMapOutputs(of task: TaskID, on id: ExecutorID) {
    guard let plan = scheduler.plan(of: task.job) else { return }
    for case .exchange(let exchange) in plan.stages[task.stage].inputs {
      let outputs = executors[id]!.mapOutputs[[task.job.number, UInt64(exchange)]] ?? []
      let wanted = plan.exchanges[exchange].producers.reduce(0) {
        $0 + plan.stages[$1].partitionCount
      }
      if outputs.count != wanted {
        violations.append("\(task) was launched on \(id) with \(outputs.count) map outputs")
      }
    }
  }

  private mutating func checkFiles(_ files: [TaskOutcome.File], of job: JobID) {
    for (index, result) in plans[job]!.results.enumerated() {
      guard case .write = result.action else { continue }
      let partitions = files.filter { $0.result == index }.map(\.partition)
      if partitions.sorted() != Array(0..<result.partitionCount) {
        violations.append("job \(job), result \(index) has the partitions \(partitions)")
      }
    }
  }

  private mutating func delay() -> Duration {
    .milliseconds(Int.random(in: 1...50, using: &random))
  }

  private mutating func schedule(after delay: Duration, _ what: Happening) {
    order += 1
    happenings.append((now + delay, order, what))
  }
}
