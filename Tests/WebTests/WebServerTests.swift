import Foundation
import Logging
import NIOPosix
import Synchronization
import Testing
import Web
import Wire

@Suite struct WebServerTests {
  /// Stands for a driver: it says what the fixtures say, and remembers what it was asked to do.
  private final class FakeDriver: Sendable {
    let wishes = Mutex<[Roost_ControlMessage]>([])
    let state = Mutex(Roost_JobState.running)

    var wished: [Roost_ControlMessage] { wishes.withLock { $0 } }

    func answer(_ message: Roost_ControlMessage) -> Roost_ControlMessage {
      .with { answer in
        switch message.content {
        case .listJobs: answer.jobList.jobs = [Fixture.job(state: state.withLock { $0 })]
        case .describeJob(let request) where request.job == 3:
          answer.jobDescription = Fixture.job(state: state.withLock { $0 })
        case .readJobHistory(let request) where request.job == 3:
          answer.jobHistory = Fixture.history()
        case .listExecutors: answer.executorList.executors = [Fixture.executor("one two")]
        case .listCachedTables: answer.cachedTableList = Roost_CachedTableList()
        case .describeDriver: answer.driverDescription.address = "127.0.0.1:7077"
        case .readMetrics: answer.metrics.families = [.with { $0.name = "roost_x" }]
        case .cancelJob:
          wishes.withLock { $0.append(message) }
          answer.jobDescription = Fixture.job(state: .cancelled)
        case .drainExecutor:
          wishes.withLock { $0.append(message) }
          answer.executorList = Roost_ExecutorList()
        case .submitJob:
          wishes.withLock { $0.append(message) }
          answer.jobAccepted.job = 4
        default: answer.notFound.message = "there is no such thing"
        }
      }
    }
  }

  private func withServer(
    password: String? = nil, _ body: (FakeDriver, Int) async throws -> Void
  ) async throws {
    let driver = FakeDriver()
    let server = try await onThread {
      try WebServer(
        on: HostPort(host: "127.0.0.1", port: 0), driver: DriverQuestions { driver.answer($0) },
        password: password, tls: nil, group: MultiThreadedEventLoopGroup.singleton,
        log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
    do {
      try await body(driver, server.address.port)
    } catch {
      try await onThread { server.stop() }
      throw error
    }
    try await onThread { server.stop() }
  }

  /// What blocks does so on a thread of its own.
  private func onThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
  }

  @Test func pagesCarryWhatKeepsOtherSitesOut() async throws {
    try await withServer { _, port in
      for path in [
        "/", "/cluster", "/jobs/3", "/jobs/3/stages/1", "/jobs/3/trainings/0?metric=test_r2",
      ] {
        let answer = try await HTTPConnection.ask(port, "GET", path)
        #expect(answer.status == 200, "\(path)")
        #expect(answer.header("Content-Type") == "text/html; charset=utf-8")
        #expect(answer.header("X-Content-Type-Options") == "nosniff")
        #expect(answer.header("Cache-Control") == "no-store")
        let policy = try #require(answer.header("Content-Security-Policy"))
        #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
        #expect(!policy.contains("unsafe-inline"))
        // No Origin comes with forms of pages without a referrer.
        #expect(answer.header("Referrer-Policy") == "same-origin")
      }
    }
  }

  @Test func whatIsNotThereIsToldAsPagesAndProblems() async throws {
    try await withServer { _, port in
      let page = try await HTTPConnection.ask(port, "GET", "/jobs/99")
      #expect(page.status == 404 && page.body.contains("<h1>Not found</h1>"))
      let number = try await HTTPConnection.ask(port, "GET", "/jobs/%3Cb%3E")
      #expect(number.status == 404 && !number.body.contains("<b>"))
      let problem = try await HTTPConnection.ask(port, "GET", "/api/v1/jobs/99")
      #expect(problem.status == 404)
      #expect(problem.header("Content-Type") == "application/problem+json")
      let method = try await HTTPConnection.ask(port, "PUT", "/api/v1/jobs")
      #expect(method.status == 405 && method.header("Allow") == "GET, POST")
    }
  }

  @Test func headsHaveNoBody() async throws {
    try await withServer { _, port in
      let answer = try await HTTPConnection.ask(port, "HEAD", "/jobs/3")
      #expect(answer.status == 200 && answer.body.isEmpty)
    }
  }

  @Test func otherNamesAndSitesAreTurnedAway() async throws {
    try await withServer { driver, port in
      #expect(try await HTTPConnection.ask(port, "GET", "/", host: "evil.example").status == 403)
      let form = try await HTTPConnection.ask(
        port, "POST", "/jobs/3/cancel", headers: ["Origin: http://evil.example"])
      #expect(form.status == 403)
      #expect(driver.wished.isEmpty)
    }
  }

  @Test func aPasswordIsAskedForExceptByProbes() async throws {
    try await withServer(password: "sixteen letters or more") { _, port in
      let closed = try await HTTPConnection.ask(port, "GET", "/")
      #expect(closed.status == 401 && closed.header("WWW-Authenticate")?.hasPrefix("Basic") == true)
      #expect(try await HTTPConnection.ask(port, "GET", "/metrics").status == 401)
      #expect(try await HTTPConnection.ask(port, "GET", "/api/v1/jobs").status == 401)
      for probe in ["/healthz", "/readyz"] {
        #expect(try await HTTPConnection.ask(port, "GET", probe).status == 200)
      }
      let shown = Data("me:sixteen letters or more".utf8).base64EncodedString()
      let open = try await HTTPConnection.ask(
        port, "GET", "/", headers: ["Authorization: Basic \(shown)"])
      #expect(open.status == 200)
    }
  }

  @Test func formsDoWhatTheySayAndShowWhatBecameOfIt() async throws {
    try await withServer { driver, port in
      let question = try await HTTPConnection.ask(port, "GET", "/jobs/3/cancel")
      #expect(
        question.body.contains("<form method=\"post\"") && driver.wished.isEmpty)
      let done = try await HTTPConnection.ask(port, "POST", "/jobs/3/cancel")
      #expect(done.status == 303 && done.header("Location") == "/jobs/3")
      let drained = try await HTTPConnection.ask(port, "POST", "/executors/one%20two/drain")
      #expect(drained.status == 303)
      let wishes = driver.wished
      #expect(wishes.map(\.cancelJob.job) == [3, 0])
      #expect(wishes.last?.drainExecutor.executor == "one two")
    }
  }

