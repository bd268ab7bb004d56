import Driver
import Plan
import Testing

@Suite struct SchedulerSimulationTests {
  /// Whatever dies, hangs, returns or lies: every job ends, each result is there once, and nothing is retried for
  /// ever. A failing seed is the argument that replays it.
  @Test func everyJobEndsAndNoResultIsLostOrCountedTwice() {
    for seed in UInt64(1)...1_500 {
      var cluster = SimulatedCluster(seed: seed)
      for _ in 0..<Int.random(in: 1...5, using: &cluster.random) { cluster.addExecutor() }
      let jobs = Int.random(in: 1...3, using: &cluster.random)
      for number in 1...jobs {
        cluster.submit(
          JobID(UInt64(number)), SimulatedPlans.random(using: &cluster.random, cached: []))
      }
      cluster.run(until: .seconds(600), faults: true)
      #expect(cluster.violations.isEmpty, "seed \(seed)")
      #expect(cluster.ends.count == jobs, "seed \(seed)")
      for (job, end) in cluster.ends {
        if case .failed(let failure) = end { Issue.record("seed \(seed), job \(job): \(failure)") }
      }
      #expect(cluster.launches < 2_000, "seed \(seed)")
    }
  }

  @Test func cachedTablesSurviveTheirExecutors() {
    for seed in UInt64(1)...300 {
      var cluster = SimulatedCluster(seed: seed)
      // Six deaths in a row that all ran the same task would make it poison, by chance alone.
      cluster.deaths = 1
      for _ in 0..<3 { cluster.addExecutor() }
      cluster.submit(JobID(1), SimulatedPlans.caching("kept"))
      cluster.run(until: .seconds(300), faults: true)
      #expect(cluster.ends[JobID(1)] == .succeeded([]), "seed \(seed)")
      // Whoever held the table is gone.
      for id in cluster.executorOrder { cluster.kill(id) }
      for _ in 0..<2 { cluster.addExecutor() }
      cluster.submit(
        JobID(2), SimulatedPlans.random(using: &cluster.random, cached: ["kept"]))
      cluster.run(until: .seconds(900), faults: true)
      if case .succeeded? = cluster.ends[JobID(2)] {
      } else {
        Issue.record("seed \(seed): \(String(describing: cluster.ends[JobID(2)]))")
      }
      #expect(cluster.violations.isEmpty, "seed \(seed)")
    }
  }

  @Test func theSameEventsGiveTheSameActions() {
    func history(_ seed: UInt64) -> (Int, [JobID: JobEnd], Duration) {
      var cluster = SimulatedCluster(seed: seed)
      for _ in 0..<4 { cluster.addExecutor() }
      for number in UInt64(1)...3 {
        cluster.submit(JobID(number), SimulatedPlans.random(using: &cluster.random, cached: []))
      }
      cluster.run(until: .seconds(600), faults: true)
      return (cluster.launches, cluster.ends, cluster.now)
    }
    for seed in UInt64(1)...50 {
      let (one, other) = (history(seed), history(seed))
      #expect(one.0 == other.0 && one.1 == other.1 && one.2 == other.2)
    }
  }
}
