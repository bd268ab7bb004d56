import Driver
import Executor
import Plan

/// Ways to break the scheduler or the protocol on purpose, to see that the invariants notice. The real values stay as
/// they are; what goes into them or comes out of them is changed on its way, as if they had the fault.
struct Breakage {
  enum Kind: CaseIterable {
    /// A report counts for the latest attempt of its task, whoever sent it: as if nobody looked at epochs.
    case oldReportsCount
    /// The producer of a block that was lost does not run again.
    case lostBlocksStayLost
    /// The outputs of a job are made final twice.
    case commitsTwice
    /// Executors are not told that a job has ended.
    case neverReleases
    /// An executor may be silent for ever.
    case silenceIsFine
    /// A reader forgets the last map output that it is told of.
    case readersMissAnOutput
    /// An executor believes the first list of map outputs that it gets of an exchange, and no later one.
    case oldMapOutputsAreBelieved
    /// The death of an executor is heard of, but not that its tasks died with it.
    case deathsAreIgnored
    /// A task that gives other rows each time is taken for one like all others.
    case neverRollsBack
    /// The next driver does not know of stages that have started again.
    case rollbacksAreNotWritten
  }

  let kind: Kind
  /// Where each task was launched last.
  private var launches: [TaskID: (attempt: AttemptID, executor: ExecutorID)] = [:]
  private var told: Set<[String]> = []

  init(_ kind: Kind) { self.kind = kind }

  func change(_ options: inout SchedulerOptions) {
    if kind == .silenceIsFine { options.heartbeatTimeout = .seconds(1_000_000) }
  }

  /// What the scheduler is told in place of these.
  mutating func events(_ events: [SchedulerEvent]) -> [SchedulerEvent] {
    events.compactMap { event in
      switch (kind, event) {
      case (.oldReportsCount, .taskFinished(let attempt, _, let outcome)):
        guard let latest = launches[attempt.task] else { return event }
        return .taskFinished(latest.attempt, latest.executor, outcome)
      case (.lostBlocksStayLost, .taskFailed(let attempt, let id, .blocksLost)):
        return .taskFailed(attempt, id, .cancelled)
      case (.deathsAreIgnored, .executorLost(let id, _)): return .executorHeard(id)
      case (.neverRollsBack, .jobSubmitted(let job, var submission)):
        submission.plan.takeForDeterminate()
        return .jobSubmitted(job, submission)
      case (.neverRollsBack, .jobRestored(let id, var job)):
        job.submission.plan.takeForDeterminate()
        return .jobRestored(id, job)
      default: return event
      }
    }
  }

  /// What is carried out in place of these.
  mutating func actions(_ actions: [SchedulerAction]) -> [SchedulerAction] {
    actions.flatMap { action -> [SchedulerAction] in
      switch (kind, action) {
      case (.oldReportsCount, .launch(let tasks, let id)):
        for task in tasks { launches[task.attempt.task] = (task.attempt, id) }
        return [action]
      case (.commitsTwice, .commit): return [action, action]
      case (.neverReleases, .releaseJob), (.rollbacksAreNotWritten, .rollBack): return []
      default: return [action]
      }
    }
  }

  /// What an executor's side of the protocol is told in place of this; nil for nothing.
  mutating func event(_ event: ExecutorEvent, on id: ExecutorID) -> ExecutorEvent? {
    switch (kind, event) {
    case (.readersMissAnOutput, .mapOutputs(let job, let exchange, let outputs)):
      .mapOutputs(job, exchange: exchange, outputs.dropLast())
    case (.oldMapOutputsAreBelieved, .mapOutputs(let job, let exchange, _)):
      told.insert([id.name, "\(job)", "\(exchange)"]).inserted ? event : nil
    default: event
    }
  }
}

extension StagePlan {
  fileprivate mutating func takeForDeterminate() {
    for stage in stages.indices { stages[stage].isIndeterminate = false }
  }
}
