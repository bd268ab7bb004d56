import Driver
import Plan
import Testing

/// Tasks that take less time than their launch are launched before there is a slot for them.
@Suite struct LaunchingAheadTests {
  /// A bench with a job of which one task has taken some time.
  private func bench(
    tasks: Int = 400, executors: Int = 2, firstTask time: Duration, wait: Bool = true
  ) -> SchedulerBench {
    var bench = SchedulerBench()
    for number in 0..<executors { _ = bench.add("executor-\(number)") }
    bench.submit(1, SimulatedPlans.mapReduce(maps: tasks, reduces: 1))
    finish(bench.takeLaunches()[0], after: time, in: &bench)
    return bench
  }

  private func finish(
    _ launch: (attempt: AttemptID, executor: ExecutorID), after time: Duration,
    in bench: inout SchedulerBench
  ) {
    var outcome = TaskOutcome()
    outcome.runningTime = time
    bench.feed(.taskFinished(launch.attempt, launch.executor, outcome))
  }

  @Test func shortTasksAreLaunchedAhead() {
    var bench = bench(firstTask: .microseconds(500))
    #expect(bench.takeLaunches().count == 20)
  }

  @Test func longTasksAreLaunchedOneByOne() {
    var bench = bench(firstTask: .milliseconds(50))
    #expect(bench.takeLaunches().count == 1)
  }

  @Test func othersAreLeftTheirShareOfTheLastTasks() {
    var bench = bench(tasks: 42, executors: 5, firstTask: .microseconds(1))
    // 37 wait for five slots.
    #expect(bench.takeLaunches().count == 3)
  }

  @Test func aLongTaskEndsLaunchingAheadForAWhile() {
    var bench = bench(firstTask: .microseconds(500))
    let launches = bench.takeLaunches()
    finish(launches[0], after: .seconds(1), in: &bench)
    for launch in launches.dropFirst() { finish(launch, after: .microseconds(500), in: &bench) }
    #expect(bench.takeLaunches().count == 1)
  }

  @Test func nothingIsLaunchedAheadOfAnotherJob() {
    var bench = bench(firstTask: .microseconds(500))
    bench.submit(2, SimulatedPlans.mapReduce(maps: 400, reduces: 1))
    for launch in bench.takeLaunches() { finish(launch, after: .microseconds(500), in: &bench) }
    let jobs = bench.takeLaunches().map(\.attempt.task.job.number)
    #expect(jobs == [2])
  }

  @Test func whatWaitsBehindALongTaskIsTakenBackForAFreeSlot() {
    var bench = SchedulerBench()
    let busy = bench.add("a")
    bench.submit(1, SimulatedPlans.mapReduce(maps: 11, reduces: 1))
    finish(bench.takeLaunches()[0], after: .microseconds(1), in: &bench)
    var held: [AttemptID] = []
    while held.count < 10 {
      let launches = bench.takeLaunches()
      if launches.count > 1 || held.count > 0 { held += launches.map(\.attempt) }
      if held.isEmpty { finish(launches[0], after: .microseconds(1), in: &bench) }
      if !held.isEmpty { break }
    }
    #expect(held.count == 5)
    let other = bench.add("b", slots: 8)
    bench.feed(.jobPrepared(JobID(1), other, refusal: nil))
    _ = bench.takeLaunches()
    bench.feed(.tick)
    let moved = bench.takeLaunches()
    #expect(bench.actions.contains(.cancel(Array(held.dropFirst()), busy)))
    #expect(Set(moved.map(\.attempt.task)).isSubset(of: Set(held.dropFirst().map(\.task))))
    #expect(moved.allSatisfy { $0.executor == other })
    #expect(bench.scheduler.progress(of: JobID(1))?.retries == 0)
  }

  /// Else it would look as if what waits behind it killed executors, too.
  @Test func whatAnExecutorDiedWithIsLaunchedAlone() {
    var bench = bench(executors: 1, firstTask: .microseconds(500))
    let lost = bench.takeLaunches()
    #expect(lost.count == 20)
    bench.feed(.executorLost(lost[0].executor, reason: "killed"))
    _ = bench.add("fresh")
    var again: [TaskID] = []
    while again.count < 400 {
      let launches = bench.takeLaunches()
      if launches.isEmpty { break }
      let suspects = launches.filter { launch in
        lost.contains { $0.attempt.task == launch.attempt.task }
      }
      #expect(suspects.isEmpty || launches.count == 1)
      again += suspects.map(\.attempt.task)
      for launch in launches { finish(launch, after: .microseconds(500), in: &bench) }
    }
    #expect(Set(again) == Set(lost.map(\.attempt.task)))
  }
}
