import Driver
import Plan
import Testing

/// What was lost comes back, and what cannot come back ends its job.
@Suite struct SchedulerRecoveryTests {
  private let first = TaskID(job: JobID(1), stage: 0, partition: 0)

  /// Blocks go with an executor when nobody wants them; then the stage that read them has to run again.
  @Test func outputsThatWereLostUnneededAreMadeAgainWhenTheyAreNeeded() {
    var bench = SchedulerBench()
    let early = bench.add("early")
    let late = bench.add("late")
    bench.submit(1, SimulatedPlans.chain(stages: 3))
    let map = bench.takeLaunches()
    #expect(map.map(\.executor) == [early])
    bench.feed(.taskFinished(map[0].attempt, early, TaskOutcome()))
    let middle = bench.takeLaunches()
    #expect(middle.map(\.executor) == [late])
    bench.feed(.taskFinished(middle[0].attempt, late, TaskOutcome()))
    #expect(bench.takeLaunches().map(\.attempt.task.stage) == [2])
    bench.feed(.executorLost(early, reason: "killed"))
    #expect(bench.takeLaunches().map(\.attempt.task.stage) == [2])
    _ = bench.add("new")
    bench.feed(.executorLost(late, reason: "killed"))
    let again = bench.takeLaunches()
    #expect(again.map(\.attempt.task) == [first])
    bench.feed(.taskFinished(again[0].attempt, again[0].executor, TaskOutcome()))
    bench.finishAll()
    #expect(bench.commits.count == 1)
  }

  /// Found in the simulation: the restoration of a table whose job had also written files waited for a commit.
  @Test func aTableOfAJobThatAlsoWroteFilesIsMadeAgainWithoutACommit() {
    var bench = SchedulerBench()
    let early = bench.add("early")
    var plan = SimulatedPlans.caching("t")
    plan.stages[1].sinks.append(
      Sink(parent: .input(0), target: .result(1, firstPartition: 0)))
    plan.results.append(SimulatedPlans.mapReduce(maps: 1, reduces: 4).results[0])
    bench.submit(1, plan)
    bench.finishAll()
    bench.feed(.commitEnded(JobID(1), failure: nil))
    bench.feed(.executorLost(early, reason: "killed"))
    _ = bench.add("late")
    bench.submit(2, SimulatedPlans.reading("t"))
    bench.finishAll()
    bench.feed(.commitEnded(JobID(2), failure: nil))
    #expect(bench.commits.count == 2)
    #expect(bench.ends == [.succeeded([]), .succeeded([])])
  }

  /// Found in the simulation: a task that had failed on the only executor that sees the outputs was never launched
  /// again, as long as another executor was there that does not see them.
  @Test func aTaskGoesBackToWhereItFailedWhenAllOthersRefuseItsJob() {
    var bench = SchedulerBench()
    let able = bench.add("able")
    let blind = bench.add("blind")
    bench.refusals[blind] = "does not see /out"
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    let first = bench.takeLaunches()
    #expect(first.map(\.executor) == [able])
    bench.feed(.taskFailed(first[0].attempt, able, .unexpected("once")))
    #expect(bench.takeLaunches().map(\.executor) == [able])
  }

  /// Found in the simulation: nobody told an executor that had been taken for lost to forget the table.
  @Test func aDroppedTableIsReleasedWhereNobodyCountsOnItAnyMore() {
    var bench = SchedulerBench()
    let id = bench.add("a")
    bench.submit(1, SimulatedPlans.caching("t"))
    bench.finishAll()
    bench.feed(.executorLost(id, reason: "its link was down"))
    let table = CachedTableID(name: "t", job: JobID(1))
    _ = bench.add("a", holding: ExecutorHoldings(jobs: [], cachedTables: [table]))
    bench.feed(.cachedTableDropped("t"))
    #expect(bench.actions.contains(.releaseCachedTable(table, id)))
  }

