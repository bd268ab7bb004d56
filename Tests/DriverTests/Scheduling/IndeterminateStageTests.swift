import Driver
import Plan
import Testing

/// Stages whose tasks give other rows each time that they run: whoever reads them reads one attempt of each.
@Suite struct IndeterminateStageTests {
  private typealias Launches = [(attempt: AttemptID, executor: ExecutorID)]

  /// Maps on both executors, two readers: one has finished on `a`, the other runs on `b`.
  private func halfRead(
    _ action: AnalyzedOutput.Action? = nil
  ) -> (bench: SchedulerBench, maps: Launches, readers: Launches) {
    var bench = SchedulerBench()
    let (a, b) = (bench.add("a"), bench.add("b"))
    var plan = SimulatedPlans.mapReduce(maps: 2, reduces: 2).indeterminate([0])
    if let action { plan.results[0].action = action }
    bench.submit(1, plan)
    let maps = bench.finishLaunched()
    #expect(maps.map(\.executor) == [a, b])
    let readers = bench.takeLaunches()
    #expect(readers.map(\.executor) == [a, b])
    bench.feed(.taskFinished(readers[0].attempt, a, bench.outcome(readers[0].attempt)))
    return (bench, maps, readers)
  }

  // MARK: What starts again

  @Test func aLostOutputTakesBackTheStageAndWhoeverHasReadOfIt() {
    var (bench, maps, readers) = halfRead()
    let (a, b) = (ExecutorID("a"), ExecutorID("b"))
    bench.feed(.executorLost(a, reason: "killed"))
    #expect(bench.rollbacks == [[0, 1]])
    #expect(bench.actions.contains(.cancel([readers[1].attempt], b)))
    // What is left of it is for nobody.
    let rollback = SchedulerAction.rollBack(
      JobID(1), stages: [0, 1], discarding: [b: [maps[1].attempt]])
    #expect(bench.actions.contains(rollback))
    #expect(bench.scheduler.progress(of: JobID(1))?.stages.map(\.finished) == [0, 0])
    // Said before it heard that it was cancelled.
    bench.feed(.taskFinished(readers[1].attempt, b, bench.outcome(readers[1].attempt)))
    #expect(bench.scheduler.progress(of: JobID(1))?.stages.map(\.finished) == [0, 0])
    let again = bench.finishLaunched() + bench.finishLaunched()
    #expect(again.map(\.attempt.task) == maps.map(\.attempt.task))
    bench.finishAll()
    let old = (maps + readers).map(\.attempt.epoch).max()!
    #expect(bench.commits.map(\.count) == [2])
    #expect(bench.commits[0].allSatisfy { UInt64($0.path)! > old })
  }

  @Test func partitionsOfTheJobsOwnCachedTablesAreMadeAgain() {
    var (bench, _, readers) = halfRead(.cache(name: "t"))
    bench.feed(.executorLost(ExecutorID("a"), reason: "killed"))
    bench.finishAll()
    #expect(bench.ends == [.succeeded([])])
    let parts = bench.scheduler.cachedTableSummaries()[0].partitions
    #expect(parts.allSatisfy { $0!.epoch > readers[1].attempt.epoch })
  }

  /// The same with a stage that gives the same rows: the lost map runs again and nothing else.
  @Test(arguments: [true, false]) func aLostBlockTakesBackOnlyWhatDependsOnIt(
    isIndeterminate: Bool
  ) {
    var bench = SchedulerBench()
    let (a, b) = (bench.add("a"), bench.add("b", slots: 2))
    let plan = SimulatedPlans.mapReduce(maps: 3, reduces: 2)
    bench.submit(1, isIndeterminate ? plan.indeterminate([0]) : plan)
    let maps = bench.finishLaunched()
    #expect(maps.count == 3)
    let readers = bench.takeLaunches()
    bench.feed(.taskFailed(readers[0].attempt, readers[0].executor, .lost(maps[0].attempt, at: a)))
    #expect(bench.rollbacks == (isIndeterminate ? [[0, 1]] : []))
    let isCancelled = bench.actions.contains { action in
      if case .cancel(let attempts, _) = action {
        attempts.contains(readers[1].attempt)
      } else {
        false
      }
    }
    #expect(isCancelled == isIndeterminate)
    let again = bench.takeLaunches().filter { $0.attempt.task.stage == 0 }
    #expect(again.count == (isIndeterminate ? 3 : 1))
    #expect(again.allSatisfy { $0.executor == b || $0.attempt.task.partition != 0 })
  }

