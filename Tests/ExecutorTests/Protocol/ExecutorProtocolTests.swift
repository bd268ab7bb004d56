import Columnar
import Executor
import Plan
import Testing

@Suite struct ExecutorProtocolTests {
  private static let schema = Schema([Field("a", .long)])

  private static func assignment(job: UInt64 = 1, partitions: Int = 4) -> StageAssignment {
    StageAssignment(
      job: JobID(job), owner: JobID(job),
      stage: Stage(
        id: 0, name: "s",
        inputs: [.exchange(0)], operators: [], sinks: [], partitionCount: partitions),
      exchanges: [
        0: Exchange(
          id: 0, partitioning: .single, partitionCount: partitions, producers: [], schema: schema)
      ], results: [:])
  }

  private static func launch(_ partition: Int, job: UInt64 = 1, epoch: UInt64 = 1) -> TaskLaunch {
    TaskLaunch(
      attempt: AttemptID(
        task: TaskID(job: JobID(job), stage: 0, partition: partition), epoch: epoch))
  }

  private static func registered() -> ExecutorProtocol {
    var state = ExecutorProtocol()
    _ = state.handle(.registered(generation: 1))
    _ = state.handle(.stageAssigned(assignment()))
    return state
  }

  private func started(_ actions: [ExecutorAction]) -> [Int] {
    actions.compactMap {
      if case .start(let task) = $0 { task.launch.attempt.task.partition } else { nil }
    }
  }

  @Test func attemptsStartInTheOrderOfTheirLaunchAndReportWhenTheyEnd() {
    var state = Self.registered()
    #expect(started(state.handle(.launch((0..<4).map { Self.launch($0) }))) == [0, 1, 2, 3])
    let attempt = Self.launch(1).attempt
    let actions = state.handle(.attemptEnded(attempt, .finished(TaskOutcome())))
    #expect(actions == [.report(attempt, .finished(TaskOutcome()))])
  }

  @Test func anAttemptTakesTheMapOutputsThatItsLaunchFinds() {
    var state = Self.registered()
    func output(_ epoch: UInt64) -> MapOutput {
      MapOutput(
        producer: 0, partition: 0, epoch: epoch, holder: ExecutorID("a"), address: "a:1")
    }
    _ = state.handle(.mapOutputs(JobID(1), exchange: 0, [output(7)]))
    let actions = state.handle(.launch([Self.launch(0), Self.launch(1)]))
    _ = state.handle(.mapOutputs(JobID(1), exchange: 0, [output(9)]))
    guard case .start(let task)? = actions.first else {
      Issue.record("\(actions)")
      return
    }
    #expect(task.mapOutputs == [0: [output(7)]])
  }

