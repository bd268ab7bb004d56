import Foundation
import Logging
import Plan
import Wire

// What happens is told to the histories of jobs and to the metrics, beside the scheduler: it needs neither.

extension DriverProcess {
  private static let departedLimit = 50

  /// Before the scheduler hears of it.
  func observe(_ event: SchedulerEvent, at now: Instant) {
    metrics.observe(event)
    switch event {
    case .taskFinished(let attempt, _, let outcome):
      tell(attempt.task.job, at: now) { $0.finished(attempt, outcome, at: $1) }
    case .taskFailed(let attempt, _, let failure):
      tell(attempt.task.job, at: now) { $0.failed(attempt, failure, at: $1) }
    case .executorRegistered(let executor, _, _):
      for id in jobs.keys { tell(id, at: now) { $0.registered(executor, at: $1) } }
    case .executorLost(let executor, let reason): lost(executor, reason: reason, at: now)
    case .jobSubmitted(let id, let submission):
      tell(id, at: now) { history, _ in
        history.planned(submission.plan, name: submission.name)
      }
    case .jobRestored(let id, let job):
      tell(id, at: now) {
        $0.planned(job.submission.plan, name: job.submission.name)
        $0.restored(job.finished, at: $1)
      }
    default: break
    }
  }

  /// Before it is carried out.
  func observe(_ action: SchedulerAction, at now: Instant) {
    switch action {
    case .launch(let tasks, let executor):
      for task in tasks {
        tell(task.attempt.task.job, at: now) {
          $0.launched(task.attempt, on: executor, at: $1)
        }
      }
    case .cancel(let attempts, _):
      for attempt in attempts {
        tell(attempt.task.job, at: now) { $0.cancelled([attempt], at: $1) }
      }
    case .rollBack(let job, let stages, _):
      tell(job, at: now) { $0.rolledBack(stages, at: $1) }
    case .disconnect(let executor, let reason): lost(executor, reason: reason, at: now)
    case .dismiss(let executor):
      note(departed: executor, reason: "it was let go after a drain")
    default: break
    }
  }

  /// In place: a record is large, and as an optional it would be moved out and back for each task.
  private func tell(
    _ job: JobID, at now: Instant, _ tell: (inout JobHistory, Duration) -> Void
  ) {
    guard let index = jobs.index(forKey: job) else { return }
    jobs.values[index].observe(at: now, tell)
  }

  private func lost(_ executor: ExecutorID, reason: String, at now: Instant) {
    metrics.lostExecutor()
    note(departed: executor, reason: reason)
    for id in jobs.keys { tell(id, at: now) { $0.lost(executor, reason: reason, at: $1) } }
  }

  private func note(departed executor: ExecutorID, reason: String) {
    statuses[executor] = nil
    let entry = Roost_DepartedExecutor.with {
      $0.executor = executor.name
      $0.timeMilliseconds = Int64(Date().timeIntervalSince1970 * 1000)
      $0.reason = reason
    }
    departed.insert(entry, at: 0)
    if departed.count > Self.departedLimit { departed.removeLast() }
  }
}

extension Logger.Metadata {
  /// What a line of the log is about, for those who look for it by job, stage, task or executor.
  static func job(_ id: JobID) -> Logger.Metadata { ["job": "\(id)"] }

  static func executor(_ id: ExecutorID) -> Logger.Metadata { ["executor": "\(id)"] }

  static func attempt(_ attempt: AttemptID, on executor: ExecutorID) -> Logger.Metadata {
    [
      "job": "\(attempt.task.job)", "stage": "\(attempt.task.stage)",
      "task": "\(attempt.task.partition)", "epoch": "\(attempt.epoch)",
      "executor": "\(executor)",
    ]
  }
}