  /// A holder that lives and cannot be reached: sooner or later that is the reader's own trouble.
  @Test func aJobThatNeverReachesACachedTableFails() {
    var bench = SchedulerBench()
    let id = bench.add("a", slots: 4)
    bench.submit(1, SimulatedPlans.caching("t"))
    bench.finishAll()
    bench.submit(2, SimulatedPlans.reading("t"))
    for _ in 0..<100 {
      for (attempt, executor) in bench.takeLaunches() {
        if attempt.task.job == JobID(2) {
          bench.feed(
            .taskFailed(
              attempt, executor,
              .cachedPartitionLost(name: "t", partition: attempt.task.partition, holder: id)))
        } else {
          bench.feed(.taskFinished(attempt, executor, bench.outcome(attempt)))
        }
      }
    }
    #expect(bench.ends.count == 2)
    guard case .failed? = bench.ends.last else {
      Issue.record("\(bench.ends)")
      return
    }
  }

  /// Nobody waits when no wait is allowed: the reader of a table ends with the table's restoration.
  @Test func aJobThatReadsATableEndsWithTheLastExecutorWhenNoneIsAwaited() {
    var bench = SchedulerBench()
    var options = SchedulerOptions()
    options.noExecutorTimeout = .zero
    bench.scheduler = Scheduler(options: options, generation: 3)
    let id = bench.add("a")
    bench.submit(1, SimulatedPlans.caching("t"))
    bench.finishAll()
    bench.submit(2, SimulatedPlans.reading("t"))
    bench.feed(.executorLost(id, reason: "killed"))
    bench.feed(.tick)
    #expect(bench.ends.count == 2)
    #expect(bench.scheduler.plan(of: JobID(2)) == nil)
  }

  /// Found in the simulation: the slot that became free went to the earlier job each time.
  @Test func jobsThatOutnumberTheSlotsTakeTurns() {
    var bench = SchedulerBench()
    let id = bench.add("a")
    bench.submit(1, SimulatedPlans.mapReduce(maps: 10, reduces: 1))
    bench.submit(2, SimulatedPlans.mapReduce(maps: 10, reduces: 1))
    var turns: [UInt64] = []
    for _ in 0..<6 {
      let launch = bench.takeLaunches()[0]
      turns.append(launch.attempt.task.job.number)
      bench.feed(.taskFinished(launch.attempt, id, TaskOutcome()))
    }
    #expect(turns == [1, 2, 1, 2, 1, 2])
  }

  @Test func aReRunThatFailsDuringTheCommitDoesNotEndTheJob() {
    var bench = SchedulerBench()
    let early = bench.add("early")
    let late = bench.add("late")
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    bench.feed(.taskFinished(bench.takeLaunches()[0].attempt, early, TaskOutcome()))
    let reduce = bench.takeLaunches()[0]
    #expect(reduce.executor == late)
    let new = bench.add("new")
    bench.feed(.executorLost(early, reason: "killed"))
    let again = bench.takeLaunches()[0]
    #expect(again.attempt.task == first && again.executor == new)
    bench.feed(.taskFinished(reduce.attempt, late, bench.outcome(reduce.attempt)))
    #expect(bench.commits.count == 1)
    bench.feed(.taskFailed(again.attempt, new, .wrongData("x.csv has changed")))
    #expect(bench.ends.isEmpty)
    bench.feed(.commitEnded(JobID(1), failure: nil))
    #expect(bench.ends == [.succeeded([])])
  }

