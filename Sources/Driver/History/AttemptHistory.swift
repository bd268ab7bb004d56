import Plan

/// One attempt of a task: where and when it ran, and what became of it.
struct AttemptHistory: Hashable, Sendable {
  enum State: Hashable, Sendable {
    case running, finished, failed, cancelled, lost
  }

  let task: TaskID
  let epoch: UInt64
  /// Index into the executors of the history.
  let executor: Int
  let launched: Duration
  /// When a slot took it, as far as is known.
  var began: Duration
  private(set) var ended: Duration?
  private(set) var state = State.running
  let isSpeculative: Bool
  var inputRows = 0
  var outputRows = 0
  var shuffleBytes: Int64 = 0
  /// Why it did not end well.
  var cause = ""

  init(
    task: TaskID, epoch: UInt64, executor: Int, launched: Duration, isSpeculative: Bool
  ) {
    self.task = task
    self.epoch = epoch
    self.executor = executor
    self.launched = launched
    began = launched
    self.isSpeculative = isSpeculative
  }

  var id: AttemptID { AttemptID(task: task, epoch: epoch) }

  mutating func end(_ state: State, at time: Duration) {
    self.state = state
    ended = time
  }
}

/// Something that did not go as it should.
struct JobIncident: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case blocksLost, cachedPartitionLost, wrongData, executorTrouble, memoryShort, unexpected
    case executorLost, slowTask, rolledBack, driverRestarted

    /// Nil for what is nobody's fault.
    init?(_ failure: TaskFailure) {
      switch failure {
      case .blocksLost: self = .blocksLost
      case .cachedPartitionLost: self = .cachedPartitionLost
      case .wrongData: self = .wrongData
      case .executorTrouble: self = .executorTrouble
      case .memoryShort: self = .memoryShort
      case .unexpected: self = .unexpected
      case .cancelled: return nil
      }
    }
  }

  /// Counts from 1 in each job.
  var number: UInt64
  var time: Duration
  var kind: Kind
  /// For people.
  var text: String
  var stage: Int?
  var partition: Int?
  var executor: ExecutorID?
}