  @Test func aGroupIsComparedByAJobOfItsOwn() async throws {
    try await withServer { driver, port in
      driver.state.withLock { $0 = .succeeded }
      let answer = try await HTTPConnection.ask(
        port, "POST", "/jobs/3/trainings/0/compare",
        headers: ["Content-Type: application/x-www-form-urlencoded"],
        body: "key.place=O%27Hare+%22%E2%98%83%22&null.year=1")
      #expect(answer.status == 303 && answer.header("Location") == "/jobs/4")
      let job = try #require(driver.wished.last?.submitJob)
      #expect(job.folder == "/data")
      #expect(job.text.contains("`place` = 'O''Hare \\\"☃\\\"' AND `year` IS NULL"), "\(job.text)")
    }
  }

  @Test func jobsAreSubmittedAsJSON() async throws {
    try await withServer { driver, port in
      let json = "application/json"
      let job = "{\"jobFile\": \"x\", \"folder\": \"/data\"}"
      for (body, type, status) in [
        (job, json, 201), ("{\"jobFile\": \"x\", \"folder\": \"data\"}", json, 400),
        ("{\"jobFile\": 3}", json, 400), ("[", json, 400), (job, "text/plain", 415),
      ] {
        let answer = try await HTTPConnection.ask(
          port, "POST", "/api/v1/jobs", headers: ["Content-Type: \(type)"], body: body)
        #expect(answer.status == status, "\(body)")
      }
      #expect(driver.wished.count == 1)
    }
  }

  @Test func aLivePageIsSentWhenItHasChangedAndEndsWithItsJob() async throws {
    try await withServer { driver, port in
      let connection = try HTTPConnection(port: port)
      connection.send("GET /jobs/3?live HTTP/1.1\r\nHost: localhost\r\n\r\n")
      let first = try await connection.read {
        $0.contains("event: main") && $0.hasSuffix("\n\n\r\n")
      }
      #expect(first.contains("text/event-stream") && first.contains("badge running"))
      driver.state.withLock { $0 = .succeeded }
      let all = try await connection.read { $0.contains("event: end") }
      #expect(all.contains("badge succeeded"))
      #expect(all.components(separatedBy: "event: main").count == 3, "only what has changed")
    }
  }

  @Test func livePagesAreLimited() async throws {
    try await withServer { _, port in
      var open: [HTTPConnection] = []
      for _ in 0..<64 {
        let connection = try HTTPConnection(port: port)
        connection.send("GET /cluster?live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        _ = try await connection.read { $0.contains("event: main") }
        open.append(connection)
      }
      let more = try await HTTPConnection.ask(port, "GET", "/cluster?live")
      #expect(more.status == 503 && more.header("Retry-After") != nil)
      #expect(try await HTTPConnection.ask(port, "GET", "/cluster").status == 200)
      open.removeAll()
    }
  }

  @Test func aPortThatIsTakenIsAnError() async throws {
    try await withServer { driver, port in
      await #expect(throws: WebServerError.self) {
        try await onThread {
          _ = try WebServer(
            on: HostPort(host: "127.0.0.1", port: port),
            driver: DriverQuestions { driver.answer($0) }, password: nil, tls: nil,
            group: MultiThreadedEventLoopGroup.singleton, log: Logger(label: "test"))
        }
      }
    }
  }

  @Test func headersAreLimited() async throws {
    try await withServer { _, port in
      let connection = try HTTPConnection(port: port)
      connection.send(
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n")
      let text = try await connection.read { _ in false }
      #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 4"))
    }
  }
}
