import Driver
import Executor
import OrderedCollections
import Plan

/// The world's own books, kept from what is said between the scheduler and the rest: what must come out of each job,
/// which attempts are under way, what was really written.
struct Ledger {
  struct StageKey: Hashable {
    let job: JobID
    let stage: Int
  }

  /// What a job was to do, over which cached tables.
  private struct Order {
    let plan: StagePlan
    let cachedInputs: [String: CachedTableID]
  }

  /// Jobs, but for those over a cached table that was not there.
  private var orders: [JobID: Order] = [:]
  /// What was written by indeterminate tasks or from what they wrote.
  private var attempts: [AttemptID: Ancestry] = [:]
  private var files: [String: Ancestry] = [:]
  private var partitions: [CachedPartitionKey: Ancestry] = [:]
  /// Attempts that were launched and neither answered nor cancelled nor lost.
  private(set) var underWay: [ExecutorID: Set<AttemptID>] = [:]
  private(set) var underWayCount: [JobID: Int] = [:]
  /// What each executor that was lost was running, the latest last.
  private(set) var losses: [(executor: ExecutorID, running: Set<TaskID>, isForgiven: Bool)] = []
  /// How many executors had been lost when a task of a stage finished last.
  private var progress: [StageKey: Int] = [:]
  /// Executors of which the driver has heard that they are to leave.
  private(set) var leaving: Set<ExecutorID> = []
  /// Which executors wrote each block or took it over.
  private(set) var blocks: [BlockKey: Set<ExecutorID>] = [:]

  /// What runs is forgotten with a driver; what was written stays.
  mutating func forgetDriver() {
    underWay = [:]
    underWayCount = [:]
    losses = []
    progress = [:]
    leaving = []
  }

  mutating func written(_ key: BlockKey, by id: ExecutorID) {
    blocks[key, default: []].insert(id)
  }

  /// A job is about to be told to the scheduler, which binds it to the cached tables that there are.
  mutating func submitted(
    _ job: JobID, _ plan: StagePlan, over summaries: [CachedTableSummary]
  ) {
    var inputs: [String: CachedTableID] = [:]
    if let stage = plan.stages.first(where: { $0.readsCached }), let name = plan.readsCached {
      guard let table = summaries.first(where: { $0.name == name }),
        table.partitions.count == stage.partitionCount
      else { return }
      inputs[name] = CachedTableID(name: name, job: table.job)
    }
    orders[job] = Order(plan: plan, cachedInputs: inputs)
  }

  func canBeDone(_ job: JobID) -> Bool { orders[job] != nil }

  /// What each partition of each result of a job must be, when it comes from these attempts of indeterminate tasks.
  func expected(_ job: JobID, from ancestry: Ancestry) -> [[Lineage]]? {
    guard let order = orders[job] else { return nil }
    return order.plan.lineage(
      of: job, from: ancestry,
      cached: order.cachedInputs.mapValues { expected($0, from: ancestry)! })
  }

  func expected(_ table: CachedTableID, from ancestry: Ancestry) -> [Lineage]? {
    guard let plan = orders[table.job]?.plan,
      let result = plan.results.firstIndex(where: { $0.action == .cache(name: table.name) })
    else { return nil }
    return expected(table.job, from: ancestry)?[result]
  }

  // MARK: Where rows come from

  mutating func note(_ ancestry: Ancestry, of attempt: AttemptID) {
    if !ancestry.isEmpty { attempts[attempt] = ancestry }
  }

  mutating func note(_ ancestry: Ancestry, of path: String) {
    if !ancestry.isEmpty { files[path] = ancestry }
  }

  mutating func note(_ ancestry: Ancestry, of partition: CachedPartitionKey) {
    if !ancestry.isEmpty { partitions[partition] = ancestry }
  }

  func ancestry(of attempt: AttemptID) -> Ancestry { attempts[attempt] ?? Ancestry() }
  func ancestry(of path: String) -> Ancestry { files[path] ?? Ancestry() }
  func ancestry(of partition: CachedPartitionKey) -> Ancestry {
    partitions[partition] ?? Ancestry()
  }

  // MARK: What happens

  mutating func note(_ event: SchedulerEvent) {
    switch event {
    case .executorRegistered(let id, let description, _):
      welcome(id)
      if description.isLeaving { leaving.insert(id) }
    case .executorDraining(let id): leaving.insert(id)
    case .executorAwaited(let id, _): underWay[id] = []
    case .executorLost(let id, _): lose(id)
    case .taskFinished(let attempt, let id, _):
      guard remove(attempt, from: id) else { return }
      progress[StageKey(job: attempt.task.job, stage: attempt.task.stage)] = losses.count
    case .taskFailed(let attempt, let id, _): remove(attempt, from: id)
    default: break
    }
  }

  mutating func note(_ action: SchedulerAction) {
    switch action {
    case .launch(let tasks, let id):
      for task in tasks where underWay[id]?.insert(task.attempt).inserted == true {
        underWayCount[task.attempt.task.job, default: 0] += 1
      }
    case .cancel(let attempts, let id):
      for attempt in attempts { remove(attempt, from: id) }
    case .disconnect(let id, _): lose(id)
    case .dismiss(let id):
      for attempt in underWay.removeValue(forKey: id) ?? [] {
        underWayCount[attempt.task.job]! -= 1
      }
    default: break
    }
  }

  @discardableResult
  private mutating func remove(_ attempt: AttemptID, from id: ExecutorID) -> Bool {
    guard underWay[id]?.remove(attempt) != nil else { return false }
    underWayCount[attempt.task.job]! -= 1
    return true
  }

  private mutating func lose(_ id: ExecutorID) {
    guard let attempts = underWay.removeValue(forKey: id) else { return }
    for attempt in attempts { underWayCount[attempt.task.job]! -= 1 }
    losses.append((id, Set(attempts.map(\.task)), false))
  }

  /// One that comes back has stopped what it ran and is no longer taken for dead.
  private mutating func welcome(_ id: ExecutorID) {
    for attempt in underWay[id] ?? [] { underWayCount[attempt.task.job]! -= 1 }
    underWay[id] = []
    for index in losses.indices where losses[index].executor == id {
      losses[index].isForgiven = true
    }
  }

  /// Whether the last executors that died all ran a task.
  func areLostRunning(_ task: TaskID, _ deaths: Int) -> Bool {
    let dead = losses.filter { !$0.isForgiven }
    return dead.count >= deaths && dead.suffix(deaths).allSatisfy { $0.running.contains(task) }
  }

  /// Executors that died running tasks of a stage since one last finished.
  func lossesWithoutProgress(of task: TaskID) -> Int {
    let since = progress[StageKey(job: task.job, stage: task.stage)] ?? 0
    return losses.dropFirst(since).count { loss in
      !loss.isForgiven && loss.running.contains { $0.job == task.job && $0.stage == task.stage }
    }
  }
}

extension Stage {
  var readsCached: Bool { inputs.contains { if case .cached = $0 { true } else { false } } }
}
