import Foundation
import Testing

extension ClusterTests {
  /// What the commands around a job do and print.
  @Suite struct JobCommandTests {
    /// Waits until a job has finished some tasks, but not all.
    private func waitUntilUnderWay(_ id: String, on cluster: LocalCluster) async throws {
      try await until("job \(id) is under way") {
        let job = try await cluster.job(id)
        try #require(!job.hasEnded)
        return job.stages.first?.finished ?? 0 > 0
      }
    }

    @Test func aDetachedJobIsListedAndDescribed() async throws {
      try await withCluster(executors: 2, slots: 2) { cluster in
        try cluster.folder.write("rows.csv", "a\n3\n1\n2\n")
        let job = try cluster.folder.write(
          "job.yaml",
          """
          name: sorted
          tables:
            rows: {read: rows.csv}
            t: {from: rows, order_by: a}
          outputs:
            t: [{write: out, format: json}, {show: 5}]
          """)
        let id = try await cluster.submitDetached(job)
        #expect(id == "1")
        let status = try await cluster.ended(id)
        #expect(status.state == "succeeded")
        #expect(!status.stages.isEmpty && status.stages.allSatisfy(\.isComplete))
        #expect(status.outputs.count == 1)
        #expect(status.outputs.first?["rows"] as? Int == 3)
        #expect(status.outputs.first?["path"] as? String == cluster.folder.path("out"))
        #expect(try cluster.folder.rows("out").map { $0["a"] as? Int } == [1, 2, 3])

        let jobs = try await cluster.json("jobs")
        #expect(jobs.map { $0["name"] as? String } == ["sorted"])
        #expect(jobs.first?["state"] as? String == "succeeded")
        let executors = try await cluster.json("executors")
        #expect(executors.map { $0["slots"] as? Int } == [2, 2])
        #expect(
          Set(executors.map { $0["process"] as? Int })
            == Set(cluster.executors.map { Int($0.id) }))

        // For people: the rows that it shows are there after its end.
        let text = try await cluster.run("job", id)
        #expect(text.stdout.contains("sorted"))
        #expect(text.stdout.contains("wrote t: 3 rows"))
        #expect(text.stdout.contains("t:\na\n─\n1\n2\n3\n"))
        let unknown = try await cluster.run("job", "99")
        #expect(unknown.code == 2)
        #expect(unknown.stderr.contains("there is no job 99"))
      }
    }

    /// Also of a job that failed, or that only shows rows, the stages are remembered.
    @Test func theStagesOfAJobAreKnownAfterItsEnd() async throws {
      try await withCluster { cluster in
        try cluster.folder.write("rows.csv", "a\n1\n0\n")
        func job(_ select: String) throws -> String {
          try cluster.folder.write(
            "job.yaml",
            "tables:\n  rows: {read: rows.csv}\n  t: {from: rows, select: \(select)}\n"
              + "outputs: {t: {show: 2}}\n")
        }
        let shown = try await cluster.run("submit", job("a"))
        #expect(shown.code == 0, "\(shown.stderr)")
        #expect(shown.stdout == "t:\na\n─\n1\n0\n\n")
        let failed = try await cluster.run("submit", job("1 / a"))
        #expect(failed.code == 1)
        #expect(try await cluster.job("1").stages.map(\.finished) == [1])
        let stages = try await cluster.job("2").stages
        #expect(stages.map(\.tasks) == [1])
        #expect(stages.map(\.finished) == [0])
      }
    }

    @Test func twoJobsMayNotWriteOneOutput() async throws {
      try await withCluster { cluster in
        let job = try SlowJob(in: cluster.folder).write(output: "out")
        let first = try await cluster.submitDetached(job)
        try await waitUntilUnderWay(first, on: cluster)
        let second = try await cluster.run("submit", job)
        #expect(second.code == 2)
        #expect(second.stderr.contains(cluster.folder.path("out/models")))
        #expect(try await cluster.ended(first).state == "succeeded")
      }
    }

