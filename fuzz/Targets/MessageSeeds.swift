import Driver
import Plan
import Wire

/// A job in the middle of its run, and what driver and executors say to each other about it.
struct MessageSeeds: Sendable {
  static let executors = [ExecutorID("one"), ExecutorID("two")]

  /// Nil when the job cannot be planned, which a test would tell.
  static let cluster = try? MessageSeeds()

  private(set) var scheduler = Scheduler(generation: 0)
  /// What the driver sent.
  private(set) var messages: [Roost_ControlMessage] = []
  /// What the first executor answers, in an order that finishes its tasks.
  private(set) var reports: [Roost_ControlMessage] = []

  private init() throws {
    let plan = try JobFileFuzz.plan(of: JobFileFuzz.texts[0])
    let job = JobID(1)
    var events: [SchedulerEvent] = Self.executors.map {
      .executorRegistered(
        $0,
        ExecutorDescription(
          slots: 4, memory: 1 << 30, dataAddress: "127.0.0.1:9", host: "h", processID: 1))
    }
    events.append(.jobSubmitted(job, JobSubmission(name: "all", plan: plan)))
    events += Self.executors.map { .jobPrepared(job, $0, refusal: nil) }
    for action in scheduler.handle(events, at: .zero) { note(action, plan) }
    messages.append(
      .with {
        $0.mapOutputs = [
          MapOutput(
            producer: 0, partition: 1, epoch: 2, holder: Self.executors[1], address: "127.0.0.1:9",
            targets: BlockTargets([1, 2], of: 9))
        ].wire(job: job, exchange: 0)
      })
    for action in scheduler.handle([.executorDraining(Self.executors[1])], at: .seconds(1)) {
      note(action, plan)
    }
    messages.append(
      .with {
        $0.migrateBlocks =
          BlockMigration(
            holder: Self.executors[1], address: "127.0.0.1:9",
            blocks: [
              BlockMigration.Block(
                attempt: AttemptID(task: TaskID(job: job, stage: 0, partition: 1), epoch: 2),
                block: TaskOutcome.Block(exchange: 0, producer: 0, targets: .all), targetCount: 9)
            ],
            partitions: [
              BlockMigration.CachedPartition(
                table: CachedTableID(name: "flights_clean", job: job), partition: 1, epoch: 2)
            ]
          ).wire
      })
    messages.append(.with { $0.cancelJob.job = 1 })
    messages.append(.with { $0.dropCachedTable.name = "flights_clean" })
    messages.append(
      .with {
        $0.registerExecutor = .with {
          $0.executor = "one"
          $0.slots = 2
          $0.dataAddress = "127.0.0.1:9"
          $0.heldJobs = [1]
          $0.heldCachedTables = [CachedTableID(name: "flights_clean", job: job).wire]
        }
      })
    messages += reports
  }

  private mutating func note(_ action: SchedulerAction, _ plan: StagePlan) {
    switch action {
    case .sendStage(let job, let stage, let owner, _):
      let assignment = StageAssignment(
        job: job, owner: owner, stage: plan.stages[stage], of: plan,
        staging: Dictionary(
          uniqueKeysWithValues: plan.results.indices.map {
            ($0, StagedFolder(path: "/s", naming: .perAttempt, format: .parquet, firstPart: 0))
          }))
      messages.append(.with { $0.stageAssignment = assignment.wire })
    case .launch(let tasks, let executor):
      messages.append(.with { $0.launchTasks.tasks = tasks.map(\.wire) })
      messages.append(.with { $0.cancelTasks.attempts = tasks.map(\.attempt.wire) })
      guard executor == Self.executors[0] else { return }
      for task in tasks { reports += answers(to: task.attempt, plan) }
    default: break
    }
  }

  /// A failure of each kind and an end, of which the first counts.
  private func answers(to attempt: AttemptID, _ plan: StagePlan) -> [Roost_ControlMessage] {
    var outcome = TaskOutcome()
    outcome.inputRows = 10
    outcome.runningTime = .milliseconds(3)
    let partition = attempt.task.partition
    for sink in plan.stages[attempt.task.stage].sinks {
      switch sink.target {
      case .exchange(let exchange, let producer):
        outcome.blocks.append(
          TaskOutcome.Block(
            exchange: exchange, producer: producer, targets: BlockTargets([0], of: 9)))
      case .result(let result, let first):
        outcome.cached.append(
          TaskOutcome.CachedPartition(
            result: result, partition: first + partition, rows: 1, bytes: 8))
        outcome.files.append(
          TaskOutcome.File(
            result: result, partition: first + partition, path: "/s/p", rows: 1, bytes: 8))
        outcome.shown.append(
          TaskOutcome.ShownRows(result: result, partition: first + partition, bytes: [1]))
      }
    }
    outcome.quotes = [TaskOutcome.QuoteCount(path: "/data/f", start: 100, count: 2)]
    let lost = LostBlocks(
      exchange: 0, producer: 0, partition: 0, epoch: 1, holder: Self.executors[0], reason: "gone")
    let failures: [TaskFailure] = [
      .blocksLost(lost),
      .cachedPartitionLost(name: "kept", partition: 0, holder: Self.executors[0]), .wrongData("w"),
      .executorTrouble("disk"), .unexpected("u"), .cancelled,
      .memoryShort(MemoryShortage(holder: "group_by", held: 1, needed: 2, memory: 3, slots: 4)),
    ]
    let results: [TaskResult] =
      [.finished(outcome)] + (partition == 0 ? failures.map { .failed($0) } : [])
    return results.map { result in
      .with { $0.taskReports.reports = [Roost_TaskReport(attempt: attempt, result: result)] }
    }
  }
}
