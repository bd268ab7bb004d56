import Columnar
import Plan

/// After a shuffle: turns rows and partial results, in the order in which they come, into the results of each group.
/// Results come in the order of the groups' first appearance.
final class GroupOperator: BatchOperator {
  /// The rows of an outgoing batch.
  private static let batchRowCount = 65_536

  private let groups: GroupAccumulation
  /// Whether there is a result without a row: an aggregate without keys counts even nothing.
  private let answersNoRows: Bool
  private var rowCount = 0
  private(set) var trainingSummaries: TrainingSummaries?

  /// Throws for a plan that cannot be carried out.
  init(_ operation: GroupedOperation, context: OperatorContext) throws {
    groups = try GroupAccumulation(operation, check: context.check, context: context)
    switch operation.action {
    case .aggregate: answersNoRows = operation.keyCount == 0 && context.partition == 0
    case .train(let training):
      answersNoRows = false
      trainingSummaries = TrainingSummaries(keys: operation.keys, of: training)
    }
  }

  let isSatisfied = false

  var byteCount: Int { groups.byteCount }

  /// The results of all groups stand beside their table.
  var finishByteCount: Int { groups.resultByteCount }

  var partialSchema: Schema? { groups.partialSchema }

  func process(_ batch: RecordBatch, _ kind: BatchKind, to output: Output) throws {
    let count: Int
    switch kind {
    case .rows: count = try groups.accumulate(batch)
    case .partialResults: count = try groups.merge(batch)
    case .side: return try groups.take(side: batch)
    }
    guard count == batch.rowCount else { throw GroupingError.tooManyGroups }
    rowCount += count
  }

  func finish(to output: Output) throws {
    guard rowCount > 0 || answersNoRows else { return }
    let results = try groups.results()
    for start in stride(from: 0, to: results.rowCount, by: Self.batchRowCount) {
      let end = min(start + Self.batchRowCount, results.rowCount)
      let batch = results.slice(start..<end)
      trainingSummaries?.add(batch)
      try output(batch, .rows)
    }
  }
}
