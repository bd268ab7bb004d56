import Foundation
import Plan
import Wire

/// What happens in a driver that the next one has to know.
package enum JournalEntry: Sendable {
  case jobSubmitted(JobID, Roost_SubmitJob, at: Date)
  case jobPlanned(JobID, Roost_JournaledPlan)
  case taskFinished(AttemptID, ExecutorID, Roost_TaskReport)
  /// What a finished attempt wrote is held by another executor now.
  case outputsMoved(AttemptID, ExecutorID)
  /// What tasks of these stages have done counts no more.
  case stagesRolledBack(JobID, stages: [Int])
  case commitDecided(JobID, CommitJournal)
  /// With all that is remembered of it; what was needed to go on with it goes.
  case jobEnded(JobID, Roost_JobDescription)
  case jobForgotten(JobID)
  /// How a job ran, as bytes of its message.
  case historyKept(JobID, Data)
  case logged(JobID, JobLog.Piece)
  /// The pieces of the job's log that begin before so many bytes are kept no more.
  case logTrimmed(JobID, before: Int64)
  case executorRegistered(Roost_RegisterExecutor)
  case executorLost(ExecutorID)
  case cachedTableKept(CachedTableID, Roost_JournaledCachedTable)
  case cachedTableForgotten(CachedTableID)
}

/// What an earlier driver wrote down.
package struct JournaledState: Sendable {
  package struct Job: Sendable {
    package var id: JobID
    package var submission: Roost_SubmitJob
    package var submitted: Date
    /// Nil when it was not planned yet.
    package var plan: Roost_JournaledPlan?
    /// Nil when its outputs were not complete yet.
    package var commit: CommitJournal?
    /// Nil when it has not ended.
    package var ending: Roost_JobDescription?
    package var finished: [RestoredJob.FinishedTask]
    /// Bytes of its history; 0 when none is kept.
    package var historyByteCount: Int
    /// In the order in which it was printed.
    package var log: [JobLog.Piece]
  }

  /// Of the driver that reads it.
  package var generation: UInt64
  /// In the order of their numbers.
  package var jobs: [Job]
  package var executors: [Roost_RegisterExecutor]
  /// In the order in which they were made.
  package var cachedTables: [CachedTable]
}
