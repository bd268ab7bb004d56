import Driver
import OrderedCollections
import Plan
import Testing

/// A scheduler that goes on where an earlier one stopped.
@Suite struct SchedulerRestartTests {
  private func description(_ name: String, slots: Int = 1) -> ExecutorDescription {
    ExecutorDescription(
      slots: slots, memory: 1, dataAddress: "\(name):1", host: "h", processID: 1)
  }

  private func finished(
    stage: Int, partition: Int, on name: String, job: UInt64 = 1, epoch: UInt64 = 7,
    _ outcome: TaskOutcome = TaskOutcome()
  ) -> RestoredJob.FinishedTask {
    RestoredJob.FinishedTask(
      attempt: AttemptID(
        task: TaskID(job: JobID(job), stage: stage, partition: partition), epoch: epoch),
      executor: ExecutorID(name), outcome: outcome)
  }

  private func restored(
    _ plan: StagePlan, _ finished: [RestoredJob.FinishedTask],
    reading inputs: OrderedDictionary<String, CachedTableID> = [:]
  ) -> RestoredJob {
    RestoredJob(
      submission: JobSubmission(name: "job", plan: plan), cachedInputs: inputs, finished: finished)
  }

  @Test func onlyWhatHadNotFinishedRuns() {
    var bench = SchedulerBench()
    bench.feed(.executorAwaited(ExecutorID("a"), description("a")))
    bench.feed(
      .jobRestored(
        JobID(1),
        restored(
          SimulatedPlans.mapReduce(maps: 3, reduces: 1),
          [finished(stage: 0, partition: 0, on: "a"), finished(stage: 0, partition: 2, on: "a")])))
    #expect(bench.takeLaunches().isEmpty)
    _ = bench.add("a")
    let map = bench.takeLaunches()
    #expect(map.map(\.attempt.task.partition) == [1])
    bench.feed(.taskFinished(map[0].attempt, map[0].executor, TaskOutcome()))
    let outputs = bench.actions.compactMap { action -> [MapOutput]? in
      if case .sendMapOutputs(_, _, let outputs, _) = action { outputs } else { nil }
    }
    #expect(outputs.last?.map(\.epoch) == [7, map[0].attempt.epoch, 7])
    #expect(outputs.last?.allSatisfy { $0.address == "a:1" } == true)
    bench.finishAll()
    #expect(bench.commits.count == 1)
  }

  @Test func whatAnExecutorHeldThatDoesNotComeBackRunsAgain() {
    var bench = SchedulerBench()
    bench.feed(.executorAwaited(ExecutorID("a"), description("a")))
    bench.feed(
      .jobRestored(
        JobID(1),
        restored(
          SimulatedPlans.mapReduce(maps: 2, reduces: 1),
          [finished(stage: 0, partition: 0, on: "a"), finished(stage: 0, partition: 1, on: "gone")])
      ))
    let other = bench.add("b", slots: 4)
    // One that the journal no longer has was lost before; the other has its time.
    bench.now = .milliseconds(200)
    bench.feed(.tick)
    #expect(bench.takeLaunches().map(\.attempt.task.partition) == [1])
    for second in 1...11 {
      bench.now = .seconds(second)
      bench.feed(.executorHeard(other))
      bench.feed(.tick)
    }
    #expect(bench.takeLaunches().map(\.attempt.task.partition) == [0])
  }

  @Test func filesOfFinishedTasksCountWithoutThoseThatWroteThem() {
    var outcome = TaskOutcome()
    outcome.files = [
      TaskOutcome.File(result: 0, partition: 0, path: "7", rows: 1, bytes: 1)
    ]
    var bench = SchedulerBench()
    bench.feed(
      .jobRestored(
        JobID(1),
        restored(
          SimulatedPlans.mapReduce(maps: 1, reduces: 1),
          [
            finished(stage: 0, partition: 0, on: "gone"),
            finished(stage: 1, partition: 0, on: "gone", outcome),
          ])))
    #expect(bench.commits == [outcome.files])
    _ = bench.add("a")
    #expect(bench.takeLaunches().isEmpty)
  }

  /// Found in the simulation: the files of the tasks that ran again had no folder any more.
  @Test func aJobWhoseCommitWasDecidedRunsNothingAgain() {
    var job = restored(SimulatedPlans.mapReduce(maps: 1, reduces: 1), [])
    job.isCommitDecided = true
    var bench = SchedulerBench()
    _ = bench.add("a")
    bench.feed(.jobRestored(JobID(1), job))
    #expect(bench.takeLaunches().isEmpty)
    #expect(bench.commits.count == 1)
    bench.feed(.commitEnded(JobID(1), failure: nil))
    #expect(bench.ends == [.succeeded([])])
  }

