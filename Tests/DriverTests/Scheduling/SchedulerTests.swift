import Driver
import Plan
import Testing

@Suite struct SchedulerTests {
  @Test func aReduceStageWaitsForItsMaps() {
    var bench = SchedulerBench()
    let id = bench.add("a", slots: 8)
    bench.submit(1, SimulatedPlans.mapReduce(maps: 2, reduces: 3))
    let maps = bench.takeLaunches()
    #expect(maps.map(\.attempt.task.stage) == [0, 0])
    bench.feed(.taskFinished(maps[0].attempt, id, TaskOutcome()))
    #expect(bench.takeLaunches().isEmpty)
    bench.feed(.taskFinished(maps[1].attempt, id, TaskOutcome()))
    let reduces = bench.takeLaunches()
    #expect(reduces.map(\.attempt.task.stage) == [1, 1, 1])
    for reduce in reduces {
      bench.feed(.taskFinished(reduce.attempt, id, bench.outcome(reduce.attempt)))
    }
    #expect(bench.commits.map { $0.map(\.partition) } == [[0, 1, 2]])
    #expect(bench.ends.isEmpty)
    bench.feed(.commitEnded(JobID(1), failure: nil))
    #expect(bench.ends == [.succeeded([])])
  }

  @Test func tasksSpreadOverExecutors() {
    var bench = SchedulerBench()
    for name in ["a", "b", "c"] { _ = bench.add(name, slots: 4) }
    bench.submit(1, SimulatedPlans.mapReduce(maps: 6, reduces: 1))
    let counts = Dictionary(grouping: bench.takeLaunches(), by: \.executor).mapValues(\.count)
    #expect(counts.values.sorted() == [2, 2, 2])
  }

  @Test func mapOutputsOfADeadExecutorRunAgain() {
    var bench = SchedulerBench()
    let first = bench.add("a", slots: 2)
    bench.submit(1, SimulatedPlans.mapReduce(maps: 2, reduces: 1))
    for (attempt, id) in bench.takeLaunches() {
      bench.feed(.taskFinished(attempt, id, TaskOutcome()))
    }
    #expect(bench.takeLaunches().map(\.attempt.task.stage) == [1])
    _ = bench.add("b", slots: 2)
    bench.feed(.executorLost(first, reason: "killed"))
    #expect(bench.takeLaunches().map(\.attempt.task.stage) == [0, 0])
  }

  @Test func whatAReducerHasReadNeedsNoMapsAgain() {
    var bench = SchedulerBench()
    let first = bench.add("a", slots: 2)
    let second = bench.add("b", slots: 1)
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    bench.feed(.executorLost(second, reason: "killed"))
    bench.finishAll()
    #expect(bench.commits.count == 1)
    bench.feed(.executorLost(first, reason: "killed"))
    #expect(bench.takeLaunches().isEmpty)
  }

  @Test func lostBlocksRunTheirProducerAndCostTheReaderNoAttempt() {
    var bench = SchedulerBench()
    bench.scheduler = Scheduler(
      options: {
        var options = SchedulerOptions()
        options.attemptLimit = 1
        return options
      }(), generation: 1)
    let id = bench.add("a")
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    let map = bench.takeLaunches()[0]
    bench.feed(.taskFinished(map.attempt, id, TaskOutcome()))
    let reduce = bench.takeLaunches()[0]
    let lost = LostBlocks(
      exchange: 0, producer: 0, partition: 0, epoch: map.attempt.epoch, holder: id, reason: "gone")
    bench.feed(.taskFailed(reduce.attempt, id, .blocksLost(lost)))
    let again = bench.takeLaunches()
    #expect(again.map(\.attempt.task) == [map.attempt.task])
    bench.feed(.taskFinished(again[0].attempt, id, TaskOutcome()))
    bench.finishAll()
    #expect(bench.commits.count == 1)
  }

