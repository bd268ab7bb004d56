import Foundation
import Testing

extension ClusterTests {
  /// A driver with a state folder that is killed, and the next one.
  @Suite struct DriverRestartTests {
    private func withJournal(
      executors: Int, _ body: (LocalCluster) async throws -> Void
    ) async throws {
      let state = try TemporaryFolder()
      try await withCluster(executors: executors, driver: ["--state-dir", state.path("state")]) {
        cluster in try await body(cluster)
      }
    }

    /// Killed while it maps, then while it reduces: the client sees the job end as if nothing had happened, and the
    /// maps that had finished do not run again.
    @Test func aJobGoesOnFromItsFinishedTasksAndGivesTheSameBytes() async throws {
      try await withJournal(executors: 2) { cluster in
        let job = try SlowJob(in: cluster.folder)
        let calm = try await cluster.run("submit", job.write(output: "calm"))
        try #require(calm.code == 0, "\(calm.stderr)")

        let submit = try cluster.start(["submit", try job.write(output: "killed")])
        defer { submit.end() }
        try await until("the job maps") {
          guard try await cluster.json("jobs").count == 2 else { return false }
          return try await cluster.job("2").stages.first?.finished ?? 0 > 8
        }
        try await cluster.restartDriver()
        let resumed = try await first("the job is there again") { () -> JobStatus? in
          let status = try await cluster.job("2")
          return status.state == "planning" ? nil : status
        }
        #expect(resumed.stages.first?.finished ?? 0 >= 8 || resumed.hasEnded)
        try await until("the job reduces") {
          let status = try await cluster.job("2")
          return status.hasEnded || status.stages.dropFirst().contains { $0.finished > 0 }
        }
        try await cluster.restartDriver()
        let ending = try await submit.wait()
        #expect(ending.code == 0, "\(ending.stderr)")
        #expect(ending.stderr.contains("found the driver again"))
        #expect(try cluster.folder.contents("killed") == cluster.folder.contents("calm"))
        #expect(try await cluster.job("1").state == "succeeded")
      }
    }

    /// The executor is told to leave while there is no driver: the next one lets others take over what it holds.
    @Test func anExecutorThatIsToLeaveWaitsForTheNextDriver() async throws {
      try await withJournal(executors: 2) { cluster in
        let job = try SlowJob(in: cluster.folder)
        let calm = try await cluster.run("submit", job.write(output: "calm"))
        try #require(calm.code == 0, "\(calm.stderr)")
        let id = try await cluster.submitDetached(job.write(output: "left"))
        try await until("the job maps") {
          try await cluster.job(id).stages.first?.finished ?? 0 > 8
        }
        let leaving = cluster.executors[0]
        try await cluster.restartDriver {
          leaving.signal(SIGTERM)
          try await until("it waits") { leaving.stderr.contains("leaving when the driver can") }
        }
        #expect(try await leaving.wait().code == 0, "\(leaving.stderr)")
        #expect(leaving.stderr.components(separatedBy: "registered with").count == 3)
        let status = try await cluster.ended(id)
        #expect(status.state == "succeeded", "\(status.error ?? "")")
        #expect(status.retries == 0)
        #expect(try cluster.folder.contents("left") == cluster.folder.contents("calm"))
      }
    }

    @Test func aSecondSignalEndsAnExecutorThatWaitsForADriverAtOnce() async throws {
      try await withCluster(executors: 1) { cluster in
        try cluster.folder.write("rows.csv", "k,v\n1,2\n")
        let job = try cluster.folder.write(
          "keep.yaml",
          """
          tables:
            rows: {read: rows.csv}
          outputs:
            rows: {cache: rows}
          """)
        let made = try await cluster.run("submit", job)
        try #require(made.code == 0, "\(made.stderr)")
        let executor = cluster.executors[0]
        try await cluster.restartDriver {
          executor.signal(SIGTERM)
          try await until("it waits") { executor.stderr.contains("leaving when the driver can") }
          executor.signal(SIGTERM)
          #expect(try await executor.wait().code == 0, "\(executor.stderr)")
        }
        #expect(executor.stderr.components(separatedBy: "registered with").count == 2)
      }
    }

    @Test func cachedTablesAndShownRowsOutliveTheDriver() async throws {
      try await withJournal(executors: 2) { cluster in
        try cluster.folder.write(
          "rows.csv", "k,v\n" + (0..<1000).map { "\($0 % 7),\($0)\n" }.joined())
        let make = try cluster.folder.write(
          "make.yaml",
          """
          tables:
            rows: {read: {path: rows.csv, partitions: 4}}
            sums: {from: rows, group_by: k, aggregate: sum(v) AS s, partitions: 3}
          outputs:
            sums: {cache: sums}
          """)
        let use = try cluster.folder.write(
          "use.yaml",
          """
          tables:
            sums: {read: "cached:sums"}
            ordered: {from: sums, order_by: k}
          outputs:
            ordered: {show: 10}
          """)
        for job in [make, use] {
          let ending = try await cluster.run("submit", job)
          try #require(ending.code == 0, "\(ending.stderr)")
        }
        let shown = try await cluster.run("job", "2")
        try await cluster.restartDriver()
        try await cluster.waitForExecutors(2)
        #expect(try await cluster.run("job", "2").stdout == shown.stdout)
        try cluster.folder.remove("rows.csv")
        let again = try await cluster.run("submit", use)
        #expect(again.code == 0, "\(again.stderr)")
        // Numbers go on; nothing was computed again, since what it came from is gone.
        #expect(try await cluster.json("jobs").compactMap { $0["job"] as? Int } == [1, 2, 3])
      }
    }

    @Test func aStateFolderBelongsToOneDriver() async throws {
      let state = try TemporaryFolder()
      let arguments = ["--state-dir", state.path("state")]
      try await withCluster(executors: 0, driver: arguments) { cluster in
        let second = try RoostProcess(
          ["driver", "--listen", "127.0.0.1:0"] + arguments, in: cluster.folder)
        defer { second.end() }
        let ending = try await second.wait()
        #expect(ending.code == 1)
        #expect(ending.stderr.contains("another driver uses the state folder"))
        #expect(ending.stdout.isEmpty)
      }
    }

    @Test func aJournalThatCannotBeReadIsNotThrownAway() async throws {
      let state = try TemporaryFolder()
      try state.write("journal.sqlite", String(repeating: "not a database ", count: 300))
      let ending = try await roost(
        "driver", "--listen", "127.0.0.1:0", "--state-dir", state.root.path, in: state)
      #expect(ending.code == 1)
      #expect(ending.stderr.contains("cannot use the state folder"))
      #expect(state.exists("journal.sqlite"))
    }
  }
}
