import Driver
import Plan

// The life of a job on the driver, as `DriverProcess+Jobs` has it: planned, run, committed, ended.

extension World {
  mutating func submit(_ index: Int) {
    guard let run = driver?.run else {
      agenda.add(.clientSubmits(index), after: .seconds(1))
      return
    }
    if submissions[index].hasEnded || submissions[index].driverRun == run { return }
    submissions[index].choosePlan(
      reading: driver!.scheduler.cachedTableSummaries(), using: &random)
    submissions[index].driverRun = run
    // The token of a submission tells that it is one that an earlier driver took.
    if driver!.job(of: index) != nil { return }
    let job = driver!.nextJob
    driver!.add(SimulatedDriver.Job(submission: index), as: job)
    note("client submits \(submissions[index].text) as job \(job)")
    record(.jobSubmitted(job, submission: index), then: .plan(job))
  }

  mutating func planned(_ job: JobID, run: Int) {
    guard driver?.run == run, let record = driver!.jobs[job] else { return }
    let plan = submissions[record.submission].plan
    for (index, result) in plan.results.enumerated() {
      guard case .write(let write) = result.action else { continue }
      let staging = "\(write.path).staging-\(run)-\(job)"
      do throws(OutputError) {
        try disk.prepare(write.path, staging: staging)
      } catch {
        violate(.commitGoesOn, "what was left of \(write.path) cannot be ended: \(error)")
      }
      driver!.jobs[job]!.stagings[index] = StagedFolder(
        path: staging, naming: .perAttempt, format: write.format, firstPart: 0)
    }
    if record.isCancelled {
      finish(job, .cancelled)
      return
    }
    driver!.jobs[job]!.phase = .running
    ledger.submitted(job, plan, over: driver!.scheduler.cachedTableSummaries())
    tell([.jobSubmitted(job, JobSubmission(name: submissions[record.submission].text, plan: plan))])
    if let inputs = driver!.scheduler.cachedInputs(of: job) {
      self.record(
        .jobPlanned(job, plan, stagings: driver!.jobs[job]!.stagings, cachedInputs: inputs))
    }
  }

  mutating func cancel(_ index: Int) {
    submissions[index].isCancelled = true
    guard !submissions[index].hasEnded, let job = driver?.job(of: index),
      let record = driver!.jobs[job]
    else { return }
    note("client cancels job \(job)")
    switch record.phase {
    case .planning: driver!.jobs[job]!.isCancelled = true
    case .running: tell([.jobCancelled(job)])
    case .ended: break
    }
  }

  // MARK: Commit

  mutating func beginCommit(_ job: JobID, _ files: [TaskOutcome.File]) {
    guard let record = driver!.jobs[job] else { return }
    if record.commit != nil { violate(.committedOnce, "job \(job) is committed a second time") }
    let plan = submissions[record.submission].plan
    let outputs = record.stagings.sorted { $0.key < $1.key }.map { result, staging in
      guard case .write(let write) = plan.results[result].action else { fatalError("not a file") }
      return CommitJournal.Output(
        target: write.path, staging: staging.path, mode: write.mode, format: write.format,
        folder: disk.stagings[staging.path]?.folder,
        files: files.filter { $0.result == result }.map {
          CommitJournal.File(
            staged: $0.path, name: staging.fileName(partition: $0.partition), rows: 1, bytes: 1)
        })
    }
    let decided = record.decidedCommit
    driver!.jobs[job]!.commit = SimulatedDriver.Commit(
      outputs: decided ?? outputs, isDecided: decided != nil)
    agenda.add(.commitGoesOn(run: driver!.run, job), after: delay())
  }

  mutating func goOnWithCommit(of job: JobID, run: Int) {
    guard driver?.run == run, let commit = driver!.jobs[job]?.commit else { return }
    if random.chance(conditions.commitFailureRate) {
      submissions[driver!.jobs[job]!.submission].commitFailed = true
      tell([.commitEnded(job, failure: "the disk failed")])
      return
    }
    if !commit.isDecided {
      record(.commitDecided(job, commit.outputs), then: .decideCommit(job))
      return
    } else if commit.position < commit.outputs.count {
      do throws(OutputError) {
        if try !disk.goOn(commit.outputs[commit.position]) {
          driver!.jobs[job]!.commit!.position += 1
        }
      } catch {
        violate(.commitGoesOn, "the commit of job \(job) cannot go on: \(error)")
        return
      }
    } else {
      for output in commit.outputs { disk.discard(output) }
      tell([.commitEnded(job, failure: nil)])
      return
    }
    agenda.add(.commitGoesOn(run: run, job), after: delay())
  }

  mutating func decideCommit(of job: JobID) {
    for output in driver!.jobs[job]!.commit!.outputs { disk.decide(output) }
    driver!.jobs[job]!.commit!.isDecided = true
    agenda.add(.commitGoesOn(run: driver!.run, job), after: delay())
  }

  // MARK: The end

  mutating func jobEnded(_ job: JobID, _ end: JobEnd) {
    guard let record = driver!.jobs[job] else { return }
    if record.phase == .ended { violate(.endsOnce, "job \(job) ends a second time: \(end)") }
    checkReason(for: end, of: job, record)
    finish(job, end)
  }

  /// What the attempts of a job that did not succeed wrote is removed before anybody hears of its end.
  mutating func finish(_ job: JobID, _ end: JobEnd) {
    driver!.jobs[job]!.phase = .ended
    driver!.jobs[job]!.end = end
    if case .succeeded = end {
      record(.jobEnded(job), then: .reportEnd(job))
    } else {
      agenda.add(.outputsAbandoned(run: driver!.run, job), after: delay())
    }
  }

  mutating func abandonOutputs(of job: JobID, run: Int) {
    guard driver?.run == run, let stagings = driver!.jobs[job]?.stagings else { return }
    for staging in stagings.values { disk.abandon(staging: staging.path) }
    record(.jobEnded(job), then: .reportEnd(job))
  }

  mutating func reportEnd(of job: JobID) {
    guard let record = driver!.jobs[job], let end = record.end else { return }
    note("job \(job) has ended: \(end.text)")
    submissions[record.submission].end = end
    if case .succeeded(let shown) = end { checkOutput(of: job, shown: shown, record) }
  }
}
