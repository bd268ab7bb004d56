import Foundation

/// A driver and executors as processes of this machine, which talk over TCP. `withCluster` ends them all.
final class LocalCluster {
  let folder: TemporaryFolder
  private(set) var driver: RoostProcess
  let address: String
  private(set) var executors: [RoostProcess] = []
  private let driverArguments: [String]
  /// Of all its processes.
  private let environment: [String: String]

  fileprivate init(
    folder: TemporaryFolder, listen: String, driverArguments: [String],
    environment: [String: String]
  ) async throws {
    self.folder = folder
    self.driverArguments = driverArguments
    self.environment = environment
    (driver, address) = try await Self.startDriver(
      listen: listen, arguments: driverArguments, environment: environment, in: folder)
  }

  private static func startDriver(
    listen: String, arguments: [String], environment: [String: String], in folder: TemporaryFolder
  ) async throws -> (RoostProcess, String) {
    let driver = try RoostProcess(
      ["driver", "--listen", listen] + arguments, in: folder, environment: environment)
    do {
      let address = try await first("the driver says where it listens") { () -> String? in
        let line = driver.stdout.split(separator: "\n", omittingEmptySubsequences: false)
        if line.count > 1, line[0].hasPrefix("driver listening on ") {
          return String(line[0].dropFirst("driver listening on ".count))
        }
        guard driver.isRunning else {
          throw DeadlinePassed(description: "the driver ended: \(driver.stderr)")
        }
        return nil
      }
      return (driver, address)
    } catch {
      driver.end()
      throw error
    }
  }

  /// Kills the driver, which keeps nothing in memory then, and starts another one on its port.
  func restartDriver(meanwhile: () async throws -> Void = {}) async throws {
    driver.signal(SIGKILL)
    _ = try await driver.wait()
    try await meanwhile()
    (driver, _) = try await Self.startDriver(
      listen: address, arguments: driverArguments, environment: environment, in: folder)
  }

  /// Starts executors and waits until the driver knows them.
  @discardableResult
  func addExecutors(
    _ count: Int = 1, slots: Int = 1, memory: String = "256MB", work: String? = nil,
    options: [String] = []
  ) async throws -> [RoostProcess] {
    let new = try (0..<count).map { _ in
      let executor = try RoostProcess(
        [
          "executor", "--driver", address, "--slots", "\(slots)", "--memory", memory,
          "--work-dir", work ?? folder.path("work"),
        ] + options, in: folder, environment: environment)
      executors.append(executor)
      return executor
    }
    try await waitForExecutors(executors.filter(\.isRunning).count)
    return new
  }

  /// Takes a process that the caller has started as an executor: it ends with the cluster.
  func adopt(_ executor: RoostProcess) { executors.append(executor) }

  func waitForExecutors(_ count: Int) async throws {
    try await until("\(count) executors are registered") {
      try await self.json("executors").count == count
    }
  }

  /// Runs a command against the driver to its end.
  func run(_ arguments: String..., seconds: Double = 60) async throws -> RoostProcess.Ending {
    let process = try start(arguments)
    defer { process.end() }
    return try await process.wait(seconds: seconds)
  }

  /// Starts a command against the driver; the caller ends it.
  func start(_ arguments: [String]) throws -> RoostProcess {
    try RoostProcess(arguments + ["--driver", address], in: folder, environment: environment)
  }

  /// Submits a job and does not wait for its end.
  func submitDetached(_ job: String) async throws -> String {
    let submission = try await run("submit", job, "--detach")
    guard submission.code == 0 else { throw DeadlinePassed(description: submission.stderr) }
    return submission.stdout.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The parsed answer of a command with `--json` that prints a list.
  func json(_ command: String) async throws -> [[String: Any]] {
    try await parsed(run(command, "--json")) as? [[String: Any]] ?? []
  }

  /// The parsed `roost job ID --json`.
  func job(_ id: String) async throws -> JobStatus {
    JobStatus(try await parsed(run("job", id, "--json")) as? [String: Any] ?? [:])
  }

  /// Waits until a job has ended.
  func ended(_ id: String, seconds: Double = 60) async throws -> JobStatus {
    try await first("job \(id) has ended", seconds: seconds) {
      let job = try await self.job(id)
      return job.hasEnded ? job : nil
    }
  }

  private func parsed(_ ending: RoostProcess.Ending) throws -> Any {
    guard ending.code == 0 else { throw DeadlinePassed(description: ending.stderr) }
    return try JSONSerialization.jsonObject(with: Data(ending.stdout.utf8))
  }

  fileprivate func end() {
    for process in executors + [driver] { process.end() }
  }
}

/// What `roost job --json` tells of a job.
struct JobStatus {
  struct Stage {
    var tasks: Int
    var finished: Int

    var isComplete: Bool { finished == tasks }
  }

  var state: String
  var error: String?
  var stages: [Stage]
  var retries: Int
  var outputs: [[String: Any]]

  init(_ json: [String: Any]) {
    state = json["state"] as? String ?? ""
    error = json["error"] as? String
    retries = json["retries"] as? Int ?? -1
    outputs = json["outputs"] as? [[String: Any]] ?? []
    stages = (json["stages"] as? [[String: Any]] ?? []).map {
      Stage(tasks: $0["tasks"] as? Int ?? -1, finished: $0["finished"] as? Int ?? -1)
    }
  }

  var hasEnded: Bool { ["succeeded", "failed", "cancelled"].contains(state) }
}

/// Runs `body` with a cluster in a folder of its own; nothing of it is left afterwards.
func withCluster(
  executors: Int = 1, slots: Int = 1, listen: String = "127.0.0.1:0",
  driver arguments: [String] = [], protection: Protection = .none,
  _ body: (LocalCluster) async throws -> Void
) async throws {
  let folder = try TemporaryFolder()
  let cluster = try await LocalCluster(
    folder: folder, listen: listen, driverArguments: arguments,
    environment: try await protection.environment(in: folder))
  defer { cluster.end() }
  if executors > 0 { try await cluster.addExecutors(executors, slots: slots) }
  try await body(cluster)
}

/// Runs a command that needs no driver to its end.
func roost(
  _ arguments: String..., in folder: TemporaryFolder, environment: [String: String] = [:],
  seconds: Double = 60
) async throws -> RoostProcess.Ending {
  let process = try RoostProcess(arguments, in: folder, environment: environment)
  defer { process.end() }
  return try await process.wait(seconds: seconds)
}
