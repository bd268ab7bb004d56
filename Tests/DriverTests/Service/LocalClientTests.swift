import Driver
import Foundation
import Logging
import NIOPosix
import Plan
import Testing
import Wire

/// Questions from within the process of a driver.
@Suite struct LocalClientTests {
  /// Runs a driver without executors on a thread of its own for as long as `body` runs.
  private func withDriver(
    _ adjust: (inout DriverOptions) -> Void = { _ in },
    _ body: (LocalClient) async throws -> Void
  ) async throws -> LocalClient {
    var options = DriverOptions(listen: HostPort(host: "127.0.0.1", port: 0))
    adjust(&options)
    var log = Logger(label: "test")
    log.logLevel = .critical
    let driver = try DriverProcess(
      options: options, group: MultiThreadedEventLoopGroup.singleton, log: log)
    let (client, stop) = (driver.localClient, driver.stopper)
    let thread = DriverThread(driver)
    thread.start()
    let result: Result<Void, any Error>
    do { result = .success(try await body(client)) } catch { result = .failure(error) }
    stop()
    await thread.ended()
    try result.get()
    return client
  }

  @Test func aDriverIsDescribed() async throws {
    _ = try await withDriver { client in
      let answer = try await client.ask { $0.describeDriver = .init() }
      #expect(answer.driverDescription.version == roostVersion)
      #expect(answer.driverDescription.address.hasPrefix("127.0.0.1:"))
      #expect(answer.driverDescription.stateFolder == "")
      #expect(try await client.ask { $0.listExecutors = .init() }.executorList.executors == [])
      #expect(try await client.ask { $0.listJobs = .init() }.jobList.jobs == [])
    }
  }

  @Test func whatIsNotThereIsSaidSo() async throws {
    _ = try await withDriver { client in
      for answer in [
        try await client.ask { $0.describeJob.job = 7 },
        try await client.ask { $0.readJobHistory.job = 7 },
        try await client.ask { $0.readLog.job = 7 },
        try await client.ask { $0.cancelJob.job = 7 },
      ] {
        #expect(answer.notFound.message.contains("there is no job 7"))
      }
      let executor = try await client.ask { $0.drainExecutor.executor = "nobody" }
      #expect(executor.notFound.message == "there is no executor 'nobody'")
    }
  }

  @Test func aJobOfThisProcessIsTakenAndItsHistoryKept() async throws {
    _ = try await withDriver { client in
      let accepted = try await client.ask {
        $0.submitJob.text = "tables: {a: {read: nowhere.csv}}\noutputs: {a: {show: 1}}"
        $0.submitJob.fileName = "j.yaml"
        $0.submitJob.folder = "/nowhere"
      }
      #expect(accepted.jobAccepted.job == 1)
      try await ended(1, client)
      let description = try await client.ask { $0.describeJob.job = 1 }.jobDescription
      #expect(description.state == .failed && description.isRejected)
      let history = try await client.ask { $0.readJobHistory.job = 1 }.jobHistory
      #expect(history.job == 1 && history.fileName == "j.yaml" && history.folder == "/nowhere")
      let families = try await client.ask { $0.readMetrics = .init() }.metrics.families
      let endings = try #require(families.first { $0.name == "roost_jobs_ended_total" })
      let failed = endings.samples.first { $0.labels.first?.value == "failed" }
      #expect(failed?.value == 1)
    }
  }

  /// The journal has it then, and the next driver tells it.
  @Test func aHistorySurvivesItsDriver() async throws {
    let folder = try TemporaryFolder()
    let state = URL(fileURLWithPath: folder.path)
    _ = try await withDriver {
      $0.stateDirectory = state
    } _: { client in
      _ = try await client.ask {
        $0.submitJob.text = "tables: {}"
        $0.submitJob.fileName = "j.yaml"
      }
      try await ended(1, client)
    }
    _ = try await withDriver {
      $0.stateDirectory = state
    } _: { client in
      let history = try await client.ask { $0.readJobHistory.job = 1 }.jobHistory
      #expect(history.jobFile == "tables: {}" && history.job == 1)
    }
  }

  @Test func oldJobsAreForgotten() async throws {
    _ = try await withDriver {
      $0.historyBytesLimit = 1
    } _: { client in
      for _ in 1...2 {
        _ = try await client.ask { $0.submitJob.text = "tables: {}" }
      }
      try await until("no job is remembered") {
        try await client.ask { $0.listJobs = .init() }.jobList.jobs.isEmpty
      }
    }
  }

  @Test func aDriverThatHasStoppedAnswersNothing() async throws {
    let client = try await withDriver { _ in }
    await #expect(throws: LocalClientError.stopped) {
      try await client.ask { $0.listJobs = .init() }
    }
  }

  private func ended(_ job: UInt64, _ client: LocalClient) async throws {
    try await until("job \(job) has ended") {
      try await client.ask { $0.describeJob.job = job }.jobDescription.state == .failed
    }
  }

  private func until(
    _ what: String, _ isSo: () async throws -> Bool
  ) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while try await !isSo() {
      try #require(.now < deadline, "\(what)")
      await Task.yield()
    }
  }
}

/// `run` blocks, and must not block a thread of the tests.
///
/// `@unchecked Sendable`: the driver is used by its own thread alone.
private final class DriverThread: @unchecked Sendable {
  private let driver: DriverProcess
  private let end: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init(_ driver: DriverProcess) {
    self.driver = driver
    (end, continuation) = AsyncStream.makeStream(of: Void.self)
  }

  func start() {
    startThread(named: "driver") { [self] in
      driver.run()
      continuation.finish()
    }
  }

  func ended() async {
    for await _ in end {}
  }
}