  @Test func allThatAnUnreachableHolderHasRunsElsewhere() {
    var bench = SchedulerBench()
    let far = bench.add("a", slots: 30)
    bench.submit(1, SimulatedPlans.mapReduce(maps: 30, reduces: 1))
    let maps = bench.takeLaunches()
    let near = bench.add("b", slots: 30)
    for map in maps { bench.feed(.taskFinished(map.attempt, far, TaskOutcome())) }
    let reduce = bench.takeLaunches()[0]
    let lost = LostBlocks(
      exchange: 0, producer: 0, partition: 0, epoch: maps[0].attempt.epoch, holder: far,
      isUnreachable: true, reason: "no route")
    bench.feed(.taskFailed(reduce.attempt, reduce.executor, .blocksLost(lost)))
    let again = bench.takeLaunches()
    #expect(again.count == 30)
    #expect(again.allSatisfy { $0.executor == near })
  }

  @Test func fetchesThatFailForEverFailTheJob() {
    var bench = SchedulerBench()
    let id = bench.add("a")
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    var rounds = 0
    while bench.ends.isEmpty, rounds < 1_000 {
      rounds += 1
      for (attempt, _) in bench.takeLaunches() {
        if attempt.task.stage == 0 {
          bench.feed(.taskFinished(attempt, id, TaskOutcome()))
        } else {
          let lost = LostBlocks(
            exchange: 0, producer: 0, partition: 0, epoch: attempt.epoch - 1, holder: id,
            reason: "no route")
          bench.feed(.taskFailed(attempt, id, .blocksLost(lost)))
        }
      }
    }
    guard case .failed(.fetchesFailed(_, attempts: 16, last: "no route"))? = bench.ends.first else {
      Issue.record("\(bench.ends)")
      return
    }
  }

