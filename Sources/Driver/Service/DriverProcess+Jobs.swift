import Columnar
import Foundation
import Plan
import Wire

// The life of a job: planned, run by the scheduler, committed, remembered. What blocks on files runs on a thread
// of its own and reports through the queue.

extension DriverProcess {
  func plan(_ id: JobID, _ request: Roost_SubmitJob) {
    planning.add((id, request))
    planNext()
  }

  private func planNext() {
    while let (id, request) = planning.next() { startPlanning(id, request) }
  }

  private func startPlanning(_ id: JobID, _ request: Roost_SubmitJob) {
    let cached = scheduler.cachedTableLayouts
    let (inbox, reservations, allowed) = (self.inbox, self.reservations, options.allowedPaths)
    startThread(named: "plan job \(id)") {
      let began = ContinuousClock.now
      let result = Result { () throws -> PlannedJob in
        let compiled = try CompiledJob(
          text: request.text, fileName: request.fileName, folder: request.folder,
          shippedFiles: [ShippedFile](wire: request.files), cached: cached, within: allowed)
        try reservations.withLock {
          try $0.reserve(compiled.plan.outputPaths, inputs: compiled.inputs, for: id)
        }
        return try PlannedJob(compiled, id: id)
      }
      inbox.push(
        .planned(
          id, result.mapError { JobRejection(message: "\($0)") }, took: .now - began))
    }
  }

  func planned(_ id: JobID, _ result: Result<PlannedJob, JobRejection>) {
    planning.ended()
    planNext()
    guard jobs[id] != nil else { return }
    let isCancelled = cancelledWhilePlanning.remove(id) != nil
    switch result {
    case .failure(let rejection):
      jobs[id]!.isRejected = true
      finish(id, .failed, error: rejection.message)
    case .success(let planned):
      jobs[id]!.planned = planned
      jobs[id]!.results = planned.plan.results
      jobs[id]!.name = planned.name
      if isCancelled {
        finish(id, .cancelled)
      } else {
        jobs[id]!.state = .running
        apply([.jobSubmitted(id, JobSubmission(name: planned.name, plan: planned.plan))])
        if let cachedInputs = scheduler.cachedInputs(of: id) {
          record(.jobPlanned(id, planned.wire(cachedInputs: cachedInputs)))
        }
      }
    }
  }

  func cancel(_ id: JobID) {
    if jobs[id]?.state == .planning {
      cancelledWhilePlanning.insert(id)
    } else {
      apply([.jobCancelled(id)])
    }
  }

  func commit(_ id: JobID, _ files: [TaskOutcome.File]) {
    guard let planned = jobs[id]?.planned else { return }
    let outputs = planned.completed(files)
    let (inbox, journal, decided) = (self.inbox, journalWriter, jobs[id]?.decidedCommit)
    startThread(named: "commit job \(id)") {
      let began = ContinuousClock.now
      let result = Result { () throws -> [CommittedOutput] in
        if let decided {
          try OutputCommitter().resume(decided)
        } else {
          try OutputCommitter().commit(outputs) { decision in
            // After the tasks whose files it names: the next driver must not miss what they left.
            try journal?.writeAndWait([.commitDecided(id, decision)])
          }
        }
        return zip(planned.outputs, outputs).map { output, completed in
          CommittedOutput(
            table: planned.plan.results[output.result].name,
            path: FileLocation(output.staged.write.path).display,
            files: completed.files.count, rows: completed.files.reduce(0) { $0 + $1.rows },
            bytes: completed.files.reduce(0) { $0 + $1.bytes },
            artifacts: completed.files.flatMap(\.artifacts).count,
            artifactBytes: completed.files.flatMap(\.artifacts).reduce(0) { $0 + $1.bytes })
        }
      }
      inbox.push(
        .committed(
          id, result.mapError { CommitFailure(message: "\($0)") }, took: .now - began))
    }
  }

