import Foundation
import Testing

extension ClusterTests {
  /// Executors that are told to leave while others need them.
  @Suite struct LeavingTests {
    /// Every executor is replaced in the midst of a job: nothing is lost, and nothing runs again.
    @Test func aRollingRestartDuringAJobLosesNothing() async throws {
      try await withCluster(executors: 2) { cluster in
        let job = try SlowJob(in: cluster.folder)
        let calm = try await cluster.run("submit", job.write(output: "calm"))
        try #require(calm.code == 0, "\(calm.stderr)")
        let id = try await cluster.submitDetached(job.write(output: "rolling"))
        for (number, old) in cluster.executors.enumerated() {
          try await until("the job goes on") {
            let status = try await cluster.job(id)
            return status.hasEnded || status.stages.first?.finished ?? 0 > 8 * (number + 1)
          }
          try await cluster.addExecutors(1)
          old.signal(SIGTERM)
          #expect(try await old.wait().code == 0, "\(old.stderr)")
        }
        let status = try await cluster.ended(id)
        #expect(status.state == "succeeded", "\(status.error ?? "")")
        #expect(status.retries == 0)
        #expect(try cluster.folder.contents("rolling") == cluster.folder.contents("calm"))
      }
    }

    @Test func drainHandsCachedPartitionsOver() async throws {
      try await withCluster(executors: 2) { cluster in
        try cluster.folder.write(
          "rows.csv", "k,v\n" + (0..<1000).map { "\($0 % 7),\($0)\n" }.joined())
        let make = try cluster.folder.write(
          "make.yaml",
          """
          tables:
            rows: {read: {path: rows.csv, partitions: 4}}
          outputs:
            rows: {cache: rows}
          """)
        let use = try cluster.folder.write(
          "use.yaml",
          """
          tables:
            rows: {read: "cached:rows"}
            sums: {from: rows, group_by: k, aggregate: sum(v) AS s, order_by: k}
          outputs:
            sums: {show: 10}
          """)
        let made = try await cluster.run("submit", make)
        try #require(made.code == 0, "\(made.stderr)")
        let before = try await cluster.run("submit", use)
        // What it was made from is gone: nothing can be computed again.
        try cluster.folder.remove("rows.csv")
        let name = try #require(
          try await cluster.json("executors").compactMap { $0["executor"] as? String }.first)
        let drain = try await cluster.run("drain", name)
        #expect(drain.code == 0 && drain.stdout == "executor \(name) has left\n")
        try await until("it has ended") { cluster.executors.filter(\.isRunning).count == 1 }
        let after = try await cluster.run("submit", use)
        #expect(after.code == 0, "\(after.stderr)")
        #expect(after.stdout == before.stdout)
        let unknown = try await cluster.run("drain", name)
        #expect(unknown.code == 2 && unknown.stderr.contains("there is no executor '\(name)'"))
      }
    }

    /// It stands still and is not silent for long enough to be given up: only second attempts of its tasks end the job.
    @Test func tasksOfAnExecutorThatHardlyMovesRunASecondTimeElsewhere() async throws {
      try await withCluster(executors: 2, driver: ["--heartbeat-timeout", "3600"]) { cluster in
        try cluster.folder.write(
          "rows.csv", "k,v\n" + (0..<20_000).map { "\($0 % 7),note-\($0)\n" }.joined())
        let job = try cluster.folder.write(
          "copy.yaml",
          """
          tables:
            rows: {read: {path: rows.csv, partitions: 40}}
            noted: {from: rows, select: "k, length(regexp_replace(repeat(v, 20), '([a-z]+)-([0-9]+)', '$2-$1')) AS size"}
          outputs:
            noted: {write: out}
          """)
        let id = try await cluster.submitDetached(job)
        try await until("both work") {
          let running = try await cluster.json("executors").compactMap { $0["running"] as? Int }
          let status = try await cluster.job(id)
          return running.allSatisfy { $0 > 0 } && status.stages.first?.finished ?? 0 > 2
            || status.hasEnded
        }
        cluster.executors[0].signal(SIGSTOP)
        let status = try await cluster.ended(id)
        #expect(status.state == "succeeded", "\(status.error ?? "")")
        let parts = try cluster.folder.contents("out").keys.filter { $0.hasPrefix("part-") }
        #expect(parts.count == 40)
        cluster.executors[0].signal(SIGCONT)
        try await until("the loser has been told") {
          try await cluster.json("executors").allSatisfy { $0["running"] as? Int == 0 }
        }
      }
    }
  }
}
