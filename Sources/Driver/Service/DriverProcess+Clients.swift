import Foundation
import Plan
import Wire

// What clients ask for.

extension DriverProcess {
  /// Goes on with what a client is to be told or asks for, unless it still has to take what it was told last.
  func converse(with id: ConnectionID) {
    guard let client = connections[id], let turn = conversations[id]?.next() else { return }
    conversations[id]?.isAnswering = true
    switch turn {
    case .tell(let job):
      withRecord(of: job.number, for: client) { tellAll(of: $0, to: client) }
    case .answer(let frame): receive(frame, from: id)
    }
    if conversations[id]?.awaitsAnswer != true { waitUntilTaken(by: id, client) }
  }

  private func waitUntilTaken(by id: ConnectionID, _ client: Connection) {
    let inbox = self.inbox
    client.whenTaken { inbox.push(.taken(id)) }
  }

  /// An answer that took a while.
  func answered(_ id: ConnectionID, _ message: Roost_ControlMessage) {
    guard let client = connections[id], conversations[id]?.awaitsAnswer == true else { return }
    conversations[id]?.awaitsAnswer = false
    client.send(message)
    waitUntilTaken(by: id, client)
  }

  func receiveFromClient(
    _ message: Roost_ControlMessage, _ id: ConnectionID, _ client: Connection
  ) throws(ProtocolError) {
    switch message.content {
    case .heartbeat: break
    case .submitJob(let request):
      try submit(request) { driver, answer in
        if case .jobAccepted(let accepted) = answer.content {
          driver.accept(JobID(accepted.job), id)
        } else {
          driver.connections[id]?.send(answer)
        }
      }
    case .followJob(let request): follow(request, id, client)
    case .cancelJob(let request): cancel(request, id, client)
    case .describeJob(let request):
      withRecord(of: request.job, for: client) { tellAll(of: $0, to: client) }
    case .storeFiles, .fetchFiles:
      // Nothing else is said on this connection from now on.
      guard let conversation = conversations.removeValue(forKey: id) else { return }
      fileService.serve(client, conversation.requests, first: message)
    case .readJobHistory(let request):
      conversations[id]?.awaitsAnswer = true
      let inbox = self.inbox
      history(of: request.job) { inbox.push(.answered(id, $0)) }
    default:
      guard let answer = answer(to: message) else {
        throw .malformedMessage("not a message from a client to a driver")
      }
      client.send(answer)
    }
  }

  /// The answer is the number of the job, once it is in the journal, or what has to be stored first.
  func submit(
    _ request: Roost_SubmitJob,
    answer: @escaping (DriverProcess, Roost_ControlMessage) -> Void
  ) throws(ProtocolError) {
    let shipped = try [ShippedFile](wire: request.files)
    func accept(_ job: JobID) -> (DriverProcess) -> Void {
      { answer($0, .with { $0.jobAccepted.job = job.number }) }
    }
    if let known = job(submittedWith: request.token) {
      // The answer waits for the journal, also the second one.
      if unrecorded[known] != nil {
        unrecorded[known]!.append(accept(known))
      } else {
        accept(known)(self)
      }
      return
    }
    let waiting = jobs.values.count { $0.isBeingPlanned }
    guard waiting < PlanningQueue<Any>.capacity else {
      answer(self, .with { $0.tooManyJobs.waiting = UInt32(waiting) })
      return
    }
    let job = JobID(lastJob + 1)
    let missing = files.hold(shipped, for: .job(job))
    guard missing.isEmpty else {
      files.release(.job(job))
      answer(self, .with { $0.missingFiles.digests = missing })
      return
    }
    lastJob = job.number
    let record = JobRecord(id: job, submission: request, submitted: Date(), now: now)
    jobs[job] = record
    unrecorded[job] = [accept(job)]
    self.record(.jobSubmitted(job, request, at: record.submitted)) { driver, failure in
      for accepted in driver.unrecorded.removeValue(forKey: job) ?? [] { accepted(driver) }
      if let failure {
        driver.finish(job, .failed, error: "\(failure)")
      } else {
        driver.plan(job, request)
      }
    }
  }

  private func job(submittedWith token: String) -> JobID? {
    guard !token.isEmpty else { return nil }
    return jobs.values.last { $0.token == token }?.id
  }

  private func accept(_ job: JobID, _ id: ConnectionID) {
    guard let client = connections[id] else { return }
    client.send(Roost_ControlMessage.with { $0.jobAccepted.job = job.number })
    watch(job, id, client, heardLog: 0)
  }

