import Foundation
import Hummingbird
import Wire

/// The JSON API. openapi.json says the same to machines; a test compares the two.
struct APIEndpoints: Sendable {
  /// A job file of 4 MiB whose every character is escaped in two, and some.
  private static let submissionLimit = 9 << 20
  private static let defaultListLimit = 100
  private static let listLimit = 10_000

  let driver: DriverQuestions

  var all: [Endpoint] {
    let root = "/api/v1"
    return [
      Endpoint(.get, "\(root)/openapi.json") { _ in
        Response(
          status: .ok, headers: [.contentType: "application/json"],
          body: ResponseBody(byteBuffer: ByteBuffer(bytes: PackageResources.openapi_json)))
      },
      Endpoint(.get, "\(root)/cluster") { _ in
        async let executors = driver.executors()
        return try await .json(ClusterResource(driver.driver(), executors: executors))
      },
      Endpoint(.get, "\(root)/executors") { _ in
        .json(ExecutorListResource(try await driver.executors()))
      },
      Endpoint(.post, "\(root)/executors/{executor}/drain") { request in
        .json(ExecutorListResource(try await driver.drain(request.text("executor"))))
      },
      Endpoint(.get, "\(root)/cached-tables") { _ in
        .json(CachedTableListResource(try await driver.cachedTables()))
      },
      Endpoint(.delete, "\(root)/cached-tables/{table}") { request in
        .json(CachedTableListResource(try await driver.drop(request.text("table"))))
      },
    ] + jobs(root)
  }

  private func jobs(_ root: String) -> [Endpoint] {
    [
      Endpoint(.get, "\(root)/jobs", answer: list),
      Endpoint(.post, "\(root)/jobs", answer: submit),
      Endpoint(.get, "\(root)/jobs/{job}") { request in
        .json(JobDetailsResource(try await driver.job(request.number("job", of: "job"))))
      },
      Endpoint(.post, "\(root)/jobs/{job}/cancel") { request in
        .json(JobDetailsResource(try await driver.cancel(request.number("job", of: "job"))))
      },
      Endpoint(.get, "\(root)/jobs/{job}/history") { request in
        .json(HistoryResource(try await driver.history(of: request.number("job", of: "job"))))
      },
      Endpoint(.get, "\(root)/jobs/{job}/logs") { request in
        .json(JobLogResource(try await driver.log(of: request.number("job", of: "job"))))
      },
      Endpoint(.get, "\(root)/jobs/{job}/results") { request in
        let job = try await driver.job(request.number("job", of: "job"))
        return .json(try ResultListResource(job.shown))
      },
    ]
  }

  /// The latest first.
  @Sendable private func list(_ request: EndpointRequest) async throws -> Response {
    let states = ["planning", "running", "succeeded", "failed", "cancelled"]
    let state = request.query["state"]
    if let state, !states.contains(state) {
      throw WebError.wrongRequest(
        "state is '\(shortened(state, to: 40))'; it must be one of \(states.joined(separator: ", "))"
      )
    }
    var limit = Self.defaultListLimit
    if let text = request.query["limit"] {
      guard let number = Int(text), (1...Self.listLimit).contains(number) else {
        throw WebError.wrongRequest(
          "limit is '\(shortened(text, to: 40))'; it must be 1 to \(Self.listLimit)")
      }
      limit = number
    }
    let jobs = try await driver.jobs().filter { state == nil || $0.state.text == state }
    return .json(
      JobListResource(
        jobs: jobs.reversed().prefix(limit).map { JobResource($0) }, total: jobs.count))
  }

  @Sendable private func submit(_ request: EndpointRequest) async throws -> Response {
    // A form of another site cannot send this type.
    let type = request.request.headers[.contentType]?.split(separator: ";").first
    guard type?.trimmingCharacters(in: .whitespaces).lowercased() == "application/json" else {
      throw WebError.unsupportedType(expected: "application/json")
    }
    let content = try await request.content(upTo: Self.submissionLimit)
    let submission: JobSubmissionResource
    do {
      submission = try JSONDecoder().decode(JobSubmissionResource.self, from: Data(content))
    } catch {
      throw WebError.wrongRequest(
        "the content must be an object with the strings 'jobFile' and 'folder', and 'fileName' if it has a name"
      )
    }
    guard submission.folder.hasPrefix("/") else {
      throw WebError.wrongRequest(
        "folder must be an absolute path, at which the relative paths of the job file start")
    }
    let job = try await driver.submit(
      text: submission.jobFile, fileName: submission.fileName ?? "job.yaml",
      folder: submission.folder)
    var response = Response.json(JobAcceptedResource(id: job), status: .created)
    response.headers[.location] = "/api/v1/jobs/\(job)"
    return response
  }
}
