import Columnar
import Driver
import Foundation
import Plan
import Testing

private let requestedSize = ProcessInfo.processInfo.environment["ROOST_SCHEDULER_BENCHMARK"]

/// The driver's scheduler alone: executors that answer at once, one event a call, as if each report came by itself.
/// A decision is the launch of a task on an executor.
///
/// No test of anything: it runs when the environment says how large, `EXECUTORS,TASKS,JOBS,LOSSES` like
/// `10000,1000000,1,100`; losses of executors come evenly over the tasks, and others take their place.
@Suite struct SchedulerBenchmark {
  @Test(.enabled(if: requestedSize != nil)) func decisionsASecond() throws {
    let size = try #require(requestedSize).split(separator: ",").compactMap { Int($0) }
    try #require(
      size.count == 4 && size.prefix(3).allSatisfy { $0 > 0 } && size[3] >= 0,
      "say EXECUTORS,TASKS,JOBS,LOSSES")
    let (executors, tasks, jobs, losses) = (size[0], size[1], size[2], size[3])
    let atStart = residentBytes()
    var cluster = PromptCluster()
    for _ in 0..<executors { cluster.addExecutor() }
    let withExecutors = residentBytes()
    let start = ContinuousClock.now
    cluster.run(jobs: jobs, tasksEach: max(2, tasks / jobs), losses: losses)
    let seconds = (.now - start) / .seconds(1)
    #expect(cluster.endedJobs == jobs)
    print(
      "\(executors) executors, \(cluster.launchCount) tasks of \(jobs) jobs: "
        + "\(Int(Double(cluster.launchCount) / seconds)) decisions a second; "
        + "\(losses) losses of \(cluster.timeOfLosses / max(1, losses)) each; a tick \(cluster.timeOfTick); "
        + "\((withExecutors - atStart) / executors) bytes an executor, "
        + "\((cluster.bytesOfTasks - withExecutors) / tasks) a task")
  }
}

/// Executors that finish each task as soon as the ones launched before it are finished.
private struct PromptCluster {
  private var scheduler = Scheduler(generation: 1)
  private var launched: [(attempt: AttemptID, executor: ExecutorID)] = []
  private(set) var launchCount = 0
  private(set) var endedJobs = 0
  private(set) var timeOfLosses = Duration.zero
  private(set) var timeOfTick = Duration.zero
  /// When half of the tasks have finished.
  private(set) var bytesOfTasks = 0
  private var alive: [ExecutorID] = []
  private var gone: Set<ExecutorID> = []
  private var executorCount = 0

  mutating func addExecutor() {
    executorCount += 1
    let number = executorCount
    alive.append(ExecutorID("host-\(number)"))
    feed(
      .executorRegistered(
        ExecutorID("host-\(number)"),
        ExecutorDescription(
          slots: 1, memory: 1 << 30, dataAddress: "host-\(number):7078", host: "host-\(number)",
          processID: 1)))
  }

  mutating func run(jobs: Int, tasksEach: Int, losses: Int) {
    for number in 1...jobs {
      let submission = JobSubmission(name: "job \(number)", plan: Self.plan(maps: tasksEach - 1))
      feed(.jobSubmitted(JobID(UInt64(number)), submission))
    }
    while launchCount < launched.count {
      let (attempt, executor) = launched[launchCount]
      launchCount += 1
      if launchCount == jobs * tasksEach / 2 {
        bytesOfTasks = residentBytes()
        timeOfTick = measured { $0.feed(.tick) }
      }
      if losses > 0, launchCount.isMultiple(of: max(1, jobs * tasksEach / (losses + 1))) {
        loseOne()
      }
      if gone.contains(executor) { continue }
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

  private mutating func loseOne() {
    let victim = alive.remove(at: launchCount * 31 % alive.count)
    gone.insert(victim)
    timeOfLosses += measured { $0.feed(.executorLost(victim, reason: "killed")) }
    addExecutor()
  }

  private mutating func measured(_ body: (inout PromptCluster) -> Void) -> Duration {
    let start = ContinuousClock.now
    body(&self)
    return .now - start
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

/// Of this process, as the kernel counts them.
private func residentBytes() -> Int {
  let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
  return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
}
