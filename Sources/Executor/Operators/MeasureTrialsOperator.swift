import Columnar
import Learning
import Plan

/// Measures the trials of a search of one choice for all groups on the groups of its partition.
///
/// On the side come the trials that are still in; without a side all are. What comes out are their losses, added up in the
/// order of the groups.
final class MeasureTrialsOperator: BatchOperator {
  private let operation: GroupedOperation
  private let share: Double
  private let task: Int
  private let taskCount: Int
  private let keys: GroupTable
  private let rows: TrainingRows
  private let trainer: GroupTrainer
  private let known: ChosenTrials
  private let check: () throws -> Void
  private var hasChoice = false
  private var trials: [[Trial]]

  /// Throws for a plan that cannot be carried out.
  /// - Parameters:
  ///   - task: the number of the task, of `taskCount` that share the trials.
  ///   - check: throws when the task was told to stop.
  init(
    _ operation: GroupedOperation, share: Double, task: Int, of taskCount: Int,
    check: @escaping () throws -> Void
  ) throws {
    self.task = task
    self.taskCount = max(1, taskCount)
    self.check = check
    guard case .train(let training) = operation.action else { throw TrainingPlanError.noSearch }
    let checked = try CheckedTraining(training, schema: operation.schema)
    self.operation = operation
    self.share = share
    keys = GroupTable(keyTypes: operation.keys.map(\.type))
    rows = TrainingRows(checked)
    trainer = try checked.makeTrainer { (try? check()) == nil }
    known = try ChosenTrials(checked)
    trials = known.all(share: share)
  }

  let isSatisfied = false

  var byteCount: Int { keys.byteCount + rows.byteCount }

  var finishByteCount: Int { rows.finishByteCount }

  func process(_ batch: RecordBatch, _ kind: BatchKind, to output: Output) throws {
    if kind == .side {
      let read = try known.read(batch, share: share)
      // They may come in several batches.
      trials = hasChoice ? zip(trials, read).map { $0 + $1 } : read
      hasChoice = true
      return
    }
    guard batch.columns.map(\.type) == operation.schema.fields.map(\.type) else {
      throw GroupingError.unexpectedColumns(
        expected: operation.schema.fields.map(\.type), found: batch.columns.map(\.type))
    }
    let columns = Array(batch.columns.prefix(operation.keyCount))
    guard keys.assign(columns, rowCount: batch.rowCount) == batch.rowCount else {
      throw GroupingError.tooManyGroups
    }
    rows.grow(to: keys.count)
    try keys.groups.withUnsafeBufferPointer { try rows.accumulate(batch, groups: $0) }
  }

  func finish(to output: Output) throws {
    let trials = ownTrials
    var counts = trials.map { $0.map { _ in Int64(0) } }
    var sums = trials.map { $0.map { _ in 0.0 } }
    try rows.forEachGroup(checking: check) { group, _, _ in
      for learner in trials.indices {
        let losses = group.losses(of: trials[learner], learner: learner, trainer)
        for (trial, loss) in losses.enumerated() {
          guard let loss else { continue }
          counts[learner][trial] += 1
          sums[learner][trial] += loss
        }
      }
    }
    let learners = trials.indices.flatMap { learner in trials[learner].map { _ in Int32(learner) } }
    let numbers = trials.joined().map { Int32(truncatingIfNeeded: $0.number) }
    try output(
      RecordBatch(
        schema: TrialSchema.measured,
        columns: [
          Column(.integer, values: learners), Column(.integer, values: numbers),
          Column(.long, values: Array(counts.joined())),
          Column(.double, values: Array(sums.joined())),
        ], rowCount: learners.count), .rows)
  }

  /// Every n-th of all trials, of which those of one learner may take longer than those of another.
  private var ownTrials: [[Trial]] {
    var number = 0
    return trials.map { trials in
      trials.filter { _ in
        defer { number += 1 }
        return number % taskCount == task % taskCount
      }
    }
  }
}
