import Columnar

/// What the rows of a batch are.
package enum BatchKind: Hashable, Sendable {
  case rows
  /// Keys and the states of accumulators, from a `combine` on the other side of a shuffle.
  case partialResults
  /// What all tasks of the stage get beside their rows, before these.
  case side
}

/// A step of a task: batches go in one after the other, what comes out goes to `output` at once.
///
/// An operator belongs to one task and one thread.
package protocol BatchOperator: AnyObject {
  typealias Output = (RecordBatch, BatchKind) throws -> Void

  func process(_ batch: RecordBatch, _ kind: BatchKind, to output: Output) throws

  /// Called once, after the last batch.
  func finish(to output: Output) throws

  /// Whether no further batch can change what comes out (a limit that is reached).
  var isSatisfied: Bool { get }

  /// Bytes held, for the executor's memory budget.
  var byteCount: Int { get }

  /// About the bytes that `finish` takes beside those held.
  var finishByteCount: Int { get }

  /// Rows so far that were to be scored and whose key has no model.
  var rowsWithoutModel: Int { get }

  /// What became of the groups that it has trained; nil when it trains none.
  var trainingSummaries: TrainingSummaries? { get }

  /// The columns of the partial results that it merges; nil when it takes rows alone.
  var partialSchema: Schema? { get }
}

extension BatchOperator {
  package var finishByteCount: Int { 0 }

  package var rowsWithoutModel: Int { 0 }

  package var trainingSummaries: TrainingSummaries? { nil }

  package var partialSchema: Schema? { nil }
}
