import Foundation
import Testing

private let isWanted = ProcessInfo.processInfo.environment["ROOST_CHAOS"] != nil

extension ClusterTests {
  /// Faults that take long to survive: `make chaos` runs them. Which executor is struck and when comes from a seed, which
  /// is printed; what the machine does meanwhile does not.
  @Suite(.enabled(if: isWanted)) struct ChaosTests {
    private static let seed =
      ProcessInfo.processInfo.environment["ROOST_CHAOS_SEED"].flatMap { UInt64($0) }
      ?? UInt64.random(in: 1...999_999)

    private var random = Seeded(state: ChaosTests.seed)

    init() { print("ROOST_CHAOS_SEED=\(Self.seed)") }

    /// A job of some hundred tasks, each of some work.
    private func write(_ output: String, in folder: TemporaryFolder) throws -> String {
      if !folder.exists("rows.csv") {
        var text = "store,x,note\n"
        for row in 0..<60_000 {
          text += "\(row &* 7919 % 300),\(Double(row % 977) / 10),note-\(row)-abcdef\n"
        }
        try folder.write("rows.csv", text)
      }
      return try folder.write(
        "\(output).yaml",
        """
        tables:
          rows: {read: {path: rows.csv, partitions: 240}}
          noted:
            from: rows
            select: "store, x, length(regexp_replace(repeat(note, 200), '([a-z]+)-([0-9]+)', '$2-$1')) AS size"
          sizes:
            from: noted
            group_by: store
            partitions: 60
            aggregate: [count(*) AS n, sum(size) AS size, avg(x) AS mean, median(x) AS middle]
        outputs:
          sizes: {write: \(output)}
        """)
    }

    /// More than it has tasks when the job has ended.
    private static let all = 1_000

    private func finished(_ id: String, on cluster: LocalCluster) async throws -> Int {
      let status = try await cluster.job(id)
      return status.hasEnded ? Self.all : status.stages.reduce(0) { $0 + $1.finished }
    }

    /// Twenty executors die in one job while new ones join.
    @Test mutating func twentyKills() async throws {
      try await withCluster(executors: 3) { cluster in
        let calm = try await cluster.run("submit", write("calm", in: cluster.folder))
        try #require(calm.code == 0, "\(calm.stderr)")
        let id = try await cluster.submitDetached(write("killed", in: cluster.folder))
        var kills = 0
        while kills < 20, try await finished(id, on: cluster) != Self.all {
          let living = cluster.executors.filter(\.isRunning)
          living.randomElement(using: &random)?.end()
          kills += 1
          try await cluster.addExecutors(1)
          let before = try await finished(id, on: cluster)
          try await until("the job goes on", seconds: 60) {
            try await finished(id, on: cluster) >= min(before + 3, Self.all)
          }
        }
        let status = try await cluster.ended(id, seconds: 180)
        #expect(status.state == "succeeded", "after \(kills) kills: \(status.error ?? "")")
        #expect(kills == 20)
        #expect(try cluster.folder.contents("killed") == cluster.folder.contents("calm"))
      }
    }

    /// The driver dies six times, and an executor now and then.
    @Test mutating func driversThatDie() async throws {
      let state = try TemporaryFolder()
      try await withCluster(executors: 3, driver: ["--state-dir", state.path("state")]) { cluster in
        let calm = try await cluster.run("submit", write("calm", in: cluster.folder))
        try #require(calm.code == 0, "\(calm.stderr)")
        let submit = try cluster.start(["submit", try write("killed", in: cluster.folder)])
        defer { submit.end() }
        try await until("the job is there") { try await cluster.json("jobs").count == 2 }
        for kill in 0..<6 {
          let before = try await finished("2", on: cluster)
          if before == Self.all { break }
          try await until("the job goes on", seconds: 60) {
            try await finished("2", on: cluster) >= min(before + 10, Self.all)
          }
          if kill % 2 == 1 {
            cluster.executors.filter(\.isRunning).randomElement(using: &random)?.end()
          }
          try await cluster.restartDriver()
          if kill % 2 == 1 { try await cluster.addExecutors(1) }
        }
        let ending = try await submit.wait(seconds: 180)
        #expect(ending.code == 0, "\(ending.stderr)")
        #expect(try cluster.folder.contents("killed") == cluster.folder.contents("calm"))
      }
    }

    /// One executor gets a tenth of the time of a processor; nearly all of the work is done by the other.
    @Test func anExecutorThatIsThrottledToATenth() async throws {
      try await withCluster(executors: 2) { cluster in
        let calm = try await cluster.run("submit", write("calm", in: cluster.folder))
        try #require(calm.code == 0, "\(calm.stderr)")
        let throttle = Throttle(cluster.executors[0].id)
        let slow = try await cluster.run(
          "submit", write("slow", in: cluster.folder), seconds: 180)
        throttle.end()
        #expect(slow.code == 0, "\(slow.stderr)")
        #expect(try cluster.folder.contents("slow") == cluster.folder.contents("calm"))
      }
    }

    /// An executor on another host whose link goes dead for ten seconds and returns.
    @Test func aLinkThatGoesDeadAndReturns() async throws {
      let hostFolder = try TemporaryFolder()
      guard let host = OtherHost(in: hostFolder) else {
        print("skipped: a network namespace needs root and the command ip")
        return
      }
      defer { host.remove() }
      try await withCluster(
        executors: 0, listen: "\(host.nearAddress):0",
        driver: ["--insecure", "--heartbeat-timeout", "3", "--allow-path", NSTemporaryDirectory()]
      ) { cluster in
        let common = [
          "executor", "--driver", cluster.address, "--slots", "1", "--insecure", "--allow-path",
          NSTemporaryDirectory(), "--work-dir", cluster.folder.path("work"),
        ]
        cluster.adopt(
          try RoostProcess(common + ["--listen", "\(host.nearAddress):0"], in: cluster.folder))
        let far = try host.start(common + ["--listen", "\(host.farAddress):0"])
        cluster.adopt(far)
        try await cluster.waitForExecutors(2)
        let calm = try await cluster.run("submit", write("calm", in: cluster.folder))
        try #require(calm.code == 0, "\(calm.stderr)")
        let id = try await cluster.submitDetached(write("parted", in: cluster.folder))
        try await until("the job is under way") { try await finished(id, on: cluster) > 20 }
        host.cutLink()
        try await until("the driver misses the executor") {
          try await cluster.json("executors").count == 1
        }
        usleep(10_000_000)
        host.mendLink()
        try await cluster.waitForExecutors(2)
        let status = try await cluster.ended(id, seconds: 180)
        #expect(status.state == "succeeded", "\(status.error ?? "")")
        #expect(try cluster.folder.contents("parted") == cluster.folder.contents("calm"))
        // Taken back cleanly: it works again.
        let again = try await cluster.run("submit", write("again", in: cluster.folder))
        #expect(again.code == 0, "\(again.stderr)")
        #expect(try cluster.folder.contents("again") == cluster.folder.contents("calm"))
      }
    }
  }
}

/// Lets a process run for 10 ms of every 100.
private final class Throttle {
  private let thread: Thread

  init(_ process: pid_t) {
    thread = Thread {
      while !Thread.current.isCancelled {
        kill(process, SIGSTOP)
        usleep(90_000)
        kill(process, SIGCONT)
        usleep(10_000)
      }
      kill(process, SIGCONT)
    }
    thread.start()
  }

  func end() { thread.cancel() }
}

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
private struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
