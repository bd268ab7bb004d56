import Driver
import Plan

/// A scheduler with executors whose every word the test says itself.
struct SchedulerBench {
  var scheduler = Scheduler(generation: 3)
  var now: Duration = .zero
  var actions: [SchedulerAction] = []
  /// Why executors do not take part in jobs; those that are not here do.
  var refusals: [ExecutorID: String] = [:]
  /// Awaited executors that have not come.
  var absent: Set<ExecutorID> = []

  mutating func feed(_ event: SchedulerEvent) {
    switch event {
    case .executorAwaited(let id, _): absent.insert(id)
    case .executorRegistered(let id, _, _): absent.remove(id)
    default: break
    }
    let new = scheduler.handle([event], at: now)
    actions += new
    for case .prepareJob(let job, let id) in new where !absent.contains(id) {
      feed(.jobPrepared(job, id, refusal: refusals[id]))
    }
  }

  mutating func add(
    _ name: String, slots: Int = 1, holding: ExecutorHoldings = ExecutorHoldings()
  ) -> ExecutorID {
    let id = ExecutorID(name)
    feed(
      .executorRegistered(
        id,
        ExecutorDescription(
          slots: slots, memory: 1, dataAddress: "\(name):1", host: "h", processID: 1),
        holding: holding))
    return id
  }

  mutating func submit(_ number: UInt64, _ plan: StagePlan) {
    feed(.jobSubmitted(JobID(number), JobSubmission(name: "job", plan: plan)))
  }

  /// What was launched since the last call.
  mutating func takeLaunches() -> [(attempt: AttemptID, executor: ExecutorID)] {
    let launches = actions.flatMap { action -> [(AttemptID, ExecutorID)] in
      guard case .launch(let tasks, let id) = action else { return [] }
      return tasks.map { ($0.attempt, id) }
    }
    actions.removeAll { if case .launch = $0 { true } else { false } }
    return launches
  }

  /// Lets every launched task finish until none is launched any more.
  mutating func finishAll() {
    while true {
      let launches = takeLaunches()
      if launches.isEmpty { return }
      for (attempt, id) in launches { feed(.taskFinished(attempt, id, outcome(attempt))) }
    }
  }

  /// Lets what was launched since the last call finish.
  mutating func finishLaunched() -> [(attempt: AttemptID, executor: ExecutorID)] {
    let launches = takeLaunches()
    for (attempt, id) in launches { feed(.taskFinished(attempt, id, outcome(attempt))) }
    return launches
  }

  /// Lets every launched task finish until none is launched any more, and says what was launched.
  mutating func runAll() -> [TaskLaunch] {
    var all: [TaskLaunch] = []
    while true {
      let launches = actions.flatMap { action -> [TaskLaunch] in
        if case .launch(let tasks, _) = action { tasks } else { [] }
      }
      if launches.isEmpty { return all }
      all += launches
      _ = finishLaunched()
    }
  }

  func outcome(_ attempt: AttemptID) -> TaskOutcome {
    var outcome = TaskOutcome()
    guard let plan = scheduler.plan(of: attempt.task.job) else { return outcome }
    for sink in plan.stages[attempt.task.stage].sinks {
      guard case .result(let result, let first) = sink.target else { continue }
      let partition = first + attempt.task.partition
      switch plan.results[result].action {
      case .write:
        outcome.files.append(
          TaskOutcome.File(
            result: result, partition: partition, path: "\(attempt.epoch)", rows: 1, bytes: 1))
      case .show:
        outcome.shown.append(
          TaskOutcome.ShownRows(result: result, partition: partition, bytes: []))
      case .cache:
        outcome.cached.append(
          TaskOutcome.CachedPartition(result: result, partition: partition, rows: 1, bytes: 1))
      }
    }
    return outcome
  }

  var ends: [JobEnd] {
    actions.compactMap { if case .jobEnded(_, let end, _) = $0 { end } else { nil } }
  }

  /// The stages that started again, each time.
  var rollbacks: [[Int]] {
    actions.compactMap { if case .rollBack(_, let stages, _) = $0 { stages } else { nil } }
  }

  var commits: [[TaskOutcome.File]] {
    actions.compactMap { if case .commit(_, let files) = $0 { files } else { nil } }
  }
}

extension TaskFailure {
  /// A block that an attempt wrote is not where it was, as a reader says.
  static func lost(
    _ attempt: AttemptID, of exchange: Int = 0, at holder: ExecutorID
  ) -> TaskFailure {
    .blocksLost(
      LostBlocks(
        exchange: exchange, producer: 0, partition: attempt.task.partition, epoch: attempt.epoch,
        holder: holder, reason: "damaged"))
  }
}
