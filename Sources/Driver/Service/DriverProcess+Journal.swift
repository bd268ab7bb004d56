import Foundation
import Plan
import Wire

// What the next driver has to know, and what this one knows of the last.

extension DriverProcess {
  /// Writes entries to the journal, if there is one, and goes on without waiting.
  func record(_ entries: JournalEntry...) {
    journalWriter?.write(entries)
  }

  /// Writes entries and then, once they are on the disk, goes on with `next`: with why they are not there when they could
  /// not be written. Without a journal it goes on at once.
  func record(
    _ entries: JournalEntry..., then next: @escaping (DriverProcess, JournalError?) -> Void
  ) {
    guard let journalWriter else {
      next(self, nil)
      return
    }
    recordCount += 1
    let (inbox, number, began) = (self.inbox, recordCount, now)
    afterRecording[number] = { driver, failure in
      driver.metrics.journalTimes.observe((driver.now - began).seconds)
      next(driver, failure)
    }
    journalWriter.write(entries) { inbox.pushAtOnce(.recorded(number, $0)) }
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
    for table in state.cachedTables { holdFiles(of: table) }
    for job in state.jobs {
      lastJob = max(lastJob, job.id.number)
      jobs[job.id] = JobRecord(
        id: job.id, submission: job.submission, submitted: job.submitted, now: now,
        log: JobLog(job.log), ending: job.ending, historyByteCount: job.historyByteCount)
    }
    forgetOldRows()
    forgetOldLogs()
    let live = state.jobs.filter { $0.ending == nil }
    if !live.isEmpty {
      log.info("going on with \(live.count) jobs of an earlier driver")
    }
    // Before anybody is heard: an executor would be told to forget what it holds of a job that is not there yet, and a
    // new job could take the output of an old one.
    for job in live { holdFiles(of: job) }
    for job in live { resume(job) }
    for job in live where job.plan == nil { plan(job.id, job.submission) }
  }

  /// The next driver must not take those for files that nobody needs. Should one have gone, the job says so when it asks.
  private func holdFiles(of job: JournaledState.Job) {
    guard let shipped = try? [ShippedFile](wire: job.submission.files) else { return }
    _ = files.hold(shipped, for: .job(job.id))
  }

  /// Partitions that are lost are made again by what made them.
  func holdFiles(of table: CachedTable) {
    let shipped = table.plan.shippedFiles
    if !shipped.isEmpty { _ = files.hold(shipped, for: .table(table.id)) }
  }

  /// Blocks on the file system.
  private func resume(_ job: JournaledState.Job) {
    guard let plan = job.plan else { return }
    do {
      let planned = try PlannedJob(resuming: plan)
      // What it reads was checked when it was planned.
      try reservations.withLock {
        try $0.reserve(planned.plan.outputPaths, inputs: [], for: job.id)
      }
      jobs[job.id]!.planned = planned
      jobs[job.id]!.decidedCommit = job.commit
      jobs[job.id]!.results = planned.plan.results
      jobs[job.id]!.name = planned.name
      jobs[job.id]!.state = .running
      let restored = RestoredJob(
        submission: JobSubmission(name: planned.name, plan: planned.plan),
        cachedInputs: .init(wire: plan.cachedInputs), finished: job.finished,
        isCommitDecided: job.commit != nil)
      apply([.jobRestored(job.id, restored)])
    } catch {
      finish(job.id, .failed, error: "\(error)")
    }
  }
}
