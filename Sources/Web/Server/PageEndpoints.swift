import Foundation
import Hummingbird
import Wire

/// The pages that show something, each also as a stream of what it shows.
struct PageEndpoints: Sendable {
  let driver: DriverQuestions
  let live: LivePages

  var all: [Endpoint] {
    [
      page("/") { _ in
        async let jobs = driver.jobs()
        async let executors = driver.executors()
        return try await JobListPage.page(
          jobs, executors: executors, driver: driver.driver().address)
      },
      page("/cluster") { _ in
        async let executors = driver.executors()
        async let cached = driver.cachedTables()
        return try await ClusterPage.page(
          driver: driver.driver(), executors: executors, cached: cached, now: Date())
      },
      page("/jobs/{job}") { request in
        let (job, history) = try await observed(request)
        return JobPage.page(job, history)
      },
      page("/jobs/{job}/stages/{stage}") { request in
        let stage: UInt32 = try request.number("stage", of: "stage")
        let (job, history) = try await observed(request)
        return try StagePage.page(job, history, stage: stage)
      },
      page("/jobs/{job}/trainings/{training}") { request in
        let training: Int = try request.number("training", of: "trained table")
        let (job, history) = try await observed(request)
        return try TrainingPage.page(
          job, history, training: training, metric: request.query["metric"],
          comparison: Self.comparison(job, history, training))
      },
      page("/jobs/{job}/log") { request in
        let id: UInt64 = try request.number("job", of: "job")
        async let job = driver.job(id)
        async let log = driver.log(of: id)
        let filter = LogPage.Filter(
          stage: request.query["stage"].flatMap { UInt32($0) },
          partition: request.query["task"].flatMap { UInt32($0) })
        return try await LogPage.page(job, log, only: filter)
      },
      page("/jobs/{job}/results/{table}") { request in
        let job = try await driver.job(request.number("job", of: "job"))
        guard let table = job.shown.first(where: { $0.table == request.text("table") }) else {
          throw WebError.notFound(
            "job \(job.job) shows no table '\(shortened(request.text("table"), to: 80))'")
        }
        return try ResultPage.page(job, table: table)
      },
    ]
  }

  /// Where predictions of a group can be compared: of a job that has left its models.
  static func comparison(
    _ job: Roost_JobDescription, _ history: Roost_JobHistory, _ training: Int
  ) -> GroupComparison? {
    guard job.state == .succeeded, history.trainings.indices.contains(training) else { return nil }
    return GroupComparison(history, history.trainings[training])
  }

  private func observed(
    _ request: EndpointRequest
  ) async throws -> (Roost_JobDescription, Roost_JobHistory) {
    let id: UInt64 = try request.number("job", of: "job")
    async let job = driver.job(id)
    async let history = driver.history(of: id)
    return try await (job, history)
  }

  private func page(
    _ path: String, make: @escaping @Sendable (EndpointRequest) async throws -> Page
  ) -> Endpoint {
    Endpoint(.get, path) { [live] request in
      guard request.query["live"] != nil else { return .page(try await make(request)) }
      return try live.stream(of: request.request.uri.string) { try await make(request) }
    }
  }
}
