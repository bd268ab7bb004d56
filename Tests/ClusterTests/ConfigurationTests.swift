import Foundation
import Testing

extension ClusterTests {
  /// Options that the command line does not say: from the environment, from a file.
  @Suite struct ConfigurationTests {
    private func settings(
      _ arguments: [String], environment: [String: String] = [:], in folder: TemporaryFolder
    ) async throws -> [String: [String: Any]] {
      let process = try RoostProcess(
        ["config"] + arguments + ["--json"], in: folder, environment: environment)
      defer { process.end() }
      let ending = try await process.wait()
      try #require(ending.code == 0, "\(ending.stderr)")
      let list = try JSONSerialization.jsonObject(with: Data(ending.stdout.utf8))
      let options = try #require(list as? [[String: Any]])
      return Dictionary(
        options.map { ($0["option"] as? String ?? "", $0) }, uniquingKeysWith: { $1 })
    }

    @Test func theEnvironmentCountsBeforeTheFileAndThatBeforeTheDefault() async throws {
      let folder = try TemporaryFolder()
      let file = try folder.write(
        "roost.yaml",
        """
        all: {log-format: json}
        driver:
          heartbeat-timeout: 20
          executor-timeout: 30
          allow-path: [/a, /b]
        """)
      let options = try await settings(
        ["driver", "--config", file], environment: ["ROOST_EXECUTOR_TIMEOUT": "40"], in: folder)
      #expect(options["heartbeat-timeout"]?["value"] as? String == "20")
      #expect(options["heartbeat-timeout"]?["source"] as? String == "\(file):3")
      #expect(options["executor-timeout"]?["value"] as? String == "40")
      #expect(options["executor-timeout"]?["source"] as? String == "ROOST_EXECUTOR_TIMEOUT")
      #expect(options["allow-path"]?["value"] as? String == "/a, /b")
      #expect(options["log-format"]?["value"] as? String == "json")
      #expect(options["listen"]?["source"] as? String == "default")
      #expect(options["history-jobs"]?["value"] as? String == "1000")
    }

    @Test(arguments: [
      ("drivr: {}", ":1: there is no section 'drivr'; did you mean 'driver'?"),
      ("driver:\n  lisen: a", ":2: there is no option 'lisen'; did you mean 'listen'?"),
      ("driver:\n  listen: a\n  listen: b", ":2: 'listen' is there twice"),
      ("driver:\n  insecure: perhaps", ":2: 'insecure' is 'perhaps'; it is true or false"),
      ("driver:\n  listen: [a, b]", ":2: 'listen' should be one value"),
      ("driver: 7", ":1: section 'driver' should be a mapping of names to values"),
      ("driver: [", ""),
    ])
    func aWrongFileIsRefusedWithItsLine(text: String, message: String) async throws {
      let folder = try TemporaryFolder()
      let file = try folder.write("roost.yaml", text)
      let ending = try await roost("driver", "--config", file, in: folder)
      #expect(ending.code == 2)
      #expect(ending.stderr.contains("\(file)\(message)"), "\(ending.stderr)")
    }

    @Test func aWrongValueNamesWhereItComesFrom() async throws {
      let folder = try TemporaryFolder()
      let file = try folder.write("roost.yaml", "executor:\n  slots: two")
      let fromFile = try await roost("executor", "--config=\(file)", in: folder)
      #expect(fromFile.code == 2 && fromFile.stderr.contains("--slots comes from \(file):2"))
      let fromVariable = try await roost(
        "executor", in: folder, environment: ["ROOST_SLOTS": "two"])
      #expect(fromVariable.code == 2 && fromVariable.stderr.contains("comes from ROOST_SLOTS"))
    }

    @Test func theCommandLineCountsFirst() async throws {
      let folder = try TemporaryFolder()
      let file = try folder.write("roost.yaml", "driver: {heartbeat-timeout: 20}")
      let ending = try await roost(
        "driver", "--heartbeat-timeout", "1", "--config", file, in: folder)
      #expect(ending.code == 2 && ending.stderr.contains("--heartbeat-timeout is 1;"))
    }

    /// What is meant for a cluster does not reach the executors that `run` starts for itself.
    @Test func aClusterOfItsOwnIsNotConfiguredByOthers() async throws {
      let folder = try TemporaryFolder()
      try folder.write("rows.csv", "a\n1\n")
      let job = try folder.write(
        "job.yaml", "tables: {rows: {read: rows.csv}}\noutputs: {rows: {show: 1}}")
      let ending = try await roost(
        "run", job, in: folder,
        environment: ["ROOST_LISTEN": "256.0.0.1:1", "ROOST_EXECUTORS": "1", "ROOST_NONSENSE": "1"])
      #expect(ending.code == 0, "\(ending.stderr)")
      #expect(ending.stderr.contains("warning: ROOST_NONSENSE is set and is no option"))
      #expect(!ending.stderr.contains("ROOST_LISTEN"))
    }
  }
}
