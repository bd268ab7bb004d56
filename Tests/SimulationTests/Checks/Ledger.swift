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

  /// What each result of a job must be; nil for one over a cached table that was not there.
  private(set) var expected: [JobID: [[Lineage]]] = [:]
  private(set) var tables: [CachedTableID: [Lineage]] = [:]
  /// Attempts that were launched and neither answered nor cancelled nor lost.
  private(set) var underWay: [ExecutorID: Set<AttemptID>] = [:]
  private(set) var underWayCount: [JobID: Int] = [:]
  /// What each executor that was lost was running, the latest last.
  private(set) var losses: [Set<TaskID>] = []
  private(set) var lossesWithoutProgress: [StageKey: Int] = [:]
  /// Which executor wrote each block.
  private(set) var blocks: [BlockKey: ExecutorID] = [:]

  /// A new driver counts jobs from the beginning.
  mutating func forgetDriver() { self = Ledger() }

  mutating func written(_ key: BlockKey, by id: ExecutorID) { blocks[key] = id }

  /// A job is about to be told to the scheduler, which binds it to the cached tables that there are.
  mutating func submitted(
    _ job: JobID, _ plan: StagePlan, over summaries: [CachedTableSummary], submission: Int
  ) {
    var cached: [String: [Lineage]] = [:]
    if let stage = plan.stages.first(where: { $0.readsCached }), let name = plan.readsCached {
      guard let table = summaries.first(where: { $0.name == name }),
        table.partitions.count == stage.partitionCount
      else { return }
      cached[name] = tables[CachedTableID(name: name, job: table.job)]
    }
    let lineage = plan.lineage(cached: cached)
    expected[job] = lineage
    for (index, result) in plan.results.enumerated() {
      if case .cache(let name) = result.action {
        tables[CachedTableID(name: name, job: job)] = lineage[index]
      }
    }
  }

  mutating func note(_ event: SchedulerEvent) {
    switch event {
    case .executorRegistered(let id, _):
      if underWay[id] != nil { lose(id) }
      underWay[id] = []
    case .executorLost(let id, _): lose(id)
    case .taskFinished(let attempt, let id, _):
      guard remove(attempt, from: id) else { return }
      lossesWithoutProgress[StageKey(job: attempt.task.job, stage: attempt.task.stage)] = 0
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
    losses.append(Set(attempts.map(\.task)))
    for stage in Set(attempts.map { StageKey(job: $0.task.job, stage: $0.task.stage) }) {
      lossesWithoutProgress[stage, default: 0] += 1
    }
  }
}

extension Stage {
  var readsCached: Bool { inputs.contains { if case .cached = $0 { true } else { false } } }
}