  /// A reader that was launched and given up has left nothing behind.
  @Test func onlyWhatIsLostRunsAgainWhileNobodyHasReadOfTheStage() {
    var bench = SchedulerBench()
    let (a, b) = (bench.add("a"), bench.add("b"))
    bench.submit(1, SimulatedPlans.mapReduce(maps: 3, reduces: 1).indeterminate([0]))
    let early = bench.finishLaunched()
    #expect(early.map(\.executor) == [a, b])
    bench.feed(.executorLost(b, reason: "killed"))
    let last = bench.finishLaunched()
    #expect(last.map(\.executor) == [a])
    let again = bench.finishLaunched()
    #expect(again.map(\.attempt.task) == [early[1].attempt.task])
    let reader = bench.takeLaunches()[0]
    #expect(reader.attempt.task.stage == 1)
    bench.feed(.taskFailed(reader.attempt, a, .lost(last[0].attempt, at: a)))
    #expect(bench.finishLaunched().map(\.attempt.task) == [last[0].attempt.task])
    #expect(bench.rollbacks.isEmpty)
    bench.finishAll()
    #expect(bench.commits.count == 1)
  }

  /// What a reader wrote is lost, and what it had read is gone since nobody needed it: the reader of the reader has
  /// read of it, by way of what is lost.
  @Test func readersOfReadersStartAgain() {
    var bench = SchedulerBench()
    let executors = ["a", "b", "c"].map { bench.add($0) }
    bench.submit(1, SimulatedPlans.chain(stages: 4).indeterminate([0]))
    #expect(bench.finishLaunched().map(\.executor) == [executors[0]])
    #expect(bench.finishLaunched().map(\.executor) == [executors[1]])
    let last = bench.takeLaunches()[0]
    #expect(last.executor == executors[2])
    bench.feed(.executorLost(executors[0], reason: "killed"))
    #expect(bench.rollbacks.isEmpty)
    bench.feed(.executorLost(executors[1], reason: "killed"))
    #expect(bench.rollbacks == [[0, 1, 2]])
    #expect(bench.actions.contains(.cancel([last.attempt], last.executor)))
    #expect(bench.runAll().map(\.attempt.task.stage) == [0, 1, 2, 3])
    #expect(bench.commits.count == 1)
  }

  /// Two exchanges of one stage meet again in a reader, which also reads a stage that has nothing to do with them.
  @Test func allWaysFromTheStageStartAgainAndNothingElse() {
    var bench = SchedulerBench()
    let a = bench.add("a")
    bench.submit(1, Self.diamond)
    let first = bench.finishLaunched()[0]
    #expect(first.attempt.task.stage == 0)
    #expect(bench.finishLaunched().map(\.attempt.task.stage) == [1])
    #expect(bench.finishLaunched().map(\.attempt.task.stage) == [2])
    let last = bench.takeLaunches()[0]
    bench.feed(.taskFailed(last.attempt, a, .lost(first.attempt, of: 1, at: a)))
    #expect(bench.rollbacks == [[0, 2]])
    #expect(bench.runAll().map(\.attempt.task.stage) == [0, 2, 3])
    #expect(bench.commits.count == 1)
  }

  private static var diamond: StagePlan {
    var plan = SimulatedPlans.chain(stages: 2)
    plan.exchanges = [0, 0, 2, 1].enumerated().map { exchange, producer in
      Exchange(
        id: exchange, partitioning: .single, partitionCount: 1, producers: [producer],
        schema: SimulatedPlans.schema)
    }
    let inputs: [[StageInput]] = [
      [SimulatedPlans.scan(1)], [SimulatedPlans.scan(1)], [.exchange(0)],
      [.exchange(1), .exchange(2), .exchange(3)],
    ]
    plan.stages = inputs.enumerated().map { stage, inputs in
      let targets: [Sink.Target] =
        stage == 3
        ? [.result(0, firstPartition: 0)]
        : plan.exchanges.filter { $0.producers == [stage] }.map { .exchange($0.id, producer: 0) }
      return Stage(
        id: stage, name: "s\(stage)", inputs: inputs, operators: [],
        sinks: targets.map { Sink(parent: .input(0), target: $0) }, partitionCount: 1,
        isIndeterminate: stage == 0)
    }
    return plan
  }

