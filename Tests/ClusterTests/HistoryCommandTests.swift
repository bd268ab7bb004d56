import Foundation
import Testing

extension ClusterTests {
  /// What is known of jobs when they have ended, on a terminal and by programs.
  @Suite struct HistoryCommandTests {
    private func job(_ cluster: LocalCluster, _ name: String, regParam: Double) throws -> String {
      if (try? cluster.folder.contents("rows.csv")) == nil {
        try cluster.folder.write("rows.csv", Sales(rowCount: 2000, stores: 20).csv)
      }
      return try cluster.folder.write(
        "\(name).yaml",
        """
        name: \(name)
        tables:
          rows: {read: {path: rows.csv, partitions: 4}}
          models:
            from: rows
            group_by: store
            train: {learner: LinearRegression, label: units, features: [price, visitors], params: {regParam: \(regParam)}}
        outputs:
          models: [{write: \(name), mode: overwrite}, {show: 2}]
        """)
    }

    private func json(_ text: String) throws -> [String: Any] {
      try #require(
        JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    @Test func twoJobsAreComparedAlsoByTheNextDriver() async throws {
      let state = try TemporaryFolder()
      try await withCluster(driver: ["--state-dir", state.path("state")]) { cluster in
        for (name, regParam) in [("plain", 0.0), ("ridge", 2.0)] {
          let ending = try await cluster.run("submit", try job(cluster, name, regParam: regParam))
          try #require(ending.code == 0, "\(ending.stderr)")
        }
        try await cluster.restartDriver()
        let comparison = try await json(cluster.run("diff", "1", "2", "--json").stdout)
        let parameters = try #require(comparison["parameters"] as? [[String: Any]])
        let regParam = try #require(
          parameters.first { $0["name"] as? String == "tables.models.train.params.regParam" })
        #expect(regParam["first"] as? String == "0.0" && regParam["second"] as? String == "2.0")
        #expect(!parameters.contains { $0["name"] as? String == "tables.models.train.label" })
        let metrics = try #require(comparison["metrics"] as? [[String: Any]])
        let rmse = try #require(
          metrics.first {
            $0["name"] as? String == "models, LinearRegression: mean train_rmse"
          })
        #expect(rmse["difference"] as? Double ?? 0 > 0, "a penalty makes the fit worse")
        let text = try await cluster.run("diff", "1", "2", "--all")
        #expect(text.stdout.contains("tables.models.train.label"))
        let missing = try await cluster.run("diff", "1", "9")
        #expect(missing.code == 2 && missing.stderr.contains("there is no job 9"))
      }
    }

    @Test func aTraceHasAllThatRan() async throws {
      try await withCluster(executors: 2) { cluster in
        let ending = try await cluster.run("submit", try job(cluster, "traced", regParam: 0))
        try #require(ending.code == 0, "\(ending.stderr)")
        let path = cluster.folder.path("trace.json")
        let traced = try await cluster.run("trace", "1", "-o", path)
        #expect(traced.code == 0)
        let trace = try json(String(contentsOfFile: path, encoding: .utf8))
        let events = try #require(trace["traceEvents"] as? [[String: Any]])
        let tasks = try await cluster.job("1").stages.reduce(0) { $0 + $1.tasks }
        let spans = events.filter { $0["cat"] as? String == "finished" }
        #expect(spans.count == tasks)
        #expect(events.contains { $0["cat"] as? String == "job" && $0["ph"] as? String == "X" })
        let names = events.filter { $0["name"] as? String == "process_name" }
        #expect(names.count == 1 + Set(spans.compactMap { $0["pid"] as? Int }).count)
      }
    }

    @Test func aResultIsAnObject() async throws {
      try await withCluster { cluster in
        let path = try job(cluster, "object", regParam: 0)
        let ending = try await cluster.run("submit", path, "--json")
        let result = try json(ending.stdout)
        #expect(result["state"] as? String == "succeeded")
        let shown = try #require((result["shown"] as? [[String: Any]])?.first)
        #expect((shown["columns"] as? [String])?.prefix(2) == ["store", "learner"])
        #expect((shown["rows"] as? [[Any]])?.count == 2)
        #expect((result["outputs"] as? [[String: Any]])?.first?["table"] as? String == "models")
        let quiet = try await cluster.run("submit", path, "--quiet")
        #expect(quiet.code == 0 && quiet.stderr == "" && quiet.stdout.hasPrefix("models:"))
      }
    }

