import Columnar
import Driver
import Foundation
import Plan
import Testing

private let requestedSize = ProcessInfo.processInfo.environment["ROOST_SCHEDULER_BENCHMARK"]

/// The driver's scheduler alone: executors that answer at once, one event a call, as if each report came by itself.
/// A decision is the launch of a task on an executor.
///
/// No test of anything: it runs when the environment says how large, `EXECUTORS,TASKS,JOBS` like `10000,1000000,1`.
@Suite struct SchedulerBenchmark {
  @Test(.enabled(if: requestedSize != nil)) func decisionsASecond() throws {
    let size = try #require(requestedSize).split(separator: ",").compactMap { Int($0) }
    try #require(size.count == 3 && size.allSatisfy { $0 > 0 }, "say EXECUTORS,TASKS,JOBS")
    let (executors, tasks, jobs) = (size[0], size[1], size[2])
    var cluster = PromptCluster()
    for number in 0..<executors { cluster.addExecutor(number) }
    let start = ContinuousClock.now
    cluster.run(jobs: jobs, tasksEach: max(2, tasks / jobs))
    let seconds = (.now - start) / .seconds(1)
    #expect(cluster.endedJobs == jobs)
    print(
      "\(executors) executors, \(cluster.launchCount) tasks of \(jobs) jobs: "
        + "\(Int(Double(cluster.launchCount) / seconds)) decisions a second")
  }
}

/// Executors that finish each task as soon as the ones launched before it are finished.
private struct PromptCluster {
  private var scheduler = Scheduler(generation: 1)
  private var launched: [(attempt: AttemptID, executor: ExecutorID)] = []
  private(set) var launchCount = 0
  private(set) var endedJobs = 0

  mutating func addExecutor(_ number: Int) {
    feed(
      .executorRegistered(
        ExecutorID("host-\(number)"),
        ExecutorDescription(
          slots: 1, memory: 1 << 30, dataAddress: "host-\(number):7078", host: "host-\(number)",
          processID: 1)))
  }

  mutating func run(jobs: Int, tasksEach: Int) {
    for number in 1...jobs {
      let submission = JobSubmission(name: "job \(number)", plan: Self.plan(maps: tasksEach - 1))
      feed(.jobSubmitted(JobID(UInt64(number)), submission))
    }
    while launchCount < launched.count {
      let (attempt, executor) = launched[launchCount]
      launchCount += 1
      var outcome = TaskOutcome()
      outcome.inputRows = 1
      outcome.runningTime = .seconds(1)
      if attempt.task.stage == 1 {
        outcome.cached = [
          TaskOutcome.CachedPartition(result: 0, partition: 0, rows: 1, bytes: 1)
        ]
      }
      feed(.taskFinished(attempt, executor, outcome))
    }
  }

  private mutating func feed(_ event: SchedulerEvent) {
    for action in scheduler.handle([event], at: .zero) {
      switch action {
      case .prepareJob(let job, let executor): feed(.jobPrepared(job, executor, refusal: nil))
      case .launch(let tasks, let executor):
        for task in tasks { launched.append((task.attempt, executor)) }
      case .jobEnded: endedJobs += 1
      default: break
      }
    }
  }

  /// A stage of many tasks and one that waits for them.
  private static func plan(maps: Int) -> StagePlan {
    let schema = Schema([Field("a", .long)])
    let scan = Scan(
      format: .parquet, options: ReadOptions(), fileSchema: schema, columns: [0], predicates: [],
      partitions: Array(repeating: [], count: maps))
    return StagePlan(
      stages: [
        Stage(
          id: 0, name: "map", inputs: [.scan(scan)], operators: [],
          sinks: [Sink(parent: .input(0), target: .exchange(0, producer: 0))],
          partitionCount: maps),
        Stage(
          id: 1, name: "reduce", inputs: [.exchange(0)], operators: [],
          sinks: [Sink(parent: .input(0), target: .result(0, firstPartition: 0))],
          partitionCount: 1),
      ],
      exchanges: [
        Exchange(
          id: 0, partitioning: .single, partitionCount: 1, producers: [0], schema: schema)
      ],
      results: [
        ResultTable(name: "t", schema: schema, action: .cache(name: "t"), partitionCount: 1)
      ])
  }
}