  /// Its file must not tell of other rows than its block.
  @Test func aTaskThatRunsAgainWritesItsFileAgain() {
    var bench = SchedulerBench()
    let a = bench.add("a")
    _ = bench.add("b")
    var plan = SimulatedPlans.mapReduce(maps: 2, reduces: 1).indeterminate([0])
    plan.stages[0].sinks.append(Sink(parent: .input(0), target: .result(1, firstPartition: 0)))
    plan.results.append(plan.results[0])
    plan.results[1].partitionCount = 2
    bench.submit(1, plan)
    let maps = bench.takeLaunches()
    bench.feed(.taskFinished(maps[0].attempt, a, bench.outcome(maps[0].attempt)))
    bench.feed(.executorLost(a, reason: "killed"))
    bench.feed(.taskFinished(maps[1].attempt, maps[1].executor, bench.outcome(maps[1].attempt)))
    bench.finishAll()
    let paths = bench.commits[0].filter { $0.result == 1 }.map(\.path)
    #expect(paths.count == 2)
    #expect(!paths.contains("\(maps[0].attempt.epoch)"))
    #expect(paths.contains("\(maps[1].attempt.epoch)"))
  }

  @Test func aCommitThatHasBegunGoesToItsEnd() {
    var bench = SchedulerBench()
    let (a, b) = (bench.add("a"), bench.add("b"))
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1).indeterminate([0]))
    #expect(bench.finishLaunched().map(\.executor) == [a])
    #expect(bench.finishLaunched().map(\.executor) == [b])
    #expect(bench.commits.count == 1)
    bench.feed(.executorLost(a, reason: "killed"))
    bench.feed(.executorLost(b, reason: "killed"))
    _ = bench.add("c")
    #expect(bench.takeLaunches().isEmpty && bench.rollbacks.isEmpty)
    bench.feed(.commitEnded(JobID(1), failure: nil))
    #expect(bench.ends == [.succeeded([])])
  }

  /// What has moved has the same bits; what could not be moved is as good as lost.
  @Test(arguments: [nil, "its disk is full"]) func outputsOfAnExecutorThatLeavesMove(
    failure: String?
  ) {
    var bench = SchedulerBench()
    let (leaving, staying) = (bench.add("leaving"), bench.add("staying"))
    bench.submit(1, SimulatedPlans.mapReduce(maps: 2, reduces: 2).indeterminate([0]))
    let maps = bench.finishLaunched()
    #expect(maps.map(\.executor) == [leaving, staying])
    let reader = bench.takeLaunches()[0]
    bench.feed(.executorDraining(leaving))
    bench.feed(.taskFinished(reader.attempt, leaving, bench.outcome(reader.attempt)))
    bench.feed(.tick)
    for case .migrate(let request, let receiver) in bench.actions {
      bench.feed(.blocksMigrated(request, receiver, failure: failure))
      #expect(request.holder == leaving && receiver == staying)
    }
    #expect(bench.rollbacks == (failure == nil ? [] : [[0, 1]]))
  }

  @Test func bothAttemptsOfASlowReaderStop() {
    var bench = SchedulerBench()
    let holder = bench.add("holder")
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 8).indeterminate([0]))
    #expect(bench.finishLaunched().count == 1)
    let (slow, fast) = (bench.add("slow"), bench.add("fast"))
    for _ in 0..<6 {
      bench.now += .seconds(1)
      for (attempt, id) in bench.takeLaunches() where id == fast {
        var outcome = bench.outcome(attempt)
        outcome.runningTime = .seconds(1)
        bench.feed(.taskFinished(attempt, id, outcome))
      }
    }
    for _ in 0..<2 {
      bench.now += .seconds(1)
      for id in [holder, slow, fast] { bench.feed(.executorHeard(id)) }
      bench.feed(.tick)
    }
    #expect(bench.takeLaunches().map(\.executor) == [fast])
    bench.feed(.executorLost(holder, reason: "killed"))
    #expect(bench.rollbacks == [[0, 1]])
    let cancelled = bench.actions.compactMap { action -> ExecutorID? in
      if case .cancel(let attempts, let id) = action, attempts.count == 1 { id } else { nil }
    }
    #expect(Set(cancelled) == [slow, fast])
    bench.finishAll()
    #expect(bench.commits.map(\.count) == [8])
  }

  // MARK: Limits

  /// More often than a task may fail.
  @Test func startingAgainCostsATaskNoAttempt() {
    let readers = 40
    var bench = SchedulerBench()
    let a = bench.add("a", slots: readers)
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: readers).indeterminate([0]))
    for reader in 0..<readers {
      let map = bench.finishLaunched()[0]
      let launched = bench.takeLaunches()
      #expect(launched.count == readers)
      bench.feed(.taskFailed(launched[reader].attempt, a, .lost(map.attempt, at: a)))
    }
    #expect(bench.rollbacks.count == readers)
    bench.finishAll()
    #expect(bench.commits.map(\.count) == [readers])
  }

  @Test func aReaderThatNeverGetsABlockFailsItsJob() {
    var bench = SchedulerBench()
    let a = bench.add("a", slots: 2)
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 2).indeterminate([0]))
    for _ in 0..<100 where bench.ends.isEmpty {
      let map = bench.finishLaunched()[0]
      let reader = bench.takeLaunches()[0]
      bench.feed(.taskFailed(reader.attempt, a, .lost(map.attempt, at: a)))
    }
    let reader = TaskID(job: JobID(1), stage: 1, partition: 0)
    #expect(bench.ends == [.failed(.fetchesFailed(reader, attempts: 16, last: "damaged"))])
  }

  // MARK: The next driver

  private func restored(
    _ plan: StagePlan, finished tasks: [(stage: Int, partition: Int, holder: String)],
    isCommitDecided: Bool = false
  ) -> RestoredJob {
    RestoredJob(
      submission: JobSubmission(name: "job", plan: plan), cachedInputs: [:],
      finished: tasks.map { stage, partition, holder in
        let task = TaskID(job: JobID(1), stage: stage, partition: partition)
        return RestoredJob.FinishedTask(
          attempt: AttemptID(task: task, epoch: 7), executor: ExecutorID(holder),
          outcome: TaskOutcome())
      }, isCommitDecided: isCommitDecided)
  }

  /// A reader had finished, and another needs what went with an executor while there was no driver.
  @Test func aJobThatGoesOnStartsAgainWhenWhatItNeedsIsGone() {
    var bench = SchedulerBench()
    bench.feed(
      .executorAwaited(
        ExecutorID("a"),
        ExecutorDescription(slots: 4, memory: 1, dataAddress: "a:1", host: "h", processID: 1)))
    bench.feed(
      .jobRestored(
        JobID(1),
        restored(
          SimulatedPlans.mapReduce(maps: 2, reduces: 2).indeterminate([0]),
          finished: [(0, 0, "a"), (0, 1, "gone"), (1, 0, "a")])))
    #expect(bench.rollbacks == [[0, 1]])
    _ = bench.add("a", slots: 4)
    let stages = bench.runAll().map(\.attempt.task.stage)
    #expect(stages == [0, 0, 1, 1])
    #expect(bench.commits.map(\.count) == [2])
  }

  @Test func aCommitThatTheLastDriverHasDecidedOnGoesToItsEnd() {
    var bench = SchedulerBench()
    _ = bench.add("a")
    bench.feed(
      .jobRestored(
        JobID(1),
        restored(
          SimulatedPlans.mapReduce(maps: 2, reduces: 2).indeterminate([0]),
          finished: [(0, 0, "gone"), (0, 1, "gone"), (1, 0, "gone")], isCommitDecided: true)))
    #expect(bench.takeLaunches().isEmpty && bench.rollbacks.isEmpty)
    bench.feed(.commitEnded(JobID(1), failure: nil))
    #expect(bench.ends == [.succeeded([])])
  }
}