  func committed(_ id: JobID, _ result: Result<[CommittedOutput], CommitFailure>) {
    switch result {
    case .success(let outputs):
      jobs[id]?.committed = outputs
      metrics.committedBytes += outputs.reduce(0) { $0 + $1.bytes }
      apply([.commitEnded(id, failure: nil)])
    case .failure(let failure): apply([.commitEnded(id, failure: failure.message)])
    }
  }

  /// The scheduler has let go of a job.
  func ended(_ id: JobID, _ end: JobEnd, _ progress: JobProgress?) {
    guard jobs[id] != nil else { return }
    jobs[id]!.progress = progress.map { progressReport(of: id, $0) }
    switch end {
    case .succeeded(let shown):
      jobs[id]!.shown = shown
      finish(id, .succeeded)
    case .failed(let failure): finish(id, .failed, error: "\(failure)")
    case .cancelled: finish(id, .cancelled)
    }
  }

  func finish(_ id: JobID, _ state: JobRecord.State, error: String = "") {
    let outputs = jobs[id]?.planned?.outputs.map(\.staged) ?? []
    guard state != .succeeded, !outputs.isEmpty else {
      close(id, state, error: error)
      return
    }
    // A slow store must not hold up the other jobs. A commit that is decided keeps its files.
    let inbox = self.inbox
    startThread(named: "abandon job \(id)") {
      OutputCommitter().abort(outputs)
      inbox.push(.abandoned(id, state, error: error))
    }
  }

  /// The last step: nothing of the job is left that another could stumble over.
  func close(_ id: JobID, _ state: JobRecord.State, error: String) {
    guard jobs[id]?.hasEnded == false else { return }
    reservations.withLock { $0.release(id) }
    files.release(.job(id))
    let ending = jobs[id]!.ending(as: state, error: error)
    jobs[id]!.observe(at: now) { $0.ended(at: $1) }
    let history = (try? jobs[id]!.historyMessage?.serializedBytes() as Data?) ?? Data()
    metrics.ended(state, after: Double(ending.elapsedMilliseconds) / 1000)
    record(.jobEnded(id, ending), .historyKept(id, history)) { driver, failure in
      driver.jobs[id]?.end(
        ending, history: history, isJournaled: driver.journal != nil && failure == nil)
      driver.log.info(
        "job \(id) \(state)\(error.isEmpty ? "" : ": \(error)")", metadata: .job(id))
      driver.reportEnd(of: id)
      driver.forgetOldJobs()
    }
  }

  /// Removes what the attempts of all jobs wrote. What is missed now goes when the output is prepared next.
  func abandonOutputs() {
    for record in jobs.values where !record.hasEnded && record.committed.isEmpty {
      OutputCommitter().abort(record.planned?.outputs.map(\.staged) ?? [])
    }
  }

  /// Jobs that ended too long ago, and the oldest of too many or of too many bytes, are forgotten.
  func forgetOldJobs() {
    forgetOldRows()
    forgetOldLogs()
    var excess = jobs.count - options.historyLimit
    var excessBytes =
      jobs.values.reduce(0) { $0 + $1.historyByteCount } - options.historyBytesLimit
    let oldest = Date(timeIntervalSinceNow: -options.historyAge.seconds)
    for (id, record) in jobs.filter({ $0.value.hasEnded }) {
      guard excess > 0 || excessBytes > 0 || record.endTime.map({ $0 < oldest }) ?? false
      else { continue }
      excess -= 1
      excessBytes -= record.historyByteCount
      jobs[id] = nil
      self.record(.jobForgotten(id))
    }
  }

  /// The rows that the latest jobs showed stay, as many as the options allow.
  func forgetOldRows() {
    var kept = 0
    for id in jobs.keys.reversed() where jobs[id]!.hasEnded {
      kept += jobs[id]!.shownBytes
      guard kept > options.shownBytesLimit, jobs[id]!.shownBytes > 0 else { continue }
      jobs[id]!.forgetRows()
      record(.jobEnded(id, jobs[id]!.description(progress: nil, withRows: false)))
    }
  }
}
