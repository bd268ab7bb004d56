import Foundation
import Testing

extension ClusterTests {
  /// What functions print, from an executor to those who follow the job and those who ask later.
  @Suite struct JobLogTests {
    private func writeJob(in cluster: LocalCluster) throws -> String {
      try cluster.folder.write("rows.csv", "k\n" + (0..<40).map { "\($0)\n" }.joined())
      return try cluster.folder.write(
        "job.yaml",
        """
        tables:
          rows: {read: {path: rows.csv, schema: "k long", partitions: 2}}
        outputs:
          rows: {show: 100}
        """)
    }

    private func texts(_ partition: Int) -> [String] {
      ["task \(partition) be", "gins\nand\u{1B}[31m goes", " on\r\n", "no end"]
    }

    private func lines(_ partition: Int) -> [String] {
      ["task \(partition) begins", "and\u{FFFD}[31m goes on", "no end"]
        .map { "[rows \(partition)] \($0)" }
    }

    @Test func linesComeByTaskWhileTheJobRunsAndStayWhenItHasEnded() async throws {
      let state = try TemporaryFolder()
      try await withCluster(executors: 0, driver: ["--state-dir", state.path("state")]) {
        cluster in
        let executor = try PrintingExecutor(driver: cluster.address) { stage, partition in
          stage == 0 ? texts(partition) : []
        }
        defer { executor.close() }
        let submit = try cluster.start(["submit", writeJob(in: cluster)])
        defer { submit.end() }
        try await until("complete lines of both tasks are printed") {
          let printed = submit.stderr
          return (0..<2).allSatisfy { lines($0).dropLast().allSatisfy(printed.contains) }
        }
        #expect(submit.isRunning)
        #expect(!submit.stderr.contains("no end"))
        executor.endAttempts()
        let ending = try await submit.wait()
        #expect(ending.code == 0, "\(ending.stderr)")
        let printed = ending.stderr.split(separator: "\n").map(String.init)
        for partition in 0..<2 {
          #expect(printed.filter { $0.hasPrefix("[rows \(partition)]") } == lines(partition))
        }

        try await cluster.restartDriver()
        let all = try await cluster.run("logs", "1")
        #expect(Set(all.stdout.split(separator: "\n").map(String.init)) == Set(lines(0) + lines(1)))
        let one = try await cluster.run("logs", "1", "--stage", "rows", "--task", "1")
        #expect(one.stdout.split(separator: "\n").map(String.init) == lines(1))
        #expect(try await cluster.run("logs", "1", "--stage", "7").stdout.isEmpty)
        let json = try await cluster.run("logs", "1", "--stage", "0", "--task", "0", "--json")
        let parsed = try JSONSerialization.jsonObject(with: Data(json.stdout.utf8))
        let pieces = try #require(parsed as? [[String: Any]])
        #expect(pieces.compactMap { $0["text"] as? String }.joined() == texts(0).joined())
        #expect(pieces.allSatisfy { $0["tables"] as? String == "rows" && $0["task"] as? Int == 0 })
        let unknown = try await cluster.run("logs", "2")
        #expect(unknown.code == 2)
        #expect(unknown.stderr.contains("there is no job 2"))
      }
    }

    /// The client knows what it has printed.
    @Test func aClientThatFindsTheNextDriverPrintsNoLineTwice() async throws {
      let state = try TemporaryFolder()
      try await withCluster(executors: 0, driver: ["--state-dir", state.path("state")]) {
        cluster in
        var executor = try PrintingExecutor(driver: cluster.address) { stage, partition in
          stage == 0 ? ["first \(partition)\n"] : []
        }
        let submit = try cluster.start(["submit", writeJob(in: cluster)])
        defer { submit.end() }
        try await until("the lines are printed and in the journal") {
          let logs = try await cluster.run("logs", "1").stdout
          return (0..<2).allSatisfy {
            submit.stderr.contains("first \($0)") && logs.contains("first \($0)")
          }
        }
        try await cluster.restartDriver { executor.close() }
        executor = try PrintingExecutor(driver: cluster.address) { stage, partition in
          stage == 0 ? ["second \(partition)\n"] : []
        }
        defer { executor.close() }
        executor.endAttempts()
        let ending = try await submit.wait()
        #expect(ending.code == 0, "\(ending.stderr)")
        for partition in 0..<2 {
          #expect(ending.stderr.components(separatedBy: "[rows \(partition)] first").count == 2)
          #expect(ending.stderr.components(separatedBy: "[rows \(partition)] second").count == 2)
        }
      }
    }

    @Test func aJobThatPrintsTooMuchKeepsTheEnd() async throws {
      try await withCluster(executors: 0) { cluster in
        let line = String(repeating: "x", count: 1 << 20) + "\n"
        let executor = try PrintingExecutor(driver: cluster.address) { stage, partition in
          stage == 0 ? Array(repeating: line, count: 4) + ["the end of \(partition)\n"] : []
        }
        defer { executor.close() }
        executor.endAttempts()
        let ending = try await cluster.run("submit", writeJob(in: cluster))
        #expect(ending.code == 0)
        let log = try await cluster.run("logs", "1").stdout
        #expect(log.utf8.count < 5 << 20)
        #expect(log.hasPrefix("["))
        #expect(log.contains("that the job printed are kept no more"))
        #expect(log.contains("the end of 1") || log.contains("the end of 0"))
      }
    }
  }
}