    @Test func aCancelledJobStopsAndLeavesNothing() async throws {
      try await withCluster { cluster in
        let job = try SlowJob(in: cluster.folder).write(output: "out")
        let id = try await cluster.submitDetached(job)
        try await waitUntilUnderWay(id, on: cluster)
        let cancel = try await cluster.run("cancel", id)
        #expect(cancel.code == 0)
        #expect(cancel.stdout == "job \(id) cancelled\n")
        #expect(try await cluster.job(id).state == "cancelled")
        #expect(try cluster.folder.leftovers(of: "out").isEmpty)
        try await until("the executor is free again") {
          try await cluster.json("executors").first?["running"] as? Int == 0
        }
      }
    }

    @Test func controlCCancelsTheJob() async throws {
      try await withCluster { cluster in
        let job = try SlowJob(in: cluster.folder).write(output: "out")
        let submit = try cluster.start(["submit", job])
        defer { submit.end() }
        try await until("the job is there") { try await !cluster.json("jobs").isEmpty }
        try await waitUntilUnderWay("1", on: cluster)
        submit.signal(SIGINT)
        let ending = try await submit.wait(seconds: 10)
        #expect(ending.code == 1)
        #expect(ending.stderr.contains("cancelling job 1"))
        #expect(ending.stderr.contains("job 1 was cancelled"))
        #expect(try await cluster.job("1").state == "cancelled")
        #expect(try cluster.folder.leftovers(of: "out").isEmpty)
      }
    }

    @Test func aJobGoesOnWithoutItsClient() async throws {
      try await withCluster(executors: 2) { cluster in
        let job = try SlowJob(in: cluster.folder).write(output: "out")
        let submit = try cluster.start(["submit", job])
        defer { submit.end() }
        try await until("the job is there") { try await !cluster.json("jobs").isEmpty }
        try await waitUntilUnderWay("1", on: cluster)
        submit.signal(SIGKILL)
        _ = try await submit.wait()
        #expect(try await cluster.ended("1").state == "succeeded")
        #expect(cluster.folder.exists("out/notes/_SUCCESS"))
      }
    }

    /// Executors look for their driver until it is back. What the one before it left half-written is in nobody's way.
    @Test func executorsRegisterWithADriverThatComesBack() async throws {
      try await withCluster(executors: 2) { cluster in
        let processes = Set(cluster.executors.map { Int($0.id) })
        let job = try SlowJob(in: cluster.folder).write(output: "out")
        let id = try await cluster.submitDetached(job)
        try await waitUntilUnderWay(id, on: cluster)
        try await cluster.restartDriver()
        #expect(!cluster.folder.exists("out/models/_SUCCESS"))
        try await cluster.waitForExecutors(2)
        let executors = try await cluster.json("executors")
        #expect(Set(executors.compactMap { $0["process"] as? Int }) == processes)
        #expect(try await cluster.json("jobs").isEmpty)

        let ending = try await cluster.run("submit", job)
        #expect(ending.code == 0, "\(ending.stderr)")
        let files = try cluster.folder.contents("out").keys.sorted()
        #expect(files.count == 14 && files.allSatisfy { !$0.hasPrefix(".") }, "\(files)")
      }
    }

    @Test func anExecutorThatLooksForItsDriverEndsWhenItIsAskedTo() async throws {
      try await withCluster(executors: 2) { cluster in
        let (awake, asleep) = (cluster.executors[0], cluster.executors[1])
        asleep.signal(SIGSTOP)
        cluster.driver.end()
        try await until("one executor looks for its driver") {
          awake.stderr.contains("looking for it again")
        }
        awake.signal(SIGTERM)
        // It hears of both at once.
        asleep.signal(SIGTERM)
        asleep.signal(SIGCONT)
        for executor in [awake, asleep] {
          #expect(try await executor.wait(seconds: 10).code == 0)
        }
      }
    }

    @Test func aDriverAndAnExecutorEndWhenTheyAreAskedTo() async throws {
      try await withCluster { cluster in
        cluster.executors[0].signal(SIGTERM)
        #expect(try await cluster.executors[0].wait(seconds: 10).code == 0)
        try await cluster.waitForExecutors(0)
        cluster.driver.signal(SIGTERM)
        #expect(try await cluster.driver.wait(seconds: 10).code == 0)
        #expect(cluster.driver.stdout == "driver listening on \(cluster.address)\n")
      }
    }
  }
}
