import Foundation
import Testing

extension ClusterTests {
  /// Whatever happens to the executors, the bytes of the output files are those of a calm run with one of them.
  @Suite struct SameBitsTests {
    /// When in the life of a job an executor is killed.
    enum Moment: CaseIterable {
      case whileMapping, betweenStages, whileReducing

      func isNow(_ job: JobStatus) -> Bool {
        guard job.state == "running", let map = job.stages.first else { return false }
        let reducers = job.stages.dropFirst()
        let reduced = reducers.reduce(0) { $0 + $1.finished }
        return switch self {
        case .whileMapping: map.finished > 4 && map.finished < map.tasks - 4
        case .betweenStages: map.isComplete && reduced == 0
        case .whileReducing: map.isComplete && reduced > 0 && !reducers.allSatisfy(\.isComplete)
        }
      }
    }

    @Test func anyNumberOfExecutorsAndAnyDeathGiveTheSameBytes() async throws {
      try await withCluster(executors: 1) { cluster in
        let folder = cluster.folder
        let job = try SlowJob(in: folder)
        let calm = try await cluster.run("submit", job.write(output: "one"))
        try #require(calm.code == 0, "\(calm.stderr)")
        let expected = try folder.contents("one")
        try #require(expected["models/_SUCCESS"] != nil && expected["notes/_SUCCESS"] != nil)
        #expect(expected.count == 14)

        try await cluster.addExecutors(1)
        for moment in Moment.allCases {
          try await runAndKill(moment, job, on: cluster, expecting: expected)
        }

        // Two of the four have no room for their blocks: those go to disk.
        try await cluster.addExecutors(2, memory: "64KB")
        let four = try await cluster.run("submit", job.write(output: "four"))
        try #require(four.code == 0, "\(four.stderr)")
        #expect(try folder.contents("four") == expected)
      }
    }

    /// Runs the job, kills the first of two executors at the moment and adds another one. A machine that is busy
    /// elsewhere may make us miss the moment: then again.
    private func runAndKill(
      _ moment: Moment, _ job: SlowJob, on cluster: LocalCluster, expecting expected: [String: Data]
    ) async throws {
      for attempt in 1...5 {
        let output = "\(moment)-\(attempt)"
        let executors = cluster.executors.filter(\.isRunning)
        try #require(executors.count == 2)
        let id = try await cluster.submitDetached(job.write(output: output))
        try await wait(for: moment == .betweenStages ? .whileMapping : moment, of: id, on: cluster)
        if moment == .betweenStages {
          // The second executor keeps the last map task until the first one stands still; then no reducer gets its
          // input.
          executors[1].signal(SIGSTOP)
          try await until("one map task is left") {
            let status = try await cluster.job(id)
            return status.hasEnded
              || status.stages.first.map { $0.finished == $0.tasks - 1 } ?? false
          }
          executors[0].signal(SIGSTOP)
          executors[1].signal(SIGCONT)
          try await wait(for: moment, of: id, on: cluster)
        } else {
          // Time stands still for the job, so that the moment is still there when the blow falls.
          for executor in executors { executor.signal(SIGSTOP) }
        }
        let isHit = moment.isNow(try await cluster.job(id))
        if isHit { executors[0].end() }
        for executor in executors { executor.signal(SIGCONT) }
        if isHit { try await cluster.addExecutors(1) }

        let status = try await cluster.ended(id)
        #expect(status.state == "succeeded", "\(moment): \(status.error ?? "")")
        #expect(try cluster.folder.contents(output) == expected, "\(moment)")
        if isHit {
          #expect(status.retries > 0, "\(moment)")
          return
        }
      }
      Issue.record("never came to \(moment)")
    }

    private func wait(for moment: Moment, of id: String, on cluster: LocalCluster) async throws {
      try await until("job \(id) is at \(moment) or past it", milliseconds: 1) {
        let status = try await cluster.job(id)
        return moment.isNow(status) || status.hasEnded
      }
    }

    /// Tasks wait for an executor, and one that comes in the middle gets its share.
    @Test func anExecutorThatJoinsLateIsUsed() async throws {
      try await withCluster(executors: 0) { cluster in
        let job = try SlowJob(in: cluster.folder)
        let id = try await cluster.submitDetached(job.write(output: "late"))
        try await until("the job has a plan") {
          try await cluster.job(id).state == "running"
        }
        #expect(try await cluster.job(id).stages.first?.finished == 0)
        try await cluster.addExecutors(1)
        try await until("the first executor works") {
          try await cluster.job(id).stages.first?.finished ?? 0 > 0
        }
        // It stands still, with one task: the others have to be done by the one that comes late.
        cluster.executors[0].signal(SIGSTOP)
        try await cluster.addExecutors(1)
        try await until("the late executor has done what is left") {
          try await cluster.job(id).stages.first?.finished ?? 0 >= SlowJob.mapTasks - 1
        }
        cluster.executors[0].signal(SIGCONT)
        let status = try await cluster.ended(id)
        #expect(status.state == "succeeded")
      }
    }

    /// One that is silent for too long is taken for dead; what it says later of its old tasks counts for nothing.
    @Test func anExecutorThatHangsIsGivenUpAndIsWelcomeWhenItReturns() async throws {
      try await withCluster(executors: 2, driver: ["--heartbeat-timeout", "2"]) { cluster in
        let job = try SlowJob(in: cluster.folder)
        // A machine that is busy elsewhere may make us miss the moment: then again.
        var (id, attempt) = ("", 0)
        repeat {
          attempt += 1
          try #require(attempt <= 5)
          id = try await cluster.submitDetached(job.write(output: "hung\(attempt)"))
          try await wait(for: .whileMapping, of: id, on: cluster)
          cluster.executors[0].signal(SIGSTOP)
          if try await cluster.job(id).hasEnded { cluster.executors[0].signal(SIGCONT) }
        } while try await cluster.job(id).hasEnded
        let status = try await cluster.ended(id)
        #expect(status.state == "succeeded", "\(status.error ?? "")")
        #expect(status.retries > 0)
        #expect(try await cluster.json("executors").count == 1)
        cluster.executors[0].signal(SIGCONT)
        try await cluster.waitForExecutors(2)
        let calm = try await cluster.run("submit", job.write(output: "calm"))
        #expect(calm.code == 0, "\(calm.stderr)")
        #expect(try cluster.folder.contents("hung\(attempt)") == cluster.folder.contents("calm"))
      }
    }

    @Test func withoutAnExecutorTheJobWaitsThenFailsAndSaysSo() async throws {
      try await withCluster(executors: 1, driver: ["--executor-timeout", "1"]) { cluster in
        let job = try SlowJob(in: cluster.folder).write(output: "never")
        let submit = try cluster.start(["submit", job])
        defer { submit.end() }
        try await until("the job runs") {
          try await cluster.json("executors").first?["running"] as? Int ?? 0 > 0
        }
        cluster.executors[0].end()
        let ending = try await submit.wait()
        #expect(ending.code == 1)
        #expect(ending.stderr.contains("waiting: no executor is registered"))
        #expect(ending.stderr.contains("no executor was registered for 1 s"))
        #expect(!cluster.folder.exists("never/models"))
        #expect(try cluster.folder.leftovers(of: "never").isEmpty)
      }
    }
  }
}
