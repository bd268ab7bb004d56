import Columnar
import Learning
import Plan

/// Trains on the rows of each group, side by side: for learners and metrics that need more than statistics.
final class RowsTrainingAccumulator: GroupedAccumulator {
  /// Rows are laid out by group and, inside of it, by role: training, testing, dropped.
  private static let rolesPerGroup = 3

  private let training: CheckedTraining
  private let trainers: [any Trainer]
  /// The features in their order, then the label.
  private var rows: GroupedRows
  private var groupCount = 0
  private var roles = RowRoles()

  init(_ training: CheckedTraining) {
    self.training = training
    trainers = training.learners.map {
      $0.makeTrainer(featureCount: training.features.count, seed: training.seed)
    }
    rows = Self.noRows(training)
  }

  private static func noRows(_ training: CheckedTraining) -> GroupedRows {
    GroupedRows(types: Array(repeating: .double, count: training.features.count + 1))
  }

  let stateFields: [Field] = []

  var resultFields: [Field] { training.resultFields }

  var rowsPerGroup: Int { trainers.count }

  var byteCount: Int { rows.byteCount }

  func grow(to groupCount: Int) { self.groupCount = max(self.groupCount, groupCount) }

  func accumulate(_ batch: RecordBatch, groups: UnsafeBufferPointer<Int32>) throws {
    guard groupCount <= Int(Int32.max) / Self.rolesPerGroup else {
      throw GroupingError.tooManyGroups
    }
    let values = training.features + [training.label]
    roles.assign(batch, values: values, heldOut: training.heldOut)
    let roles = roles.roles
    let rowSlots = groups.indices.map { row in
      groups[row] &* Int32(truncatingIfNeeded: Self.rolesPerGroup)
        &+ Int32(min(roles[row], RowRoles.dropped))
    }
    let columns = values.map { batch.columns[$0] }
    rowSlots.withUnsafeBufferPointer { rows.append(columns, groups: $0) }
  }

  func merge(_ states: [Column], groups: UnsafeBufferPointer<Int32>) throws {
    throw GroupingError.notMergeable
  }

  func states() throws -> [Column] { throw GroupingError.notMergeable }

  func reset() {
    rows = Self.noRows(training)
    groupCount = 0
  }

  func finish() throws -> [Column] {
    let (columns, offsets) = try rows.finish(groupCount: groupCount * Self.rolesPerGroup)
    var results = TrainingResults(training, groupCount: groupCount)
    let counts = TrainingRowCounts(
      train: rowCounts(offsets, role: RowRoles.train),
      test: rowCounts(offsets, role: RowRoles.test),
      dropped: rowCounts(offsets, role: RowRoles.dropped))
    var examples = LaidOutExamples(columns: columns)
    for (learner, trainer) in trainers.enumerated() {
      results.set(counts, learner: learner)
      var trained = TrainedGroups(featureCount: training.features.count)
      for group in 0..<groupCount {
        let slot = group * Self.rolesPerGroup
        let train = offsets[slot]..<offsets[slot + 1]
        let test = offsets[slot + 1]..<offsets[slot + 2]
        do throws(TrainingError) {
          try examples.fit(trainer, rows: train)
        } catch {
          trained.append(error)
          continue
        }
        trained.append(
          trainer.linearModel, train: examples.errors(of: trainer, rows: train),
          test: examples.errors(of: trainer, rows: test))
      }
      results.set(trained, learner: learner, firstGroup: 0)
    }
    return try results.finish()
  }

  /// The rows of each group that have a role.
  private func rowCounts(_ offsets: [Int], role: UInt8) -> [Int64] {
    (0..<groupCount).map { group in
      let slot = group * Self.rolesPerGroup + Int(role)
      return Int64(offsets[slot + 1] - offsets[slot])
    }
  }
}

/// The rows of all groups in contiguous columns of doubles, seen a piece at a time.
private struct LaidOutExamples {
  /// The features, then the label.
  private let columns: [Column]
  /// Where the features begin in the piece at hand.
  private var features: [UnsafePointer<Double>]
  private var predictions: [Double] = []

  init(columns: [Column]) {
    self.columns = columns
    features = columns.dropLast().map { $0.pointer(as: Double.self) }
  }

  mutating func fit(_ trainer: any Trainer, rows: Range<Int>) throws(TrainingError) {
    place(rows)
    // The pointers hold as long as the columns.
    try withExtendedLifetime(columns) { () throws(TrainingError) in
      try features.withUnsafeBufferPointer { (features) throws(TrainingError) in
        try trainer.fit(Examples(features: features, label: label(rows), rowCount: rows.count))
      }
    }
  }

  mutating func errors(of trainer: any Trainer, rows: Range<Int>) -> PredictionErrors {
    if rows.isEmpty { return .noExamples }
    if predictions.count < rows.count {
      predictions = Array(repeating: 0, count: rows.count)
    }
    place(rows)
    let label = label(rows)
    return withExtendedLifetime(columns) {
      features.withUnsafeBufferPointer { features in
        predictions.withUnsafeMutableBufferPointer { predictions in
          let predictions = predictions.baseAddress!
          let examples = Examples(features: features, label: label, rowCount: rows.count)
          trainer.predict(examples, into: predictions)
          return PredictionErrors.regression(
            RegressionErrors(
              predictions: predictions, labels: examples.label, count: examples.rowCount))
        }
      }
    }
  }

  private mutating func place(_ rows: Range<Int>) {
    for feature in features.indices {
      features[feature] = columns[feature].pointer(as: Double.self) + rows.lowerBound
    }
  }

  private func label(_ rows: Range<Int>) -> UnsafePointer<Double> {
    columns[features.count].pointer(as: Double.self) + rows.lowerBound
  }
}
