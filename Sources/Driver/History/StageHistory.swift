import Columnar
import Plan

/// How a stage has run so far.
struct StageHistory: Sendable {
  struct Input: Hashable, Sendable {
    enum Source: Hashable, Sendable {
      /// As a text for people.
      case scan(String)
      case exchange(Int)
      case cached(String)
    }

    let source: Source
    var rows = 0
    var bytes: Int64 = 0
    /// Of all tasks together.
    var readingTime = Duration.zero
  }

  struct Output: Hashable, Sendable {
    enum Target: Hashable, Sendable {
      case exchange(Int, producer: Int)
      case result(Int)
    }

    let target: Target
    var rows = 0
    var bytes: Int64 = 0
  }

  let name: String
  let isIndeterminate: Bool
  private(set) var inputs: [Input]
  private(set) var outputs: [Output]
  private(set) var began: Duration?
  private(set) var ended: Duration?
  /// Of attempts that ended well: microseconds, rows and bytes.
  private(set) var runningTimes = Distribution()
  private(set) var inputRows = Distribution()
  private(set) var outputRows = Distribution()
  private(set) var shuffleBytes = Distribution()
  var failedAttempts = 0
  var lostAttempts = 0
  var speculativeAttempts = 0
  private(set) var runningCount = 0
  private(set) var finishedCount = 0
  private var tasks: [Task]

  private struct Task: Hashable, Sendable {
    var running: UInt8 = 0
    var hasFinished = false
  }

  init(_ stage: Stage, of plan: StagePlan) {
    name = stage.name
    isIndeterminate = stage.isIndeterminate
    inputs = stage.inputs.map { input in
      switch input {
      case .scan(let scan): Input(source: .scan(plan.text(of: scan)))
      case .exchange(let exchange): Input(source: .exchange(exchange))
      case .cached(let name, _): Input(source: .cached(name))
      }
    }
    outputs = stage.sinks.map { sink in
      switch sink.target {
      case .exchange(let exchange, let producer):
        Output(target: .exchange(exchange, producer: producer))
      case .result(let result, _): Output(target: .result(result))
      }
    }
    tasks = Array(repeating: Task(), count: stage.partitionCount)
  }

  var taskCount: Int { tasks.count }

  func hasTask(_ partition: Int) -> Bool { tasks.indices.contains(partition) }

  func isRunning(_ partition: Int) -> Bool { tasks[partition].running > 0 }

  mutating func launched(_ partition: Int, at time: Duration) {
    tasks[partition].running += 1
    runningCount += 1
    if began == nil { began = time }
    ended = nil
  }

  /// An attempt has ended, well or not.
  mutating func ended(_ partition: Int) {
    tasks[partition].running -= 1
    runningCount -= 1
  }

  /// An attempt has ended well.
  mutating func finished(_ attempt: AttemptHistory, _ runningTime: Duration?) {
    began = min(began ?? attempt.began, attempt.began)
    ended = attempt.ended
    if let runningTime { runningTimes.add(runningTime / .microseconds(1)) }
  }

  /// Adds what a task has done. False when it had finished before: that counts once.
  mutating func count(_ outcome: TaskOutcome, of task: TaskID) -> Bool {
    guard !tasks[task.partition].hasFinished else { return false }
    tasks[task.partition].hasFinished = true
    finishedCount += 1
    inputRows.add(Double(outcome.inputRows))
    outputRows.add(Double(outcome.outputRows))
    shuffleBytes.add(Double(outcome.shuffleBytes))
    for (index, input) in outcome.inputs.enumerated() where inputs.indices.contains(index) {
      inputs[index].rows += input.rows
      inputs[index].bytes += input.bytes
      inputs[index].readingTime += input.readingTime
    }
    for index in outputs.indices {
      switch outputs[index].target {
      case .exchange(let exchange, let producer):
        for block in outcome.blocks where block.exchange == exchange && block.producer == producer {
          outputs[index].rows += block.rows
          outputs[index].bytes += block.bytes
        }
      case .result(let result):
        for file in outcome.files where file.result == result {
          outputs[index].rows += file.rows
          outputs[index].bytes += file.bytes
        }
        for part in outcome.cached where part.result == result {
          outputs[index].rows += part.rows
          outputs[index].bytes += part.bytes
        }
        for part in outcome.shown where part.result == result {
          outputs[index].bytes += Int64(part.bytes.count)
        }
      }
    }
    return true
  }
}

/// A table that leaves the job.
struct ResultHistory: Hashable, Sendable {
  let table: String
  let action: String
  /// Where it is written, or the name under which it is cached.
  let place: String
  var rows = 0
  var bytes: Int64 = 0

  init(_ result: ResultTable) {
    table = result.name
    switch result.action {
    case .write(let write): (action, place) = ("write", FileLocation(write.path).display)
    case .show: (action, place) = ("show", "")
    case .cache(let name): (action, place) = ("cache", name)
    }
  }
}
