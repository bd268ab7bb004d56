import DequeModule
import OrderedCollections
import Plan

/// The executor's side of the protocol as a value: which attempts run, which wait for a slot, what is known of each job.
///
/// The same events give the same actions; it has no clock, no socket and no thread.
package struct ExecutorProtocol: Sendable {
  private struct Job: Sendable {
    var stages: [Int: StageAssignment] = [:]
    var mapOutputs: [Int: [MapOutput]] = [:]
  }

  private let slots: Int
  private var isRegistered = false
  private var jobs: [JobID: Job] = [:]
  private var waiting: Deque<TaskAssignment> = []
  /// Attempts that have a slot; `false` for one that was told to stop.
  private var running: OrderedDictionary<AttemptID, Bool> = [:]

  package init(slots: Int) {
    self.slots = slots
  }

  package mutating func handle(_ event: ExecutorEvent) -> [ExecutorAction] {
    switch event {
    case .registered:
      isRegistered = true
      return []
    case .driverLost: return abandonAll()
    case .stageAssigned(let assignment):
      jobs[assignment.job, default: Job()].stages[assignment.stage.id] = assignment
      return []
    case .mapOutputs(let job, let exchange, let outputs):
      jobs[job, default: Job()].mapOutputs[exchange] = outputs
      return []
    case .launch(let launches): return launches.flatMap { launch($0) }
    case .cancel(let attempts): return attempts.flatMap { cancel($0) }
    case .releaseJob(let job):
      let attempts = waiting.map(\.launch.attempt) + running.keys
      let stopped = attempts.filter { $0.task.job == job }.flatMap { cancel($0) }
      jobs[job] = nil
      return stopped + [.removeBlocks(job)]
    case .releaseCachedTable(let table): return [.removeCachedTable(table)]
    case .attemptEnded(let attempt, let result): return ended(attempt, result)
    }
  }

  /// What a lost driver wanted is wanted no more: it has given the tasks to others.
  private mutating func abandonAll() -> [ExecutorAction] {
    isRegistered = false
    jobs = [:]
    waiting = []
    var actions: [ExecutorAction] = []
    for attempt in running.keys where running[attempt] == true {
      running[attempt] = false
      actions.append(.stop(attempt))
    }
    return actions + [.removeEverything]
  }

  private mutating func launch(_ launch: TaskLaunch) -> [ExecutorAction] {
    let task = launch.attempt.task
    // Twice in two slots it would free one of them only.
    guard running[launch.attempt] == nil,
      !waiting.contains(where: { $0.launch.attempt == launch.attempt })
    else { return [] }
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
    waiting.append(TaskAssignment(launch: launch, stage: stage, mapOutputs: outputs))
    return startWaiting()
  }

  private mutating func startWaiting() -> [ExecutorAction] {
    var actions: [ExecutorAction] = []
    while running.count < slots, let next = waiting.popFirst() {
      running[next.launch.attempt] = true
      actions.append(.start(next))
    }
    return actions
  }

  private mutating func cancel(_ attempt: AttemptID) -> [ExecutorAction] {
    waiting.removeAll { $0.launch.attempt == attempt }
    guard running[attempt] == true else { return [] }
    running[attempt] = false
    return [.stop(attempt)]
  }

  private mutating func ended(_ attempt: AttemptID, _ result: TaskResult) -> [ExecutorAction] {
    guard let isWanted = running.removeValue(forKey: attempt) else { return [] }
    var actions: [ExecutorAction] = []
    if isWanted, isRegistered {
      actions.append(.report(attempt, result))
    } else if jobs[attempt.task.job] == nil {
      // It wrote its blocks after the job was released.
      actions.append(.removeBlocks(attempt.task.job))
    }
    return actions + startWaiting()
  }
}
