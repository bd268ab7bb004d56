import Foundation
import Plan
import Wire

// What the next driver has to know, and what this one knows of the last.

extension DriverProcess {
  /// Writes entries to the journal, if there is one, and goes on without waiting.
  func record(_ entries: JournalEntry...) {
    journalWriter?.write(entries)
  }

  /// Writes an entry and then, once it is on the disk, goes on with `next`: with why it is not there when it could not be
  /// written. Without a journal it goes on at once.
  func record(
    _ entry: JournalEntry, then next: @escaping (DriverProcess, JournalError?) -> Void
  ) {
    guard let journalWriter else {
      next(self, nil)
      return
    }
    recordCount += 1
    let (inbox, number) = (self.inbox, recordCount)
    afterRecording[number] = next
    journalWriter.write([entry]) { inbox.push(.recorded(number, $0)) }
  }

  func recorded(_ number: Int, _ failure: JournalError?) {
    afterRecording.removeValue(forKey: number)?(self, failure)
  }

  /// Goes on where the last driver stopped: its executors have the time of a heartbeat to come back, its jobs run on
  /// from their finished tasks.
  func resume(_ state: JournaledState) {
    for registration in state.executors {
      apply([
        .executorAwaited(
          ExecutorID(registration.executor), ExecutorDescription(wire: registration))
      ])
    }
    apply(state.cachedTables.map { .cachedTableRestored($0) })
    for job in state.jobs {
      lastJob = max(lastJob, job.id.number)
      jobs[job.id] = JobRecord(
        id: job.id, submission: job.submission, submitted: job.submitted, ending: job.ending)
    }
    let live = state.jobs.filter { $0.ending == nil }
    if !live.isEmpty {
      log.info("going on with \(live.count) jobs of an earlier driver")
    }
    for job in live { resume(job) }
  }

  private func resume(_ job: JournaledState.Job) {
    guard let plan = job.plan else {
      self.plan(job.id, job.submission)
      return
    }
    let (inbox, reservations) = (self.inbox, self.reservations)
    startThread(named: "resume job \(job.id)") {
      let result = Result { () throws -> ResumedJob in
        let planned = try PlannedJob(resuming: plan)
        // What it reads was checked when it was planned.
        try reservations.withLock {
          try $0.reserve(planned.plan.outputPaths, inputs: [], for: job.id)
        }
        return ResumedJob(
          planned: planned, commit: job.commit,
          restored: RestoredJob(
            submission: JobSubmission(name: planned.name, plan: planned.plan),
            cachedInputs: .init(wire: plan.cachedInputs), finished: job.finished,
            isCommitDecided: job.commit != nil))
      }
      inbox.push(.resumed(job.id, result.mapError { JobRejection(message: "\($0)") }))
    }
  }

  func resumed(_ id: JobID, _ result: Result<ResumedJob, JobRejection>) {
    guard jobs[id] != nil else { return }
    switch result {
    case .failure(let rejection): finish(id, .failed, error: rejection.message)
    case .success(let resumed):
      jobs[id]!.planned = resumed.planned
      jobs[id]!.decidedCommit = resumed.commit
      jobs[id]!.results = resumed.planned.plan.results
      jobs[id]!.name = resumed.planned.name
      if cancelledWhilePlanning.remove(id) != nil {
        finish(id, .cancelled)
      } else {
        jobs[id]!.state = .running
        apply([.jobRestored(id, resumed.restored)])
      }
    }
  }
}

/// A job of an earlier driver that may run on.
struct ResumedJob: Sendable {
  let planned: PlannedJob
  /// What is to become of its files, when that was decided.
  let commit: CommitJournal?
  let restored: RestoredJob
}
