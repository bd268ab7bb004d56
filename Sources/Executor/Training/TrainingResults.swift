import Columnar
import Learning

/// How many rows each group has for each purpose.
struct TrainingRowCounts {
  var train: [Int64]
  var test: [Int64]
  var dropped: [Int64]
}

/// The columns of a training's result, a row for each group and learner: the learners of a group stand together.
struct TrainingResults {
  private let training: CheckedTraining
  private let groupCount: Int
  /// All, train, test, dropped.
  private var counts: [[Int64]]
  private var trainMetrics: [NullableDoubles]
  private var testMetrics: [NullableDoubles]
  private var hasLinearModel: [Bool]
  private var intercepts: [Double]
  private var coefficients: [Double]
  /// The rows of groups without a model.
  private var failures: [(row: Int, error: TrainingError)] = []

  init(_ training: CheckedTraining, groupCount: Int) {
    let rowCount = groupCount * training.learners.count
    self.training = training
    self.groupCount = groupCount
    counts = Array(repeating: Array(repeating: 0, count: rowCount), count: 4)
    trainMetrics = training.metrics.map { _ in NullableDoubles(count: rowCount) }
    testMetrics = trainMetrics
    hasLinearModel = Array(repeating: false, count: rowCount)
    intercepts = Array(repeating: 0, count: rowCount)
    coefficients = Array(repeating: 0, count: rowCount * training.features.count)
  }

  /// Sets the row counts of all groups for one learner.
  mutating func set(_ rows: TrainingRowCounts, learner: Int) {
    for group in 0..<groupCount {
      let row = group * training.learners.count + learner
      // Counts of partial results come over the wire: a sum must not trap.
      counts[0][row] = rows.train[group] &+ rows.test[group] &+ rows.dropped[group]
      counts[1][row] = rows.train[group]
      counts[2][row] = rows.test[group]
      counts[3][row] = rows.dropped[group]
    }
  }

  /// Sets what one learner made of the groups from `firstGroup` on.
  mutating func set(_ trained: TrainedGroups, learner: Int, firstGroup: Int) {
    let learnerCount = training.learners.count
    let featureCount = training.features.count
    let firstRow = firstGroup * learnerCount + learner
    for (index, metric) in training.metrics.enumerated() {
      trainMetrics[index].set(trained.trainErrors, metric, firstRow: firstRow, step: learnerCount)
      testMetrics[index].set(trained.testErrors, metric, firstRow: firstRow, step: learnerCount)
    }
    for group in 0..<trained.count {
      let row = firstRow + group * learnerCount
      hasLinearModel[row] = trained.hasLinearModel[group]
      intercepts[row] = trained.intercepts[group]
      for feature in 0..<featureCount {
        coefficients[row * featureCount + feature] =
          trained.coefficients[group * featureCount + feature]
      }
    }
    for (group, error) in trained.failures {
      failures.append((firstRow + group * learnerCount, error))
    }
  }

  /// The columns in the order of `Training.resultFields`. Throws when one of them passes 2 GiB.
  func finish() throws(ColumnTooLarge) -> [Column] {
    var columns = [try Column.repeating(training.learnerNames, count: groupCount)]
    columns += counts.map { Column(.long, values: $0) }
    columns += (trainMetrics + testMetrics).map(\.column)
    columns.append(
      Column.copying(.double, intercepts, isPresent: hasLinearModel))
    columns.append(
      try Column.copying(
        listsOf: training.features.count, coefficients, isPresent: hasLinearModel))
    columns.append(try messages())
    return columns
  }

  private func messages() throws(ColumnTooLarge) -> Column {
    let builder = ColumnBuilder(.string, capacity: hasLinearModel.count)
    for (row, error) in failures.sorted(by: { $0.row < $1.row }) {
      builder.appendNulls(row - builder.length)
      try builder.append(error.message(features: training.featureNames))
    }
    builder.appendNulls(hasLinearModel.count - builder.length)
    return builder.finish()
  }
}

/// One metric of all rows, nowhere known at first.
private struct NullableDoubles {
  private var values: [Double]
  private var isPresent: [Bool]

  init(count: Int) {
    values = Array(repeating: 0, count: count)
    isPresent = Array(repeating: false, count: count)
  }

  /// Sets every `step`th row from `firstRow` on.
  mutating func set(_ errors: [PredictionErrors], _ metric: Metric, firstRow: Int, step: Int) {
    for index in errors.indices {
      guard let value = errors[index].value(of: metric) else { continue }
      values[firstRow + index * step] = value
      isPresent[firstRow + index * step] = true
    }
  }

  var column: Column { Column.copying(.double, values, isPresent: isPresent) }
}
