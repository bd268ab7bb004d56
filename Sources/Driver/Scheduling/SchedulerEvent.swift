import OrderedCollections
import Plan

/// Time since the driver started, as the one who feeds a scheduler counts it.
package typealias Instant = Duration

/// What a scheduler is told.
package enum SchedulerEvent: Sendable {
  case executorRegistered(
    ExecutorID, ExecutorDescription, holding: ExecutorHoldings = ExecutorHoldings())
  /// One that an earlier driver knew: it has the time of a heartbeat to come back with what it holds.
  case executorAwaited(ExecutorID, ExecutorDescription)
  case executorHeard(ExecutorID)
  case executorLost(ExecutorID, reason: String)
  /// It is to leave when it can be spared.
  case executorDraining(ExecutorID)
  /// The answer to `migrate`; `failure` says why the receiver does not have all of it.
  case blocksMigrated(BlockMigration, ExecutorID, failure: String?)
  case jobSubmitted(JobID, JobSubmission)
  /// A job of an earlier driver goes on, after the executors that hold its outputs were announced.
  case jobRestored(JobID, RestoredJob)
  case jobCancelled(JobID)
  /// What an executor has to be told of the job is more than a message holds.
  case jobTooLarge(JobID, byteCount: Int, limit: Int)
  /// The executor's answer to `prepareJob`; `refusal` says why it cannot take part.
  case jobPrepared(JobID, ExecutorID, refusal: String?)
  case taskFinished(AttemptID, ExecutorID, TaskOutcome)
  case taskFailed(AttemptID, ExecutorID, TaskFailure)
  /// The answer to `commit`; `failure` says why the outputs could not be made final.
  case commitEnded(JobID, failure: String?)
  case cachedTableDropped(String)
  case cachedTableRestored(CachedTable)
  /// Time has passed.
  case tick
}

/// What an executor says of itself when it registers.
package struct ExecutorDescription: Hashable, Sendable {
  package var slots: Int
  /// Bytes.
  package var memory: Int64
  /// `host:port` where other executors fetch blocks.
  package var dataAddress: String
  package var host: String
  package var processID: Int32
  /// It is to leave, and was told so before.
  package var isLeaving: Bool

  package init(
    slots: Int, memory: Int64, dataAddress: String, host: String, processID: Int32,
    isLeaving: Bool = false
  ) {
    self.slots = slots
    self.memory = memory
    self.dataAddress = dataAddress
    self.host = host
    self.processID = processID
    self.isLeaving = isLeaving
  }
}

/// What an executor still holds when it registers again.
package struct ExecutorHoldings: Hashable, Sendable {
  package var jobs: [JobID]
  package var cachedTables: [CachedTableID]

  package init(jobs: [JobID] = [], cachedTables: [CachedTableID] = []) {
    self.jobs = jobs
    self.cachedTables = cachedTables
  }
}

package struct JobSubmission: Hashable, Sendable {
  package var name: String
  package var plan: StagePlan

  package init(name: String, plan: StagePlan) {
    self.name = name
    self.plan = plan
  }
}

/// A job as an earlier driver left it.
package struct RestoredJob: Sendable {
  package struct FinishedTask: Sendable {
    package var attempt: AttemptID
    package var executor: ExecutorID
    package var outcome: TaskOutcome

    package init(attempt: AttemptID, executor: ExecutorID, outcome: TaskOutcome) {
      self.attempt = attempt
      self.executor = executor
      self.outcome = outcome
    }
  }

  package var submission: JobSubmission
  /// The cached tables that it reads, by name.
  package var cachedInputs: OrderedDictionary<String, CachedTableID>
  package var finished: [FinishedTask]
  /// It is settled what becomes of its files, and some may have been moved: nothing of it runs again.
  package var isCommitDecided: Bool

  package init(
    submission: JobSubmission, cachedInputs: OrderedDictionary<String, CachedTableID>,
    finished: [FinishedTask], isCommitDecided: Bool = false
  ) {
    self.submission = submission
    self.cachedInputs = cachedInputs
    self.finished = finished
    self.isCommitDecided = isCommitDecided
  }
}

/// What a scheduler asks for, to be carried out in the order given.
package enum SchedulerAction: Hashable, Sendable {
  /// Ask the executor whether it takes part: it sees the folders of the job's outputs and runs what the job has.
  case prepareJob(JobID, ExecutorID)
  /// `owner` is the job in whose name the partitions of a cached table are kept: a restoration works for an older one.
  case sendStage(JobID, stage: Int, owner: JobID, ExecutorID)
  case sendMapOutputs(JobID, exchange: Int, [MapOutput], ExecutorID)
  case launch([TaskLaunch], ExecutorID)
  /// Nobody waits for these attempts, or reads what they have written.
  case cancel([AttemptID], ExecutorID)
  /// Forget the job's plans, attempts and blocks.
  case releaseJob(JobID, ExecutorID)
  case releaseCachedTable(CachedTableID, ExecutorID)
  /// Take over what another executor holds.
  case migrate(BlockMigration, ExecutorID)
  /// What an attempt wrote is held by another executor from now on.
  case moveOutputs(AttemptID, ExecutorID)
  /// What tasks of these stages have done so far counts no more: a later driver must not go on from it. When it cannot any
  /// more, what these attempts have written goes.
  case rollBack(JobID, stages: [Int], discarding: OrderedDictionary<ExecutorID, [AttemptID]>)
  /// Nobody needs the executor any more.
  case dismiss(ExecutorID)
  case disconnect(ExecutorID, reason: String)
  /// A cached table is another than it was: what a later driver has to know of it.
  case keepCachedTable(CachedTable)
  case forgetCachedTable(CachedTableID)
  /// All outputs are complete: make them final.
  case commit(JobID, [TaskOutcome.File])
  /// With how far it got; nil for one that never started.
  case jobEnded(JobID, JobEnd, JobProgress?)
}

/// How a job ended.
package enum JobEnd: Hashable, Sendable {
  /// With the rows of its `show` outputs.
  case succeeded([TaskOutcome.ShownRows])
  case failed(JobFailure)
  case cancelled
}

/// Why a job failed.
package enum JobFailure: Error, Hashable, Sendable {
  case wrongData(TaskID, String)
  case attemptsExhausted(TaskID, attempts: Int, last: String)
  case poison(TaskID, deaths: Int)
  /// Every task of a stage may be poison, so that none is it by itself.
  case poisonStage(TaskID, deaths: Int)
  case fetchesFailed(TaskID, attempts: Int, last: String)
  case noExecutor(waited: Duration)
  /// With what each of the executors said.
  case refusedByAll([String])
  case commitFailed(String)
  case cachedTableGone(String)
  /// The name stands for another table than the one that the job was planned for.
  case cachedTableChanged(String)
  case quotedNewline(path: String)
  /// A plan of a stage, or the list of its inputs, in bytes.
  case tooLarge(byteCount: Int, limit: Int)
}
