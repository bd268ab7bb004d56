import Plan

/// Where a task stands. Ordered, so that `phase >= .running` reads as it should.
enum TaskPhase: Int, Comparable, Sendable {
  case waiting, running, finished

  static func < (one: TaskPhase, other: TaskPhase) -> Bool { one.rawValue < other.rawValue }
}

struct TaskState: Sendable {
  struct SpeculativeAttempt: Sendable {
    var epoch: UInt64
    var executor: ExecutorID
  }

  var phase = TaskPhase.waiting
  /// Of the running attempt, or of the one that finished.
  var epoch: UInt64 = 0
  /// Where it runs, or who holds what it wrote; nil when that is gone.
  var executor: ExecutorID?
  /// When the running attempt was launched.
  var launchedAt: Instant = .zero
  /// A second attempt while the first takes long: the one that finishes first counts.
  var speculative: SpeculativeAttempt?
  /// Attempts that failed unexpectedly.
  var failures = 0
  /// Fetches that failed although the holder lives.
  var fetchFailures = 0
  /// Where it failed last: the next attempt goes elsewhere if it can.
  var avoided: ExecutorID?
  /// An executor died that had it.
  var wasLost = false
  /// What it wrote for exchanges.
  var blocks: [TaskOutcome.Block] = []

  /// Whether it waits for this attempt.
  func isRunning(epoch: UInt64, on id: ExecutorID) -> Bool {
    guard phase == .running else { return false }
    return self.epoch == epoch && executor == id
      || speculative?.epoch == epoch && speculative?.executor == id
  }
}
