import Driver
import Foundation
import Wire

/// What pages and the API ask the driver. From any task; each question waits for its answer, at most as long as the
/// driver's own client does.
package struct DriverQuestions: Sendable {
  private let ask: @Sendable (Roost_ControlMessage) async throws -> Roost_ControlMessage

  /// `ask` gives the answer to a message.
  package init(
    _ ask: @escaping @Sendable (Roost_ControlMessage) async throws -> Roost_ControlMessage
  ) {
    self.ask = ask
  }

  package init(_ client: LocalClient) {
    self.init { message in try await client.ask { $0 = message } }
  }

  func jobs() async throws -> [Roost_JobDescription] {
    try await answer(to: .with { $0.listJobs = Roost_ListJobs() }) {
      if case .jobList(let list) = $0 { list.jobs } else { nil }
    }
  }

  /// With the rows of shown tables.
  func job(_ id: UInt64) async throws -> Roost_JobDescription {
    try await answer(to: .with { $0.describeJob.job = id }) {
      if case .jobDescription(let job) = $0 { job } else { nil }
    }
  }

  func history(of job: UInt64) async throws -> Roost_JobHistory {
    try await answer(to: .with { $0.readJobHistory.job = job }) {
      if case .jobHistory(let history) = $0 { history } else { nil }
    }
  }

  func log(of job: UInt64) async throws -> Roost_JobLog {
    try await answer(to: .with { $0.readLog.job = job }) {
      if case .jobLog(let log) = $0 { log } else { nil }
    }
  }

  func executors() async throws -> [Roost_ExecutorDescription] {
    try await answer(to: .with { $0.listExecutors = Roost_ListExecutors() }) {
      if case .executorList(let list) = $0 { list.executors } else { nil }
    }
  }

  func cachedTables() async throws -> [Roost_CachedTableDescription] {
    try await answer(to: .with { $0.listCachedTables = Roost_ListCachedTables() }) {
      if case .cachedTableList(let list) = $0 { list.tables } else { nil }
    }
  }

  func driver() async throws -> Roost_DriverDescription {
    try await answer(to: .with { $0.describeDriver = Roost_DescribeDriver() }) {
      if case .driverDescription(let driver) = $0 { driver } else { nil }
    }
  }

  func metrics() async throws -> [Roost_MetricFamily] {
    try await answer(to: .with { $0.readMetrics = Roost_ReadMetrics() }) {
      if case .metrics(let metrics) = $0 { metrics.families } else { nil }
    }
  }

  // MARK: Wishes

  /// Cancels a job that has not ended; the job as it stands then.
  func cancel(_ job: UInt64) async throws -> Roost_JobDescription {
    try await answer(to: .with { $0.cancelJob.job = job }) {
      if case .jobDescription(let job) = $0 { job } else { nil }
    }
  }

  func drain(_ executor: String) async throws -> [Roost_ExecutorDescription] {
    try await answer(to: .with { $0.drainExecutor.executor = executor }) {
      if case .executorList(let list) = $0 { list.executors } else { nil }
    }
  }

  func drop(_ cachedTable: String) async throws -> [Roost_CachedTableDescription] {
    try await answer(to: .with { $0.dropCachedTable.name = cachedTable }) {
      if case .cachedTableList(let list) = $0 { list.tables } else { nil }
    }
  }

  /// Submits a job without files that travel; its number.
  func submit(text: String, fileName: String, folder: String) async throws -> UInt64 {
    let message = Roost_ControlMessage.with {
      $0.submitJob.text = text
      $0.submitJob.fileName = fileName
      $0.submitJob.folder = folder
      $0.submitJob.token = UUID().uuidString
    }
    switch try await ask(message).content {
    case .jobAccepted(let accepted): return accepted.job
    case .tooManyJobs(let answer): throw WebError.tooManyJobs(waiting: Int(answer.waiting))
    case .missingFiles: throw WebError.filesMustTravel
    case .notFound(let answer): throw WebError.wrongRequest(answer.message)
    default: throw WebError.unexpectedAnswer
    }
  }

  private func answer<Answer>(
    to message: Roost_ControlMessage,
    expecting expected: (Roost_ControlMessage.OneOf_Content) -> Answer?
  ) async throws -> Answer {
    let content = try await ask(message).content
    if case .notFound(let answer) = content { throw WebError.notFound(answer.message) }
    guard let content, let answer = expected(content) else { throw WebError.unexpectedAnswer }
    return answer
  }
}