  @Test func anAttemptThatIsLaunchedTwiceRunsOnce() {
    var state = Self.registered()
    let (first, second) = (Self.launch(0), Self.launch(1))
    #expect(started(state.handle(.launch([first, first]))) == [0])
    #expect(started(state.handle(.launch([second, first]))) == [1])
    #expect(
      state.handle(.attemptEnded(first.attempt, .failed(.cancelled)))
        == [.report(first.attempt, .failed(.cancelled))])
  }

  @Test func anUnknownStageIsAFailureAndNoCrash() {
    var state = ExecutorProtocol()
    _ = state.handle(.registered(generation: 1))
    let launch = Self.launch(0)
    guard
      case .report(launch.attempt, .failed(.unexpected))? = state.handle(.launch([launch])).first
    else {
      Issue.record("no report")
      return
    }
  }

  @Test func aPartitionThatDoesNotExistIsAFailureAndNoCrash() {
    var state = Self.registered()
    let launch = Self.launch(99)
    guard
      case .report(launch.attempt, .failed(.unexpected))? = state.handle(.launch([launch])).first
    else {
      Issue.record("no report")
      return
    }
  }

  @Test func aCancelledAttemptStopsAndReportsNothing() {
    var state = Self.registered()
    let (first, second) = (Self.launch(0), Self.launch(1))
    _ = state.handle(.launch([first, second]))
    #expect(
      state.handle(.cancel([first.attempt, second.attempt]))
        == [.stop(first.attempt), .stop(second.attempt)])
    #expect(state.handle(.cancel([first.attempt])).isEmpty)
    #expect(
      state.handle(.attemptEnded(first.attempt, .failed(.cancelled)))
        == [.removeOutputs([first.attempt])])
  }

  /// The driver has no use any more for what it wrote: its stage starts again.
  @Test func whatACancelledAttemptHadWrittenGoes() {
    var state = Self.registered()
    let (first, second) = (Self.launch(0), Self.launch(1))
    _ = state.handle(.launch([first, second]))
    _ = state.handle(.attemptEnded(first.attempt, .finished(TaskOutcome())))
    #expect(
      state.handle(.cancel([first.attempt, second.attempt]))
        == [.stop(second.attempt), .removeOutputs([first.attempt])])
  }

  @Test func aReleasedJobLeavesNoBlocksEvenFromTasksThatWereStillWriting() {
    var state = Self.registered()
    let launch = Self.launch(0)
    _ = state.handle(.launch([launch]))
    #expect(
      state.handle(.releaseJob(JobID(1))) == [.stop(launch.attempt), .removeBlocks(JobID(1))])
    #expect(
      state.handle(.attemptEnded(launch.attempt, .finished(TaskOutcome())))
        == [.removeOutputs([launch.attempt])])
  }

  @Test func aReleasedTableLeavesNoPartitionsEvenFromTasksThatWereStillWriting() {
    let schema = Schema([Field("a", .long)])
    var assignment = Self.assignment()
    assignment.results = [
      0: StageAssignment.Result(
        table: ResultTable(
          name: "t", schema: schema, action: .cache(name: "t"), partitionCount: 4),
        staging: nil)
    ]
    let table = CachedTableID(name: "t", job: JobID(1))
    var state = ExecutorProtocol()
    _ = state.handle(.registered(generation: 1))
    _ = state.handle(.stageAssigned(assignment))
    let launch = Self.launch(0)
    _ = state.handle(.launch([launch]))
    _ = state.handle(.releaseJob(JobID(1)))
    _ = state.handle(.releaseCachedTable(table))
    // Somebody may count on what others have written of it here since then.
    #expect(
      state.handle(.attemptEnded(launch.attempt, .finished(TaskOutcome())))
        == [.removeOutputs([launch.attempt])])
  }

  @Test func aLostDriverEndsWhatRunsAndNothingElse() {
    var state = Self.registered()
    let (first, second) = (Self.launch(0), Self.launch(1))
    _ = state.handle(.launch([first, second]))
    #expect(state.handle(.driverLost) == [.stop(first.attempt), .stop(second.attempt)])
    #expect(state.heldJobs == [JobID(1)])
    _ = state.handle(.registered(generation: 2))
    // What the old attempt did is nobody's.
    #expect(
      state.handle(.attemptEnded(first.attempt, .finished(TaskOutcome())))
        == [.removeOutputs([first.attempt])])
    _ = state.handle(.stageAssigned(Self.assignment(job: 2)))
    let next = Self.launch(0, job: 2, epoch: 5)
    #expect(started(state.handle(.launch([next]))) == [0])
    #expect(
      state.handle(.releaseJob(JobID(1))) == [.removeBlocks(JobID(1))])
    #expect(
      state.handle(.attemptEnded(second.attempt, .failed(.cancelled)))
        == [.removeOutputs([second.attempt])])
    #expect(state.heldJobs == [JobID(2)])
  }

  @Test func whatItHoldsOfCachedTablesItSaysUntilItIsToldToReleaseIt() {
    var state = Self.registered()
    var assignment = Self.assignment(job: 4)
    assignment.owner = JobID(3)
    assignment.results[0] = StageAssignment.Result(
      table: ResultTable(
        name: "t", schema: Self.schema, action: .cache(name: "kept"), partitionCount: 4),
      staging: nil)
    _ = state.handle(.stageAssigned(assignment))
    // The partitions belong to the job in whose name they are kept.
    let table = CachedTableID(name: "kept", job: JobID(3))
    _ = state.handle(.releaseJob(JobID(4)))
    #expect(state.heldCachedTables == [table])
    #expect(state.handle(.releaseCachedTable(table)) == [.removeCachedTable(table)])
    #expect(state.heldCachedTables.isEmpty)
  }
}