  /// Its failure may not have been written down before the driver died.
  @Test func rowsThatAreWrongAreNotCommittedAfterARestart() {
    var (first, second) = (TaskOutcome(), TaskOutcome())
    first.quotes = [TaskOutcome.QuoteCount(path: "rows.csv", start: 0, count: 1)]
    second.quotes = [TaskOutcome.QuoteCount(path: "rows.csv", start: 100, count: 1)]
    for partition in 0..<2 {
      first.files.append(
        TaskOutcome.File(result: 0, partition: partition, path: "7", rows: 1, bytes: 1))
    }
    var bench = SchedulerBench()
    bench.feed(
      .jobRestored(
        JobID(1),
        restored(
          SimulatedPlans.mapReduce(maps: 2, reduces: 1),
          [
            finished(stage: 0, partition: 0, on: "gone", first),
            finished(stage: 0, partition: 1, on: "gone", second),
            finished(stage: 1, partition: 0, on: "gone", first),
          ])))
    #expect(bench.commits.isEmpty)
    #expect(bench.ends == [.failed(.quotedNewline(path: "rows.csv"))])
  }

  @Test func nothingIsGivenToAnExecutorThatHasNotComeBack() {
    var bench = SchedulerBench()
    bench.feed(.executorAwaited(ExecutorID("a"), description("a")))
    let leaving = bench.add("leaving")
    bench.submit(1, SimulatedPlans.caching("t"))
    bench.now = .seconds(1)
    bench.feed(.tick)
    bench.finishAll()
    bench.feed(.executorDraining(leaving))
    #expect(!bench.actions.contains { if case .migrate = $0 { true } else { false } })
    _ = bench.add("a")
    bench.feed(.tick)
    #expect(bench.actions.contains { if case .migrate = $0 { true } else { false } })
  }

  @Test func aDrainGoesOnUnderTheNextDriver() {
    var bench = SchedulerBench()
    let (leaving, staying) = (ExecutorID("leaving"), bench.add("staying"))
    bench.feed(.executorAwaited(leaving, description("leaving")))
    var mapped = TaskOutcome()
    mapped.blocks = [TaskOutcome.Block(exchange: 0, producer: 0, targets: .all)]
    bench.feed(
      .jobRestored(
        JobID(1),
        restored(
          SimulatedPlans.mapReduce(maps: 2, reduces: 1),
          [finished(stage: 0, partition: 0, on: "leaving", mapped)])))
    var description = description("leaving", slots: 4)
    description.isLeaving = true
    bench.feed(.executorRegistered(leaving, description))
    bench.now = .seconds(1)
    bench.feed(.tick)
    #expect(bench.takeLaunches().map(\.executor) == [staying])
    #expect(bench.scheduler.executorSummaries(at: bench.now).last?.isDraining == true)
    let migrations = bench.actions.compactMap { action -> BlockMigration? in
      if case .migrate(let request, staying) = action { request } else { nil }
    }
    #expect(migrations.map(\.holder) == [leaving])
    bench.feed(.blocksMigrated(migrations[0], staying, failure: nil))
    #expect(bench.actions.contains(.dismiss(leaving)))
  }

  /// One that lost its driver when it had nothing to do is let go as soon as it is back.
  @Test func anIdleExecutorThatIsToLeaveLeavesWhenItRegisters() {
    var bench = SchedulerBench()
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    let leaving = ExecutorID("leaving")
    var description = description("leaving")
    description.isLeaving = true
    bench.feed(.executorRegistered(leaving, description))
    #expect(bench.takeLaunches().isEmpty)
    #expect(bench.actions.contains(.dismiss(leaving)))
    #expect(bench.scheduler.executorSummaries(at: bench.now).isEmpty)
  }

  @Test func aJobThatAllWhoAreThereRefuseWaitsForTheAwaited() {
    var bench = SchedulerBench()
    bench.feed(.executorAwaited(ExecutorID("able"), description("able")))
    let blind = ExecutorID("blind")
    bench.refusals[blind] = "does not see /out"
    _ = bench.add("blind")
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    #expect(bench.ends.isEmpty)
    let able = bench.add("able")
    #expect(bench.takeLaunches().map(\.executor) == [able])
  }

  @Test func aJobWhoseCachedInputIsGoneSaysSo() {
    var bench = SchedulerBench()
    let table = CachedTableID(name: "t", job: JobID(1))
    bench.feed(
      .jobRestored(
        JobID(2), restored(SimulatedPlans.mapReduce(maps: 1, reduces: 1), [], reading: ["t": table])
      ))
    #expect(bench.ends == [.failed(.cachedTableGone("t"))])
  }

