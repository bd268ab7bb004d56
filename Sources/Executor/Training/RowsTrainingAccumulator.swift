import Columnar
import Learning
import Plan

/// Trains on the rows of each group, side by side: for learners and metrics that need more than statistics.
final class RowsTrainingAccumulator: GroupedAccumulator {
  private let training: CheckedTraining
  private let check: () throws -> Void
  private let trainer: GroupTrainer
  private let rows: TrainingRows
  /// The trial that was chosen for all groups, for each learner; nil where each group searches for itself.
  private var chosen: [Trial?]?
  /// How many trials there were of each learner for all groups.
  private var trialCounts: [Int] = []

  /// - Parameter check: throws when there is no use in going on.
  init(
    _ training: CheckedTraining, check: @escaping () throws -> Void
  ) throws(TrainingPlanError) {
    self.training = training
    self.check = check
    trainer = try training.makeTrainer { (try? check()) == nil }
    rows = TrainingRows(training)
  }

  let stateFields: [Field] = []

  var resultFields: [Field] { training.resultFields }

  var rowsPerGroup: Int { training.rowsPerGroup }

  var byteCount: Int { rows.byteCount }

  func grow(to groupCount: Int) { rows.grow(to: groupCount) }

  func accumulate(_ batch: RecordBatch, groups: UnsafeBufferPointer<Int32>) throws {
    try rows.accumulate(batch, groups: groups)
  }

  func merge(_ states: [Column], groups: UnsafeBufferPointer<Int32>) throws {
    throw GroupingError.notMergeable
  }

  func states() throws -> [Column] { throw GroupingError.notMergeable }

  func reset() { rows.reset() }

  func take(side batch: RecordBatch) throws {
    let trials = try ChosenTrials(training)
    let read = try trials.read(batch, share: 1).map(\.first)
    // They may come in several batches.
    chosen = chosen.map { known in zip(known, read).map { $0 ?? $1 } } ?? read
    trialCounts = trials.searches.map { $0?.trialNumbers.count ?? 0 }
  }

  var finishByteCount: Int { rows.finishByteCount }

  func finish() throws -> [Column] {
    var results = TrainingResults(training, groupCount: rows.groupCount)
    try rows.forEachGroup(checking: check) { group, number, droppedCount in
      let models = group.models(of: trainer, chosen: chosen)
      let counts = TrainingRowCounts.Group(
        train: group.trainCount, test: group.testCount, dropped: droppedCount)
      let names = group.names
      for (learner, found) in models.enumerated() {
        var model = found
        if chosen != nil { model.trialCount = trialCounts[learner] }
        results.set(
          model, counts, names, row: number * models.count + learner, learner: learner)
      }
    }
    return try results.finish()
  }
}
