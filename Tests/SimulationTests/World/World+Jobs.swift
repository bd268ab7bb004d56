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
    let job = driver!.nextJob
    driver!.jobs[job] = SimulatedDriver.Job(submission: index)
    note("client submits \(submissions[index].text) as job \(job)")
    agenda.add(
      .jobPlanned(run: driver!.run, job),
      after: .milliseconds(Int.random(in: 1...100, using: &random)))
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
      end(job, .cancelled)
      return
    }
    driver!.jobs[job]!.phase = .running
    ledger.submitted(
      job, plan, over: driver!.scheduler.cachedTableSummaries(), submission: record.submission)
    tell([.jobSubmitted(job, JobSubmission(name: submissions[record.submission].text, plan: plan))])
  }

  mutating func cancel(_ index: Int) {
    guard !submissions[index].hasEnded, let job = driver?.job(of: index),
      let record = driver!.jobs[job]
    else { return }
    submissions[index].isCancelled = true
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
    driver!.jobs[job]!.commit = SimulatedDriver.Commit(outputs: outputs)
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
      for output in commit.outputs { disk.decide(output) }
      driver!.jobs[job]!.commit!.isDecided = true
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

  // MARK: The end

  mutating func jobEnded(_ job: JobID, _ end: JobEnd) {
    guard let record = driver!.jobs[job] else { return }
    if record.phase == .ended { violate(.endsOnce, "job \(job) ends a second time: \(end)") }
    self.end(job, end)
  }

  private mutating func end(_ job: JobID, _ end: JobEnd) {
    guard let record = driver!.jobs[job] else { return }
    driver!.jobs[job]!.phase = .ended
    submissions[record.submission].end = end
    note("job \(job) has ended: \(end.text)")
    checkEnd(of: job, end, record)
    if case .succeeded = end { return }
    agenda.add(.outputsAbandoned(run: driver!.run, job), after: delay())
  }

  mutating func abandonOutputs(of job: JobID, run: Int) {
    guard driver?.run == run, let record = driver!.jobs[job] else { return }
    for staging in record.stagings.values { disk.abandon(staging: staging.path) }
  }
}