    @Test func jobsAreChosenByStateAndName() async throws {
      try await withCluster { cluster in
        for name in ["first", "second"] {
          _ = try await cluster.run("submit", try job(cluster, name, regParam: 0))
        }
        _ = try await cluster.run("submit", try job(cluster, "wrong", regParam: -1))
        func names(_ arguments: String...) async throws -> [String] {
          let process = try cluster.start(["jobs", "--json"] + arguments)
          defer { process.end() }
          let list = try JSONSerialization.jsonObject(
            with: Data(try await process.wait().stdout.utf8))
          return (list as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
        }
        #expect(try await names("--state", "succeeded") == ["first", "second"])
        #expect(try await names("--name", "sec") == ["second"])
        #expect(try await names("--limit", "1", "--state", "succeeded") == ["second"])
      }
    }

    @Test func theOldestJobsAreForgotten() async throws {
      try await withCluster(driver: ["--history-jobs", "1"]) { cluster in
        for name in ["first", "second"] {
          _ = try await cluster.run("submit", try job(cluster, name, regParam: 0))
        }
        try await until("one job is remembered") { try await cluster.json("jobs").count == 1 }
        #expect(try await cluster.json("jobs").first?["name"] as? String == "second")
      }
    }

    @Test func linesOfTheLogAreObjects() async throws {
      try await withCluster(executors: 0, driver: ["--log-format", "json"]) { cluster in
        try await cluster.addExecutors(1, options: ["--log-format", "json"])
        let ending = try await cluster.run("submit", try job(cluster, "logged", regParam: 0))
        try #require(ending.code == 0)
        let lines = try cluster.driver.stderr.split(separator: "\n").map { try json(String($0)) }
        let end = try #require(
          lines.first { ($0["message"] as? String)?.hasPrefix("job 1 succeeded") ?? false })
        #expect(end["job"] as? Int == 1 && end["process"] as? String == "driver")
        #expect(end["level"] as? String == "info")
        let own = try cluster.executors[0].stderr.split(separator: "\n").map {
          try json(String($0))
        }
        #expect(!own.isEmpty && own.allSatisfy { $0["executor"] is String })
      }
    }

    @Test func topShowsTheClusterOnceWithoutATerminal() async throws {
      try await withCluster { cluster in
        _ = try await cluster.run("submit", try job(cluster, "seen", regParam: 0))
        let top = try await cluster.run("top")
        #expect(top.code == 0)
        #expect(top.stdout.contains("1 executor, 0/1 slots busy"))
        #expect(top.stdout.contains("seen"))
      }
    }

    @Test func theDoctorNamesWhatIsWrong() async throws {
      try await withCluster { cluster in
        let well = try await cluster.run("doctor", "--work-dir", cluster.folder.path("."))
        #expect(well.code == 0 && well.stdout.contains("ok      executors: 1 executor"))
        #expect(well.stdout.contains("warning journal: the driver has none"))
        let port = try await cluster.run(
          "doctor", "--listen", cluster.address, "--state-dir", "/nowhere/at/all")
        #expect(port.code == 1)
        #expect(port.stdout.contains("problem listen on \(cluster.address)"))
        #expect(port.stdout.contains("problem state folder: /nowhere/at/all is no folder"))
      }
    }

    @Test func thePageAndTheCompletionsKnowAllCommands() async throws {
      let folder = try TemporaryFolder()
      let page = try await roost("man", in: folder)
      let completions = try await roost("completions", "bash", in: folder)
      for command in ["submit", "executor", "trace", "doctor"] {
        #expect(page.stdout.contains(".SS roost \(command)\n"))
        #expect(completions.stdout.contains(command))
      }
      #expect(page.stdout.contains("\\fB\\-\\-state\\-dir\\fR"))
    }
  }
}