  /// The client hears how a job goes on from now, or how it ended.
  private func follow(_ request: Roost_FollowJob, _ id: ConnectionID, _ client: Connection) {
    if let job = job(submittedWith: request.token), job.number == request.job {
      watch(job, id, client, heardLog: request.logEnd)
    } else {
      client.send(
        Roost_ControlMessage.with {
          $0.notFound.message =
            "the driver no longer knows job \(request.job): it was started again, and without "
            + "'--state-dir' a driver forgets its jobs"
        })
    }
  }

  /// `heardLog`: the bytes of the log that the client knows; nil when it does not want to hear of it.
  private func watch(
    _ job: JobID, _ id: ConnectionID, _ client: Connection, heardLog: Int64?
  ) {
    guard let record = jobs[job] else { return }
    var watcher = Watcher(client: id, heardLog: heardLog)
    if record.hasEnded {
      tellLog(of: job, to: &watcher)
      tellAll(of: record, to: client)
    } else if watchers[job]?.contains(where: { $0.client == id }) != true {
      watchers[job, default: []].append(watcher)
    }
  }

  /// The answer is how the job ended, once nothing of it is left.
  private func cancel(_ request: Roost_CancelJob, _ id: ConnectionID, _ client: Connection) {
    let job = JobID(request.job)
    if let record = jobs[job], !record.hasEnded {
      watch(job, id, client, heardLog: nil)
      cancel(job)
    } else {
      client.send(describe(request.job, withRows: false))
    }
  }

  /// Answers about a job, or that there is none.
  private func withRecord(
    of number: UInt64, for client: Connection, _ answer: (JobRecord) -> Void
  ) {
    guard let record = jobs[JobID(number)] else {
      client.send(noJob(number))
      return
    }
    answer(record)
  }

  func description(of record: JobRecord, withRows: Bool) -> Roost_JobDescription {
    record.description(progress: progressReport(of: record.id), withRows: withRows)
  }

  func reportProgress() {
    for (job, clients) in watchers {
      guard let progress = progressReport(of: job) else { continue }
      // A client that was stopped must not fill our memory with progress that it does not read.
      for watcher in clients where connections[watcher.client]?.isWritable == true {
        connections[watcher.client]?.send(Roost_ControlMessage.with { $0.jobProgress = progress })
      }
    }
  }

  /// Tells those who follow a job how it ended.
  func reportEnd(of job: JobID) {
    guard let clients = watchers.removeValue(forKey: job) else { return }
    for var watcher in clients {
      tellLog(of: job, to: &watcher)
      conversations[watcher.client]?.add(ended: job)
      converse(with: watcher.client)
    }
  }

  /// Describes a job with the rows that it shows, or without them when no message holds them.
  private func tellAll(of record: JobRecord, to client: Connection) {
    description(of: record, withRows: true).send { client.send($0) }
  }
}

extension Roost_JobDescription {
  /// Sends all of it, or, when `send` says that no message holds it, all but the rows that the job shows, with why.
  package func send(by send: (Roost_ControlMessage) -> Result<Void, ProtocolError>) {
    guard case .failure(let error) = send(.with { $0.jobDescription = self }) else { return }
    var rest = self
    rest.shown = []
    rest.error =
      "what the job shows cannot be sent: \(error). Show fewer rows or columns, or write them"
    _ = send(.with { $0.jobDescription = rest })
  }
}

extension ExecutorSummary {
  var wire: Roost_ExecutorDescription {
    .with {
      $0.executor = id.name
      $0.slots = UInt32(description.slots)
      $0.running = UInt32(running)
      $0.memory = description.memory
      $0.dataAddress = description.dataAddress
      $0.host = description.host
      $0.processID = description.processID
      $0.silenceMilliseconds = silence.milliseconds
      $0.isExcluded = isExcluded
      $0.isDraining = isDraining
    }
  }
}

extension CachedTableSummary {
  var wire: Roost_CachedTableDescription {
    let present = partitions.compactMap(\.self)
    return .with {
      $0.name = name
      $0.job = job.number
      $0.schema = schema
      $0.rows = Int64(present.reduce(0) { $0 + $1.rows })
      $0.bytes = present.reduce(0) { $0 + $1.bytes }
      $0.partitions = UInt32(partitions.count)
      $0.lostPartitions = UInt32(partitions.count - present.count)
      $0.executors = Set(present.map(\.holder)).sorted().map(\.name)
    }
  }
}
