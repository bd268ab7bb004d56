import Driver
import Plan

// What the next driver has to know, and what this one knows of the last, as `DriverProcess+Journal` has it.

extension World {
  mutating func record(_ entry: SimulatedJournal.Entry, then next: JournalQueue.Next? = nil) {
    driver!.journal.add(entry, then: next)
    beginWriteOfJournal()
  }

  private mutating func beginWriteOfJournal() {
    guard driver!.journal.beginWrite() else { return }
    let time = Duration.microseconds(Int.random(in: 100...20_000, using: &random))
    agenda.add(.journalIsWritten(run: driver!.run), after: time)
  }

  mutating func journalIsWritten(by run: Int) {
    guard driver?.run == run else { return }
    for next in driver!.journal.endWrite(to: &disk.journal) {
      switch next {
      case .plan(let job):
        let time = Duration.milliseconds(Int.random(in: 1...100, using: &random))
        agenda.add(.jobPlanned(run: run, job), after: time)
      case .decideCommit(let job): decideCommit(of: job)
      case .reportEnd(let job): reportEnd(of: job)
      case .discard(let outputs): discard(outputs)
      }
    }
    beginWriteOfJournal()
  }

  /// Restorations of cached tables are not in the journal: the next driver begins them anew.
  mutating func recordFinished(
    _ attempt: AttemptID, on id: ExecutorID, _ outcome: TaskOutcome
  ) {
    guard driver!.jobs[attempt.task.job] != nil,
      driver!.scheduler.isCurrent(attempt, on: id)
    else { return }
    record(
      .taskFinished(RestoredJob.FinishedTask(attempt: attempt, executor: id, outcome: outcome)))
  }

  /// Goes on where the last driver stopped, before it hears anybody.
  mutating func resumeJobs() {
    let journal = disk.journal
    for (id, description) in journal.executors { tell([.executorAwaited(id, description)]) }
    tell(journal.cachedTables.values.map { .cachedTableRestored($0) })
    for (id, job) in journal.jobs {
      var record = SimulatedDriver.Job(submission: job.submission)
      record.stagings = job.stagings
      record.decidedCommit = job.commit
      if job.hasEnded { record.phase = .ended }
      driver!.add(record, as: id)
    }
    for (id, job) in journal.jobs where !job.hasEnded {
      if let plan = job.plan {
        resume(id, job, plan)
      } else {
        let time = Duration.milliseconds(Int.random(in: 1...100, using: &random))
        agenda.add(.jobPlanned(run: driver!.run, id), after: time)
      }
    }
  }

  private mutating func resume(_ id: JobID, _ job: SimulatedJournal.Job, _ plan: StagePlan) {
    driver!.jobs[id]!.phase = .running
    let finished = job.finished.values.sorted {
      ($0.attempt.task.stage, $0.attempt.task.partition)
        < ($1.attempt.task.stage, $1.attempt.task.partition)
    }
    tell([
      .jobRestored(
        id,
        RestoredJob(
          submission: JobSubmission(name: submissions[job.submission].text, plan: plan),
          cachedInputs: job.cachedInputs, finished: finished,
          isCommitDecided: job.commit != nil))
    ])
  }
}
