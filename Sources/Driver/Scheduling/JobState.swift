import OrderedCollections
import Plan

enum JobPhase: Int, Comparable, Sendable {
  case running, committing, committed

  static func < (one: JobPhase, other: JobPhase) -> Bool { one.rawValue < other.rawValue }
}

/// A live job: it leaves the scheduler when it ends.
struct JobState: Sendable {
  enum Purpose: Hashable, Sendable {
    case submitted
    /// Computes lost partitions of a cached table again.
    case restoration(CachedTableID)
  }

  let id: JobID
  let name: String
  let purpose: Purpose
  let plan: StagePlan
  /// The cached tables that it reads, as they were when it was submitted.
  let cachedInputs: OrderedDictionary<String, CachedTableID>
  /// Stages that read each exchange.
  let readers: [[Int]]
  var phase = JobPhase.running
  var stages: [StageState]
  var results: [ResultState]
  var exchangeVersions: [Int]
  /// The map outputs of exchanges, each as of a version: the same list goes to all executors.
  private var outputLists: [Int: (version: Int, outputs: [MapOutput])] = [:]
  var runningCount = 0
  /// The epoch of the attempt that was launched last; 0 before the first.
  var lastLaunch: UInt64 = 0
  var startedAt: Instant
  /// Executors that may hold something of it; listed in order only.
  var told: Set<ExecutorID> = []
  /// Executors that said that they take part, and that they do not.
  var readyCount = 0
  var refusedCount = 0
  /// Since when some refused it and none takes part. The time runs on while executors come that have not answered yet.
  var strandedSince: Instant?
  /// Executors that were free when the job came and have not said whether they take part.
  /// Looked up, never iterated.
  var unprepared: Set<ExecutorID> = []
  /// Whether tasks wait that did not when it was ranked last.
  var hasNewWork = false
  var retries = 0
  var inputRows = 0

  init(
    id: JobID, name: String, purpose: Purpose, plan: StagePlan,
    cachedInputs: OrderedDictionary<String, CachedTableID>, startedAt: Instant
  ) {
    self.id = id
    self.name = name
    self.purpose = purpose
    self.plan = plan
    self.cachedInputs = cachedInputs
    self.startedAt = startedAt
    var readers = Array(repeating: [Int](), count: plan.exchanges.count)
    for stage in plan.stages {
      for case .exchange(let exchange) in stage.inputs { readers[exchange].append(stage.id) }
    }
    self.readers = readers
    stages = plan.stages.map { StageState(partitionCount: $0.partitionCount) }
    results = plan.results.map { ResultState(partitionCount: $0.partitionCount) }
    exchangeVersions = Array(repeating: 0, count: plan.exchanges.count)
  }

  /// The job in whose name cached partitions are kept.
  var owner: JobID {
    switch purpose {
    case .submitted: id
    case .restoration(let table): table.job
    }
  }

  /// Whether it ends with a commit. The plan of a restoration may name outputs, which its job has written long ago.
  var writesOutputs: Bool {
    purpose == .submitted
      && plan.results.contains { if case .write = $0.action { true } else { false } }
  }

  /// What its tasks have written for its outputs.
  var files: [TaskOutcome.File] {
    results.flatMap { result in
      result.parts.compactMap { part -> TaskOutcome.File? in
        if case .file(let file) = part { file } else { nil }
      }
    }
  }

  var isComplete: Bool { results.allSatisfy { $0.missing == 0 } }

  func isProducedCompletely(_ exchange: Int) -> Bool {
    plan.exchanges[exchange].producers.allSatisfy { stages[$0].isComplete }
  }

  /// Whether somebody still wants what the tasks of a stage hold in memory.
  func needsOutputs(of stage: Int) -> Bool {
    plan.stages[stage].sinks.contains { sink in
      switch sink.target {
      case .exchange(let exchange, _): readers[exchange].contains { !stages[$0].isComplete }
      case .result(let result, _):
        if case .cache = plan.results[result].action { true } else { false }
      }
    }
  }

  /// A running attempt is given up; its task waits at the back, unless another attempt of it runs.
  mutating func giveUp(_ attempt: AttemptID) {
    let (stage, partition) = (attempt.task.stage, attempt.task.partition)
    stages[stage].runningCount -= 1
    runningCount -= 1
    let speculative = stages[stage].tasks[partition].speculative
    stages[stage].tasks[partition].speculative = nil
    if let speculative {
      guard speculative.epoch != attempt.epoch else { return }
      stages[stage].tasks[partition].epoch = speculative.epoch
      stages[stage].tasks[partition].executor = speculative.executor
    } else {
      stages[stage].tasks[partition].phase = .waiting
      stages[stage].tasks[partition].executor = nil
      stages[stage].pending.append(partition)
      hasNewWork = true
    }
  }

  mutating func mapOutputs(of exchange: Int, address: (ExecutorID) -> String?) -> [MapOutput] {
    let version = exchangeVersions[exchange]
    if let list = outputLists[exchange], list.version == version { return list.outputs }
    let outputs = plan.exchanges[exchange].producers.enumerated().flatMap { producer, stage in
      stages[stage].tasks.enumerated().compactMap { partition, task -> MapOutput? in
        guard task.phase == .finished, let holder = task.executor, let address = address(holder)
        else { return nil }
        let block = task.blocks.first { $0.exchange == exchange && $0.producer == producer }
        return MapOutput(
          producer: producer, partition: partition, epoch: task.epoch, holder: holder,
          address: address, targets: block?.targets ?? .all)
      }
    }
    outputLists[exchange] = (version, outputs)
    return outputs
  }
}