  @Test func wrongDataFailsTheJobAtOnceAndCancelsTheRest() {
    var bench = SchedulerBench()
    let id = bench.add("a", slots: 2)
    bench.submit(1, SimulatedPlans.mapReduce(maps: 2, reduces: 1))
    let launches = bench.takeLaunches()
    bench.feed(.taskFailed(launches[0].attempt, id, .wrongData("x.csv:3: too many fields")))
    #expect(
      bench.ends == [
        .failed(.wrongData(launches[0].attempt.task, "x.csv:3: too many fields"))
      ])
    #expect(bench.actions.contains(.cancel([launches[1].attempt], id)))
    #expect(bench.actions.contains(.releaseJob(JobID(1), id)))
  }

  @Test func anUnexpectedFailureIsTriedElsewhereUpToTheLimit() {
    var bench = SchedulerBench()
    _ = bench.add("a")
    _ = bench.add("b")
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    var places: [ExecutorID] = []
    for _ in 0..<4 {
      let launch = bench.takeLaunches()[0]
      places.append(launch.executor)
      bench.feed(.taskFailed(launch.attempt, launch.executor, .unexpected("crash")))
    }
    #expect(zip(places, places.dropFirst()).allSatisfy { $0 != $1 })
    guard case .failed(.attemptsExhausted(_, attempts: 4, last: "crash"))? = bench.ends.first else {
      Issue.record("\(bench.ends)")
      return
    }
  }

  @Test func lateAndDoubledReportsCountForNothing() {
    var bench = SchedulerBench()
    let slow = bench.add("a")
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    let old = bench.takeLaunches()[0]
    bench.feed(.executorLost(slow, reason: "silent"))
    let new = bench.add("b")
    let again = bench.takeLaunches()[0]
    #expect(again.attempt.epoch > old.attempt.epoch)
    bench.feed(.taskFinished(old.attempt, slow, TaskOutcome()))
    bench.feed(.taskFinished(old.attempt, new, TaskOutcome()))
    #expect(bench.takeLaunches().isEmpty)
    bench.feed(.taskFinished(again.attempt, new, TaskOutcome()))
    bench.feed(.taskFinished(again.attempt, new, TaskOutcome()))
    #expect(bench.takeLaunches().map(\.attempt.task.stage) == [1])
  }

  @Test func epochsBeginWithTheDriversGeneration() {
    var bench = SchedulerBench()
    _ = bench.add("a")
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    #expect(bench.takeLaunches()[0].attempt.epoch >> 20 == 3)
  }

  @Test func aSilentExecutorIsGivenUp() {
    var bench = SchedulerBench()
    let silent = bench.add("a")
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    _ = bench.takeLaunches()
    let other = bench.add("b")
    bench.now = .seconds(9)
    bench.feed(.executorHeard(other))
    bench.now = .seconds(11)
    bench.feed(.tick)
    #expect(
      bench.actions.contains {
        if case .disconnect(silent, _) = $0 { true } else { false }
      })
    #expect(bench.takeLaunches().map(\.executor) == [other])
  }

  @Test func withoutExecutorsAJobWaitsAndThenFails() {
    var bench = SchedulerBench()
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    bench.now = .seconds(59)
    bench.feed(.tick)
    #expect(bench.ends.isEmpty)
    bench.now = .seconds(60)
    bench.feed(.tick)
    #expect(bench.ends == [.failed(.noExecutor(waited: .seconds(60)))])
  }

  @Test func aTaskThatKillsSixExecutorsInARowIsPoison() {
    var bench = SchedulerBench()
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    for round in 1...6 {
      #expect(bench.ends.isEmpty)
      let id = bench.add("executor-\(round)")
      bench.feed(.executorLost(id, reason: "killed"))
    }
    let task = TaskID(job: JobID(1), stage: 0, partition: 0)
    #expect(bench.ends == [.failed(.poison(task, deaths: 6))])
  }

  @Test func aDeathElsewhereStartsTheCountOfPoisonAgain() {
    var bench = SchedulerBench()
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    for round in 1...10 {
      let id = bench.add("executor-\(round)")
      if round == 6 {
        let idle = bench.add("idle")
        bench.feed(.executorLost(idle, reason: "killed"))
      }
      bench.feed(.executorLost(id, reason: "killed"))
    }
    #expect(bench.ends.isEmpty)
  }

  @Test func aStageWhoseEveryTaskKillsItsExecutorEnds() {
    var bench = SchedulerBench()
    bench.submit(1, SimulatedPlans.mapReduce(maps: 50, reduces: 1))
    var deaths = 0
    while bench.ends.isEmpty, deaths < 100 {
      deaths += 1
      let id = bench.add("executor-\(deaths)")
      bench.feed(.executorLost(id, reason: "killed"))
    }
    guard case .failed(.poisonStage(_, deaths: 12))? = bench.ends.first else {
      Issue.record("\(bench.ends) after \(deaths) deaths")
      return
    }
  }

  @Test func deathsBetweenTasksThatFinishEndNoJob() {
    var bench = SchedulerBench()
    bench.submit(1, SimulatedPlans.mapReduce(maps: 50, reduces: 1))
    for round in 1...40 {
      let id = bench.add("executor-\(round)")
      let launch = bench.takeLaunches()[0]
      bench.feed(.taskFinished(launch.attempt, id, TaskOutcome()))
      bench.feed(.executorLost(id, reason: "killed"))
    }
    #expect(bench.ends.isEmpty)
  }

  @Test func anExecutorThatFailsSeveralJobsIsLeftOutButNeverTheLast() {
    var bench = SchedulerBench()
    let bad = bench.add("a")
    for number in UInt64(1)...2 {
      bench.submit(number, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    }
    for _ in 0..<2 {
      let launch = bench.takeLaunches()[0]
      bench.feed(.taskFailed(launch.attempt, bad, .unexpected("crash")))
    }
    #expect(bench.scheduler.executorSummaries(at: bench.now).allSatisfy { !$0.isExcluded })
  }

  @Test func aQuoteLeftOpenBeforeASplitFailsTheJob() {
    var bench = SchedulerBench()
    let id = bench.add("a", slots: 2)
    bench.submit(1, SimulatedPlans.mapReduce(maps: 2, reduces: 1))
    for (index, launch) in bench.takeLaunches().enumerated() {
      var outcome = TaskOutcome()
      outcome.quotes = [
        TaskOutcome.QuoteCount(path: "x.csv", start: Int64(100 * index), count: 3)
      ]
      bench.feed(.taskFinished(launch.attempt, id, outcome))
    }
    #expect(bench.ends == [.failed(.quotedNewline(path: "x.csv"))])
  }

  @Test func aJobWhoseFoldersNobodySeesFails() {
    var bench = SchedulerBench()
    _ = bench.add("a")
    bench.actions += bench.scheduler.handle(
      [
        .jobSubmitted(
          JobID(1),
          JobSubmission(name: "job", plan: SimulatedPlans.mapReduce(maps: 1, reduces: 1)))
      ], at: .zero)
    bench.feed(.jobPrepared(JobID(1), ExecutorID("a"), refusal: "does not see /out"))
    #expect(
      bench.ends == [.failed(.refusedByAll(["executor a: does not see /out"]))])
  }

  /// The only one that sees the folder is being replaced.
  @Test func aJobThatAllRefuseWaitsForTheOneThatReplacesALostExecutor() {
    var bench = SchedulerBench()
    let able = bench.add("able")
    let blind = bench.add("blind")
    bench.refusals[blind] = "does not see /out"
    bench.feed(.executorLost(able, reason: "killed"))
    bench.now = .seconds(5)
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    for second in stride(from: 10, to: 60, by: 5) {
      bench.now = .seconds(second)
      bench.feed(.executorHeard(blind))
      bench.feed(.tick)
    }
    #expect(bench.ends.isEmpty)
    #expect(
      bench.scheduler.progress(of: JobID(1))?.waitingFor
        == "no executor sees the folders of the outputs")
    let replacement = bench.add("replacement")
    #expect(bench.takeLaunches().map(\.executor) == [replacement])
    #expect(bench.scheduler.progress(of: JobID(1))?.waitingFor == nil)
  }

  @Test func aJobThatAllRefuseFailsWhenNobodyReplacesTheLostOne() {
    var bench = SchedulerBench()
    let able = bench.add("able")
    let blind = bench.add("blind")
    bench.refusals[blind] = "does not see /out"
    bench.now = .seconds(10)
    for id in [able, blind] { bench.feed(.executorHeard(id)) }
    bench.feed(.executorLost(able, reason: "killed"))
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    for second in 11...69 {
      bench.now = .seconds(second)
      bench.feed(.executorHeard(blind))
      bench.feed(.tick)
    }
    #expect(bench.ends.isEmpty)
    bench.now = .seconds(70)
    bench.feed(.executorHeard(blind))
    bench.feed(.tick)
    #expect(
      bench.ends == [.failed(.refusedByAll(["executor blind: does not see /out"]))])
    // By now nobody is on the way.
    bench.submit(2, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    #expect(bench.ends.count == 2)
  }

  /// Those that come and go without taking part do not prolong the wait for ever.
  @Test func executorsThatComeAndGoKeepNoJobWaitingThatTheyAllRefuse() {
    var bench = SchedulerBench()
    let blind = bench.add("blind")
    bench.refusals[blind] = "does not see /out"
    bench.feed(.executorLost(bench.add("able"), reason: "killed"))
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    var seconds = 0
    while bench.ends.isEmpty, seconds < 1_000 {
      seconds += 5
      bench.now = .seconds(seconds)
      bench.feed(.executorHeard(blind))
      let name = "passing-\(seconds)"
      bench.refusals[ExecutorID(name)] = "does not see /out"
      bench.feed(.executorLost(bench.add(name), reason: "killed"))
      bench.feed(.tick)
    }
    #expect(seconds == 60)
  }

  @Test func cancelFreesEverything() {
    var bench = SchedulerBench()
    let id = bench.add("a")
    bench.submit(1, SimulatedPlans.mapReduce(maps: 3, reduces: 1))
    let launch = bench.takeLaunches()[0]
    bench.feed(.jobCancelled(JobID(1)))
    #expect(bench.ends == [.cancelled])
    #expect(bench.actions.contains(.cancel([launch.attempt], id)))
    #expect(bench.takeLaunches().isEmpty)
    bench.submit(2, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    #expect(bench.takeLaunches().map(\.attempt.task.job) == [JobID(2)])
  }

  @Test func aCommitThatHasBegunGoesToItsEnd() {
    var bench = SchedulerBench()
    let id = bench.add("a")
    bench.submit(1, SimulatedPlans.mapReduce(maps: 1, reduces: 1))
    bench.finishAll()
    #expect(bench.commits.count == 1)
    bench.feed(.jobCancelled(JobID(1)))
    bench.feed(.executorLost(id, reason: "killed"))
    bench.now = .seconds(600)
    bench.feed(.tick)
    #expect(bench.ends.isEmpty)
    bench.feed(.commitEnded(JobID(1), failure: nil))
    #expect(bench.ends == [.succeeded([])])
  }

  @Test func aSmallJobIsNotStarvedByALargeOne() {
    var bench = SchedulerBench()
    let id = bench.add("a", slots: 4)
    bench.submit(1, SimulatedPlans.mapReduce(maps: 100, reduces: 1))
    bench.submit(2, SimulatedPlans.mapReduce(maps: 2, reduces: 1))
    for launch in bench.takeLaunches() {
      bench.feed(.taskFinished(launch.attempt, id, TaskOutcome()))
    }
    #expect(bench.takeLaunches().filter { $0.attempt.task.job == JobID(2) }.count == 2)
  }

  @Test func aReaderGoesWhereItsCachedPartitionIs() {
    var bench = SchedulerBench()
    for name in ["a", "b", "c"] { _ = bench.add(name, slots: 2) }
    bench.submit(1, SimulatedPlans.caching("kept"))
    bench.finishAll()
    #expect(bench.ends == [.succeeded([])])
    let holders = bench.scheduler.cachedTableSummaries()[0].partitions.map { $0?.holder }
    var reading = SimulatedPlans.mapReduce(maps: SimulatedPlans.cachedPartitions, reduces: 1)
    reading.stages[0].inputs = [.cached(name: "kept", schema: SimulatedPlans.schema)]
    bench.submit(2, reading)
    let launches = bench.takeLaunches()
    #expect(launches.count == SimulatedPlans.cachedPartitions)
    for launch in launches { #expect(launch.executor == holders[launch.attempt.task.partition]) }
  }

  @Test func aDroppedTableStaysForItsReadersAndGoesWithThem() {
    var bench = SchedulerBench()
    let id = bench.add("a", slots: 2)
    bench.submit(1, SimulatedPlans.caching("kept"))
    bench.finishAll()
    var reading = SimulatedPlans.mapReduce(maps: SimulatedPlans.cachedPartitions, reduces: 1)
    reading.stages[0].inputs = [.cached(name: "kept", schema: SimulatedPlans.schema)]
    bench.submit(2, reading)
    bench.feed(.cachedTableDropped("kept"))
    let release = SchedulerAction.releaseCachedTable(
      CachedTableID(name: "kept", job: JobID(1)), id)
    #expect(!bench.actions.contains(release))
    bench.finishAll()
    bench.feed(.commitEnded(JobID(2), failure: nil))
    #expect(bench.actions.contains(release))
    #expect(bench.scheduler.cachedTableSummaries().isEmpty)
  }
}
