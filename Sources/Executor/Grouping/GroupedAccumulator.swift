import Columnar

/// What is gathered of each group while rows pass: an aggregate function, or the training of learners.
///
/// Groups are numbered from 0 in the order of their first appearance. An accumulator belongs to one task and
/// one thread. Everything that it computes depends on the order of the calls alone, so that every attempt of a
/// task gives the same bits.
package protocol GroupedAccumulator: AnyObject {
  /// The columns of a partial result, one row a group; empty when partial results do not merge.
  var stateFields: [Field] { get }
  /// The columns of the final result.
  var resultFields: [Field] { get }
  /// Rows of the result a group: 1 for aggregates, the number of learners for training.
  var rowsPerGroup: Int { get }
  /// Bytes held, for the executor's memory budget.
  var byteCount: Int { get }

  /// Makes room for groups 0..<groupCount; new ones start empty.
  func grow(to groupCount: Int)

  /// Takes rows laid out as the grouped operation says; row i belongs to group `groups[i]`.
  func accumulate(_ rows: RecordBatch, groups: UnsafeBufferPointer<Int32>) throws

  /// Takes partial results, whose row i belongs to group `groups[i]`.
  func merge(_ states: [Column], groups: UnsafeBufferPointer<Int32>) throws

  /// Takes what all tasks get beside their rows, before these.
  func take(side batch: RecordBatch) throws

  /// The partial results of all groups.
  func states() throws -> [Column]

  /// Forgets all groups and keeps the memory.
  func reset()

  /// The results of all groups, `rowsPerGroup` consecutive rows for each.
  func finish() throws -> [Column]

  /// About the bytes that `finish` takes beside those held and its results.
  var finishByteCount: Int { get }
}

extension GroupedAccumulator {
  package var finishByteCount: Int { 0 }

  package func take(side batch: RecordBatch) throws {
    throw GroupingError.unexpectedColumns(expected: [], found: batch.columns.map(\.type))
  }
}
