import Driver
import Plan
import Testing

/// Cached tables that come out otherwise each time that they are made: whoever reads one reads one that was made at once.
@Suite struct IndeterminateTableTests {
  private let table = CachedTableID(name: "t", job: JobID(1))

  /// Two executors, each with half of a table.
  private func cached(isIndeterminate: Bool = true) -> SchedulerBench {
    var bench = SchedulerBench()
    _ = (bench.add("a"), bench.add("b"))
    bench.submit(1, SimulatedPlans.caching("t").indeterminate(isIndeterminate ? [0] : []))
    bench.finishAll()
    return bench
  }

  @Test(arguments: [true, false]) func aTableThatComesOutOtherwiseIsMadeAgainWhole(
    isIndeterminate: Bool
  ) {
    var bench = cached(isIndeterminate: isIndeterminate)
    bench.feed(.executorLost(ExecutorID("a"), reason: "killed"))
    #expect(
      bench.actions.contains(.releaseCachedTable(table, ExecutorID("b"))) == isIndeterminate)
    bench.submit(2, SimulatedPlans.reading("t"))
    let made = bench.runAll().filter { $0.attempt.task.job > JobID(2) }
    #expect(made.filter { $0.attempt.task.stage == 1 }.count == (isIndeterminate ? 4 : 2))
    #expect(bench.commits.count == 1)
  }

  @Test func aJobThatHasReadSomeOfATableReadsItAgain() {
    var bench = cached()
    bench.submit(2, SimulatedPlans.reading("t"))
    #expect(bench.finishLaunched().count == 2)
    #expect(bench.takeLaunches().count == 2)
    let last = bench.scheduler.cachedTableSummaries()[0].partitions.map { $0!.epoch }.max()!
    bench.feed(.executorLost(ExecutorID("a"), reason: "killed"))
    #expect(bench.rollbacks == [[0]])
    let read = bench.runAll().filter { $0.attempt.task.job == JobID(2) && !$0.cached.isEmpty }
    #expect(Set(read.map(\.attempt.task.partition)).count == 4 && read.count == 4)
    #expect(read.allSatisfy { $0.cached["t"]!.epoch > last })
    #expect(bench.commits.count == 1)
  }

  /// It goes on with the rows that it has, until a part of what it made of them is lost too.
  @Test func aJobThatHasReadAllOfATableReadsAllOfItAgainOrNothing() {
    var bench = cached()
    bench.submit(2, SimulatedPlans.reading("t"))
    let maps = bench.finishLaunched() + bench.finishLaunched()
    #expect(maps.count == 4)
    let reduce = bench.takeLaunches()
    #expect(reduce.map(\.attempt.task.stage) == [1])
    bench.submit(3, SimulatedPlans.reading("t"))
    let other = bench.takeLaunches()[0]
    let holder = bench.scheduler.cachedTableSummaries()[0]
      .partitions[other.attempt.task.partition]!.holder
    bench.feed(
      .taskFailed(
        other.attempt, other.executor,
        .cachedPartitionLost(name: "t", partition: other.attempt.task.partition, holder: holder)))
    #expect(bench.rollbacks.isEmpty)
    bench.feed(
      .taskFailed(
        reduce[0].attempt, reduce[0].executor, .lost(maps[0].attempt, at: maps[0].executor)))
    #expect(bench.rollbacks == [[0]])
    var launches = bench.runAll()
    // It avoids where its block was lost, but waits a while for a slot where its rows are.
    bench.now += .seconds(5)
    bench.feed(.tick)
    launches += bench.runAll()
    let read = launches.filter { $0.attempt.task.job == JobID(2) && !$0.cached.isEmpty }
    #expect(read.count == 4)
    #expect(bench.commits.count == 2)
  }

  @Test func aTableMadeFromOneThatComesOutOtherwiseIsMadeAgainWhole() {
    var bench = cached()
    var deriving = SimulatedPlans.caching("derived")
    deriving.stages[0].inputs = SimulatedPlans.reading("t").stages[0].inputs
    deriving.stages[0].partitionCount = SimulatedPlans.cachedPartitions
    bench.submit(2, deriving)
    bench.finishAll()
    bench.feed(.executorLost(ExecutorID("a"), reason: "killed"))
    bench.submit(3, SimulatedPlans.reading("derived"))
    let made = bench.runAll().filter { $0.attempt.task.job > JobID(3) }
    #expect(made.filter { $0.attempt.task.stage == 1 }.count == 8)
    #expect(bench.commits.count == 1)
  }
}
