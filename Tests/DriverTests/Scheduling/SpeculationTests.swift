import Driver
import Plan
import Testing

/// A second attempt of tasks that take long.
@Suite struct SpeculationTests {
  /// Four maps on two executors, of which three took a second each; the last is still running on `slow`.
  private func straggling() -> (
    bench: SchedulerBench, slow: ExecutorID, fast: ExecutorID, last: AttemptID
  ) {
    var bench = SchedulerBench()
    let (slow, fast) = (bench.add("slow"), bench.add("fast"))
    bench.submit(1, SimulatedPlans.mapReduce(maps: 4, reduces: 1))
    var last: AttemptID?
    var left = 3
    while left > 0 {
      bench.now += .seconds(1)
      for (attempt, id) in bench.takeLaunches() {
        if id == slow {
          last = attempt
          continue
        }
        var outcome = TaskOutcome()
        outcome.runningTime = .seconds(1)
        left -= 1
        bench.feed(.taskFinished(attempt, id, outcome))
      }
    }
    return (bench, slow, fast, last!)
  }

  private func tick(_ bench: inout SchedulerBench, seconds: Int, _ executors: [ExecutorID]) {
    for _ in 0..<seconds {
      bench.now += .seconds(1)
      for id in executors { bench.feed(.executorHeard(id)) }
      bench.feed(.tick)
    }
  }

  @Test func aSlowTaskGetsASecondAttemptElsewhereAndTheFirstToFinishCounts() {
    var (bench, slow, fast, last) = straggling()
    tick(&bench, seconds: 1, [slow, fast])
    let second = bench.takeLaunches()
    #expect(second.map(\.attempt.task) == [last.task] && second.map(\.executor) == [fast])
    // One second attempt is enough.
    tick(&bench, seconds: 5, [slow, fast])
    #expect(bench.takeLaunches().isEmpty)

    bench.feed(.taskFinished(second[0].attempt, fast, TaskOutcome()))
    #expect(bench.actions.contains(.cancel([last], slow)))
    let reduce = bench.takeLaunches()
    #expect(reduce.map(\.attempt.task.stage) == [1])
    // What the loser says comes too late.
    bench.feed(.taskFinished(last, slow, TaskOutcome()))
    bench.feed(
      .taskFinished(reduce[0].attempt, reduce[0].executor, bench.outcome(reduce[0].attempt)))
    #expect(bench.commits.count == 1)
    #expect(bench.scheduler.executorSummaries(at: bench.now).allSatisfy { $0.running == 0 })
  }

  @Test func theFirstAttemptMayStillWin() {
    var (bench, slow, fast, last) = straggling()
    tick(&bench, seconds: 1, [slow, fast])
    let second = bench.takeLaunches()[0]
    bench.feed(.taskFinished(last, slow, TaskOutcome()))
    #expect(bench.actions.contains(.cancel([second.attempt], fast)))
    bench.feed(.taskFailed(second.attempt, fast, .cancelled))
    bench.finishAll()
    #expect(bench.commits.count == 1)
    #expect(bench.scheduler.progress(of: JobID(1))?.retries == 0)
  }

  @Test func aTaskOfWhichOneAttemptIsLostGoesOnWithTheOther() {
    for loser in ["slow", "fast"] {
      var (bench, slow, fast, last) = straggling()
      tick(&bench, seconds: 1, [slow, fast])
      let second = bench.takeLaunches()[0]
      bench.feed(.executorLost(ExecutorID(loser), reason: "killed"))
      #expect(bench.takeLaunches().filter { $0.attempt.task == last.task }.isEmpty)
      let (attempt, id) = loser == "slow" ? (second.attempt, fast) : (last, slow)
      bench.feed(.taskFinished(attempt, id, TaskOutcome()))
      bench.finishAll()
      #expect(bench.commits.count == 1)
    }
  }

  @Test func aTaskWhoseSecondAttemptFailsGoesOnWithTheFirst() {
    var (bench, slow, fast, last) = straggling()
    tick(&bench, seconds: 1, [slow, fast])
    let second = bench.takeLaunches()[0]
    bench.feed(.taskFailed(second.attempt, fast, .executorTrouble("disk full")))
    #expect(bench.takeLaunches().isEmpty)
    bench.feed(.taskFinished(last, slow, TaskOutcome()))
    bench.finishAll()
    #expect(bench.commits.count == 1)
  }

  @Test func tasksThatTakeAsLongAsOthersGetNone() {
    var bench = SchedulerBench()
    let (one, other) = (bench.add("a"), bench.add("b"))
    bench.submit(1, SimulatedPlans.mapReduce(maps: 4, reduces: 1))
    for _ in 0..<2 {
      let launches = bench.takeLaunches()
      #expect(launches.count == 2)
      tick(&bench, seconds: 20, [one, other])
      #expect(bench.takeLaunches().isEmpty)
      var outcome = TaskOutcome()
      outcome.runningTime = .seconds(20)
      for (attempt, id) in launches { bench.feed(.taskFinished(attempt, id, outcome)) }
    }
  }
}
