import Foundation
import Plan
import Wire

// Questions that one message answers, from clients and from this process.

extension DriverProcess {
  /// The answer to a question about the driver and its cluster, or to a wish that is fulfilled at once; nil for what is
  /// neither.
  func answer(to message: Roost_ControlMessage) -> Roost_ControlMessage? {
    switch message.content {
    case .readLog(let request):
      guard let record = jobs[JobID(request.job)] else { return noJob(request.job) }
      return .with { $0.jobLog = record.log.wire(of: record.id, after: 0) }
    case .listJobs:
      return .with {
        $0.jobList.jobs = jobs.values.map { description(of: $0, withRows: false) }
      }
    case .listExecutors: return executorList
    case .drainExecutor(let request): return drain(ExecutorID(request.executor))
    case .listCachedTables: return cachedTableList
    case .dropCachedTable(let request): return drop(request.name)
    case .readMetrics: return .with { $0.metrics.families = metricFamilies }
    case .describeDriver: return .with { $0.driverDescription = driverDescription }
    default: return nil
    }
  }

  /// What this process asks. Where a client would follow the job that it submits, the answer is only that it was taken.
  func inquired(
    _ request: Roost_ControlMessage, answer: @escaping @Sendable (Roost_ControlMessage) -> Void
  ) {
    switch request.content {
    case .submitJob(let submission):
      do throws(ProtocolError) {
        try submit(submission) { answer($1) }
      } catch {
        answer(.with { $0.notFound.message = "\(error)" })
      }
    case .describeJob(let request): answer(describe(request.job, withRows: true))
    case .cancelJob(let request):
      if jobs[JobID(request.job)]?.hasEnded == false { cancel(JobID(request.job)) }
      answer(describe(request.job, withRows: false))
    case .readJobHistory(let request): history(of: request.job, answer: answer)
    default:
      answer(
        self.answer(to: request)
          ?? .with { $0.notFound.message = "this cannot be asked from within the driver" })
    }
  }

  func describe(_ number: UInt64, withRows: Bool) -> Roost_ControlMessage {
    guard let record = jobs[JobID(number)] else { return noJob(number) }
    return .with { $0.jobDescription = description(of: record, withRows: withRows) }
  }

  func noJob(_ number: UInt64) -> Roost_ControlMessage {
    .with {
      $0.notFound.message =
        "there is no job \(number). 'roost jobs' lists those that are remembered"
    }
  }

  /// How a job runs or ran. A thread of its own reads what the journal has, or makes the message, which takes milliseconds
  /// for thousands of attempts; it calls `answer`.
  func history(
    of number: UInt64, answer: @escaping @Sendable (Roost_ControlMessage) -> Void
  ) {
    guard let record = jobs[JobID(number)] else {
      answer(noJob(number))
      return
    }
    let (live, kept, journal) = (record.history, record.keptHistory, journal)
    let submitted = record.submitted
    startThread(named: "history of job \(number)") {
      if let live {
        answer(.with { $0.jobHistory = live.wire(of: JobID(number), submitted: submitted) })
        return
      }
      do {
        let bytes = kept.isEmpty ? try journal?.history(of: JobID(number)) : kept
        let history = try Roost_JobHistory(serializedBytes: bytes ?? Data())
        answer(
          .with {
            $0.jobHistory = history
            $0.jobHistory.job = number
          })
      } catch {
        answer(.with { $0.notFound.message = "the history of job \(number): \(error)" })
      }
    }
  }

  /// How far a job is; nil when it does not run.
  func progressReport(of id: JobID) -> Roost_JobProgressReport? {
    scheduler.progress(of: id).map { progressReport(of: id, $0) }
  }

  /// The progress with what the scheduler does not keep.
  func progressReport(of id: JobID, _ progress: JobProgress) -> Roost_JobProgressReport {
    var report = progress.wire
    guard let record = jobs[id] else { return report }
    report.executors = UInt32(scheduler.executors.count)
    report.slots = UInt32(clamping: scheduler.slotCount)
    report.elapsedMilliseconds = Int64(
      max(0, Date().timeIntervalSince(record.submitted)) * 1000)
    guard let history = record.history else { return report }
    report.incidents = history.incidents.suffix(Self.toldIncidents).map(\.wire)
    for (index, stage) in history.stages.enumerated()
    where report.stages.indices.contains(index) {
      report.stages[index].inputRows = Int64(stage.inputRows.sum)
    }
    return report
  }

  /// Of a job at a time.
  private static let toldIncidents = 20

  // MARK: The cluster

  private var executorList: Roost_ControlMessage {
    .with {
      $0.executorList.executors = scheduler.executorSummaries(at: now).map { summary in
        var description = summary.wire
        if let status = statuses[summary.id] { description.status = status }
        return description
      }
    }
  }

  private var cachedTableList: Roost_ControlMessage {
    .with { $0.cachedTableList.tables = scheduler.cachedTableSummaries().map(\.wire) }
  }

  private func drain(_ executor: ExecutorID) -> Roost_ControlMessage {
    let names = scheduler.executorSummaries(at: now).map(\.id.name)
    guard names.contains(executor.name) else {
      let nearest = nearestName(to: executor.name, among: names)
      let hint = nearest.map { "; did you mean '\($0)'?" } ?? ""
      return .with { $0.notFound.message = "there is no executor '\(executor)'\(hint)" }
    }
    // First, so that it tells the next driver.
    send(to: executor) { $0.drainRequest = Roost_DrainRequest() }
    apply([.executorDraining(executor)])
    return executorList
  }

  private func drop(_ name: String) -> Roost_ControlMessage {
    let tables = scheduler.cachedTableSummaries()
    guard tables.contains(where: { $0.name == name }) else {
      let nearest = nearestName(to: name, among: tables.map(\.name))
      let hint = nearest.map { "; did you mean '\($0)'?" } ?? ""
      return .with { $0.notFound.message = "there is no cached table '\(name)'\(hint)" }
    }
    apply([.cachedTableDropped(name)])
    return cachedTableList
  }

  private var driverDescription: Roost_DriverDescription {
    .with {
      $0.version = roostVersion
      $0.address = "\(address)"
      $0.host = ProcessInfo.processInfo.hostName
      $0.processID = ProcessInfo.processInfo.processIdentifier
      $0.startedMilliseconds = Int64(startTime.timeIntervalSince1970 * 1000)
      $0.stateFolder = options.stateDirectory?.path ?? ""
      $0.departed = departed
      $0.usesTls = options.security.tls != nil
      $0.awaitedExecutors = UInt32(scheduler.executors.values.count { $0.isAwaited })
      $0.journalBytes = journal?.byteCount ?? 0
      $0.nowMilliseconds = Int64(Date().timeIntervalSince1970 * 1000)
    }
  }
}
