import OrderedCollections
import Plan

/// The executor's side of the protocol as a value: which attempts were started, what is known of each job.
///
/// The same events give the same actions; it has no clock, no socket and no thread. Attempts beyond the slots wait
/// where they were started, in that order.
package struct ExecutorProtocol: Sendable {
  private struct Job: Sendable {
    var stages: [Int: StageAssignment] = [:]
    var mapOutputs: [Int: [MapOutput]] = [:]
  }

  private var isRegistered = false
  private var jobs: OrderedDictionary<JobID, Job> = [:]
  /// Tables of which partitions may be here.
  private var cachedTables: OrderedSet<CachedTableID> = []
  /// Attempts that were started and have not ended; true for those that were told to stop.
  private var started: OrderedDictionary<AttemptID, Bool> = [:]

  package init() {}

  /// The jobs and tables of which blocks and partitions may be here, for the driver that it registers with.
  package var heldJobs: [JobID] { Array(jobs.keys) }
  package var heldCachedTables: [CachedTableID] { Array(cachedTables) }

  /// How much it holds: jobs that it was told of, and attempts that have not ended.
  package var sizes: (jobs: Int, attempts: Int) { (jobs.count, started.count) }

  package mutating func handle(_ event: ExecutorEvent) -> [ExecutorAction] {
    switch event {
    case .registered:
      isRegistered = true
      return []
    case .driverLost: return stopAll()
    case .stageAssigned(let assignment):
      jobs[assignment.job, default: Job()].stages[assignment.stage.id] = assignment
      cachedTables.formUnion(assignment.cachedTables)
      return []
    case .mapOutputs(let job, let exchange, let outputs):
      jobs[job, default: Job()].mapOutputs[exchange] = outputs
      return []
    case .launch(let launches): return launches.flatMap { launch($0) }
    case .cancel(let attempts): return cancel(attempts)
    case .releaseJob(let job):
      let stopped = started.keys.filter { $0.task.job == job }.flatMap { stop($0) }
      jobs[job] = nil
      return stopped + [.removeBlocks(job)]
    case .releaseCachedTable(let table):
      cachedTables.remove(table)
      return [.removeCachedTable(table)]
    case .attemptEnded(let attempt, let result): return ended(attempt, result)
    case .migrate(let request): return migrate(request)
    case .migrated(let request, let failure): return migrated(request, failure: failure)
    }
  }

  /// The driver that comes next, or this one again, has given the tasks to others; but it counts on the blocks, and
  /// says what of them nobody wants.
  private mutating func stopAll() -> [ExecutorAction] {
    isRegistered = false
    return started.keys.flatMap { stop($0) }
  }

  private mutating func launch(_ launch: TaskLaunch) -> [ExecutorAction] {
    let task = launch.attempt.task
    guard started[launch.attempt] == nil else { return [] }
    guard let job = jobs[task.job], let stage = job.stages[task.stage] else {
      return [
        .report(launch.attempt, .failed(.unexpected("stage \(task.stage) was never assigned")))
      ]
    }
    guard task.partition < stage.stage.partitionCount else {
      return [
        .report(launch.attempt, .failed(.unexpected("partition \(task.partition) does not exist")))
      ]
    }
    var outputs: [Int: [MapOutput]] = [:]
    for case .exchange(let exchange) in stage.stage.inputs {
      outputs[exchange] = job.mapOutputs[exchange] ?? []
    }
    started[launch.attempt] = false
    return [.start(TaskAssignment(launch: launch, stage: stage, mapOutputs: outputs))]
  }

  /// Nobody reads what these attempts write, or have written.
  private mutating func cancel(_ attempts: [AttemptID]) -> [ExecutorAction] {
    let ended = attempts.filter { started[$0] == nil }
    return attempts.flatMap { stop($0) } + (ended.isEmpty ? [] : [.removeOutputs(ended)])
  }

  private mutating func stop(_ attempt: AttemptID) -> [ExecutorAction] {
    guard started[attempt] == false else { return [] }
    started[attempt] = true
    return [.stop(attempt)]
  }

  private mutating func ended(_ attempt: AttemptID, _ result: TaskResult) -> [ExecutorAction] {
    guard let isStopped = started.removeValue(forKey: attempt) else { return [] }
    if !isStopped, isRegistered { return [.report(attempt, result)] }
    // It may have written after its job or its table was released.
    return [.removeOutputs([attempt])]
  }

  /// What is taken over goes with its job like what was written here.
  private mutating func migrate(_ request: BlockMigration) -> [ExecutorAction] {
    for block in request.blocks where jobs[block.attempt.task.job] == nil {
      jobs[block.attempt.task.job] = Job()
    }
    cachedTables.append(contentsOf: request.partitions.map(\.table))
    return [.migrate(request)]
  }

  private mutating func migrated(
    _ request: BlockMigration, failure: String?
  ) -> [ExecutorAction] {
    // They may have been released while they were on their way.
    let released = OrderedSet(request.blocks.map(\.attempt.task.job)).filter { jobs[$0] == nil }
    let dropped = OrderedSet(request.partitions.map(\.table)).filter { !cachedTables.contains($0) }
    return [.reportMigrated(request, failure: failure)] + released.map { .removeBlocks($0) }
      + dropped.map { .removeCachedTable($0) }
  }
}

extension StageAssignment {
  /// The tables of which its tasks write partitions.
  fileprivate var cachedTables: [CachedTableID] {
    results.sorted { $0.key < $1.key }.compactMap { _, result in
      guard case .cache(let name) = result.table.action else { return nil }
      return CachedTableID(name: name, job: owner)
    }
  }
}