  @Test func aCachedTableLosesOnlyThePartitionsOfThoseThatAreGone() throws {
    var first = SchedulerBench()
    let (near, far) = (first.add("a"), first.add("b"))
    first.submit(1, SimulatedPlans.caching("t"))
    first.finishAll()
    let kept = try #require(
      first.actions.compactMap { action -> CachedTable? in
        if case .keepCachedTable(let table) = action { table } else { nil }
      }.last)
    let held = kept.parts.compactMap { $0?.holder }
    #expect(Set(held) == [near, far])

    var second = SchedulerBench()
    second.feed(.executorAwaited(near, description("a")))
    second.feed(.cachedTableRestored(kept))
    let summary = try #require(second.scheduler.cachedTableSummaries().first)
    #expect(summary.name == "t")
    #expect(summary.partitions.compactMap { $0?.holder } == held.filter { $0 == near })
  }

  @Test func aTableThatWasDroppedBeforeTheRestartIsFreedWhenItsHoldersReturn() throws {
    var first = SchedulerBench()
    let holder = first.add("a")
    first.submit(1, SimulatedPlans.caching("t"))
    first.finishAll()
    first.submit(2, SimulatedPlans.reading("t"))
    first.feed(.cachedTableDropped("t"))
    let dropped = try #require(
      first.actions.compactMap { action -> CachedTable? in
        if case .keepCachedTable(let table) = action { table } else { nil }
      }.last)
    #expect(dropped.isDropped)

    /// What the next driver does with it when a job of the last one reads it, or none.
    func resume(reading: Bool) -> SchedulerBench {
      var bench = SchedulerBench()
      bench.feed(.executorAwaited(holder, description("a")))
      bench.feed(.cachedTableRestored(dropped))
      if reading {
        bench.feed(
          .jobRestored(
            JobID(2), restored(SimulatedPlans.reading("t"), [], reading: ["t": dropped.id])))
      }
      bench.feed(
        .executorRegistered(
          holder, description("a"), holding: ExecutorHoldings(cachedTables: [dropped.id])))
      return bench
    }
    let unread = resume(reading: false)
    #expect(unread.actions.contains(.releaseCachedTable(dropped.id, holder)))
    #expect(unread.actions.contains(.forgetCachedTable(dropped.id)))
    #expect(unread.scheduler.sizes.cachedTables == 0)
    var read = resume(reading: true)
    #expect(!read.actions.contains(.releaseCachedTable(dropped.id, holder)))
    read.finishAll()
    read.feed(.commitEnded(JobID(2), failure: nil))
    #expect(read.actions.contains(.releaseCachedTable(dropped.id, holder)))
  }

  @Test func anExecutorThatReturnsKeepsWhatItWroteAndStopsWhatItRan() {
    var bench = SchedulerBench()
    let id = bench.add("a")
    bench.submit(1, SimulatedPlans.mapReduce(maps: 2, reduces: 1))
    let first = bench.takeLaunches()[0]
    bench.feed(.taskFinished(first.attempt, id, TaskOutcome()))
    let second = bench.takeLaunches()[0]
    _ = bench.add("a")
    let again = bench.takeLaunches()
    #expect(again.map(\.attempt.task) == [second.attempt.task])
    #expect(again[0].attempt.epoch > second.attempt.epoch)
    bench.feed(.taskFinished(again[0].attempt, id, TaskOutcome()))
    bench.finishAll()
    #expect(bench.commits.count == 1)
  }

  @Test func whatNobodyWantsAnyMoreIsReleasedWhenAnExecutorReturns() {
    var bench = SchedulerBench()
    let table = CachedTableID(name: "t", job: JobID(5))
    bench.submit(2, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    let id = ExecutorID("a")
    bench.feed(
      .executorRegistered(
        id, description("a"),
        holding: ExecutorHoldings(jobs: [JobID(1), JobID(2)], cachedTables: [table])))
    let released = bench.actions.filter { action in
      switch action {
      case .releaseJob, .releaseCachedTable: true
      default: false
      }
    }
    #expect(released == [.releaseJob(JobID(1), id), .releaseCachedTable(table, id)])
  }

  /// Connections that break are no deaths: their tasks are not what kills executors.
  @Test func anExecutorThatComesBackWasNotKilledByItsTask() {
    var bench = SchedulerBench()
    let id = bench.add("a")
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    for _ in 0..<20 {
      #expect(bench.takeLaunches().count == 1)
      bench.feed(.executorLost(id, reason: "its connection was closed"))
      _ = bench.add("a")
      #expect(bench.ends.isEmpty)
    }
  }
}