  @Test func aJobThatOnlyThoseLeftRefuseWaitsAndThenFails() {
    var bench = SchedulerBench()
    let blind = bench.add("blind", slots: 2)
    bench.refusals[blind] = "does not see /out"
    let able = bench.add("able")
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    #expect(bench.takeLaunches().map(\.executor) == [able])
    bench.feed(.executorLost(able, reason: "killed"))
    for second in 0...60 {
      #expect(bench.ends.isEmpty)
      bench.now = .seconds(second)
      bench.feed(.executorHeard(blind))
      bench.feed(.tick)
    }
    #expect(
      bench.ends == [.failed(.refusedByAll(["executor blind: does not see /out"]))])
  }

  @Test func aJobWaitsItsOwnTimeForAnExecutor() {
    var bench = SchedulerBench()
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    bench.now = .seconds(59)
    bench.submit(2, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    bench.now = .seconds(60)
    bench.feed(.tick)
    #expect(bench.ends == [.failed(.noExecutor(waited: .seconds(60)))])
    _ = bench.add("a")
    #expect(bench.takeLaunches().map(\.attempt.task.job) == [JobID(2)])
  }

  @Test func anExecutorThatIsLeftOutComesBackWhenTheOthersAreGone() {
    var bench = SchedulerBench()
    let bad = bench.add("bad", slots: 2)
    for number in UInt64(1)...2 {
      bench.submit(number, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    }
    let launches = bench.takeLaunches()
    let good = bench.add("good", slots: 2)
    for launch in launches { bench.feed(.taskFailed(launch.attempt, bad, .unexpected("crash"))) }
    #expect(
      bench.scheduler.executorSummaries(at: bench.now).map(\.isExcluded) == [true, false])
    #expect(bench.takeLaunches().map(\.executor) == [good, good])
    bench.feed(.executorLost(good, reason: "killed"))
    #expect(bench.takeLaunches().map(\.executor) == [bad, bad])
  }

  // MARK: Cached tables

  @Test func partitionsOfAJobThatDoesNotSucceedAreFreed() {
    var bench = SchedulerBench()
    let id = bench.add("a")
    bench.submit(1, SimulatedPlans.caching("kept"))
    for _ in 0..<5 {
      let attempt = bench.takeLaunches()[0].attempt
      bench.feed(.taskFinished(attempt, id, bench.outcome(attempt)))
    }
    bench.feed(.jobCancelled(JobID(1)))
    #expect(bench.ends == [.cancelled])
    let table = CachedTableID(name: "kept", job: JobID(1))
    #expect(bench.actions.contains(.releaseCachedTable(table, id)))
  }

  @Test func aTableComesBackThoughTheOneThatItWasMadeFromWasDropped() {
    var bench = SchedulerBench()
    let id = bench.add("a")
    bench.submit(1, SimulatedPlans.caching("base"))
    bench.finishAll()
    var deriving = SimulatedPlans.caching("derived")
    deriving.stages[0].inputs = SimulatedPlans.reading("base").stages[0].inputs
    deriving.stages[0].partitionCount = SimulatedPlans.cachedPartitions
    bench.submit(2, deriving)
    bench.finishAll()
    bench.feed(.cachedTableDropped("base"))
    let base = CachedTableID(name: "base", job: JobID(1))
    #expect(bench.actions.contains(.releaseCachedTable(base, id)))
    #expect(bench.scheduler.cachedTableSummaries().map(\.name) == ["derived"])

    let new = bench.add("b")
    bench.feed(.executorLost(id, reason: "killed"))
    bench.submit(3, SimulatedPlans.reading("derived"))
    bench.finishAll()
    #expect(bench.commits.count == 1)
    // What came back for this alone goes again.
    #expect(bench.actions.contains(.releaseCachedTable(base, new)))

    bench.feed(.commitEnded(JobID(3), failure: nil))
    bench.feed(.cachedTableDropped("derived"))
    #expect(bench.scheduler.cachedTableSummaries().isEmpty)
    #expect(bench.ends == [.succeeded([]), .succeeded([]), .succeeded([])])
  }

  /// A job is planned for the table that its name stood for then.
  @Test(arguments: [3, 5]) func aTableThatWasReplacedByAnotherDuringThePlanningIsNotRead(
    partitions: Int
  ) {
    var bench = SchedulerBench()
    _ = bench.add("a")
    bench.submit(1, SimulatedPlans.caching("kept"))
    bench.finishAll()
    bench.submit(2, SimulatedPlans.reading("kept", partitions: partitions))
    #expect(bench.ends == [.succeeded([]), .failed(.cachedTableChanged("kept"))])
  }
}
