import Columnar
import Learning
import Plan

/// How many rows each group has for each purpose.
struct TrainingRowCounts {
  /// Of one group.
  struct Group {
    var train: Int
    var test: Int
    var dropped: Int
  }

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
  /// In the order of the result's columns.
  private var metrics: [(metric: ResultMetric, values: NullableDoubles)]
  private var hasLinearModel: [Bool]
  private var intercepts: [Double]
  /// As many for each row as there are features, unless models have columns of their own.
  private var coefficients: [Double]
  private var models: StoredModels
  /// What only training on rows gives.
  private var details: TrainingDetails
  /// The rows of groups without a model.
  private var failures: [Int: TrainingError] = [:]

  init(_ training: CheckedTraining, groupCount: Int) {
    let rowCount = groupCount * training.learnerNames.count
    self.training = training
    self.groupCount = groupCount
    counts = Array(repeating: Array(repeating: 0, count: rowCount), count: 4)
    metrics = training.options.resultMetrics.map { ($0, NullableDoubles(count: rowCount)) }
    hasLinearModel = Array(repeating: false, count: rowCount)
    intercepts = Array(repeating: 0, count: rowCount)
    coefficients =
      training.options.hasCategories
      ? [] : Array(repeating: 0, count: rowCount * training.features.count)
    models = StoredModels(training, rowCount: rowCount)
    details = TrainingDetails(training.columns, rowCount: rowCount)
  }

  // MARK: Of statistics

  /// Sets the row counts of all groups for one learner.
  mutating func set(_ rows: TrainingRowCounts, learner: Int) {
    for group in 0..<groupCount {
      let row = group * training.learnerNames.count + learner
      // Counts of partial results come over the wire: a sum must not trap.
      counts[0][row] = rows.train[group] &+ rows.test[group] &+ rows.dropped[group]
      counts[1][row] = rows.train[group]
      counts[2][row] = rows.test[group]
      counts[3][row] = rows.dropped[group]
    }
  }

  /// Sets what one learner made of the groups from `firstGroup` on.
  mutating func set(_ trained: TrainedGroups, learner: Int, firstGroup: Int) {
    let learnerCount = training.learnerNames.count
    let featureCount = training.features.count
    let firstRow = firstGroup * learnerCount + learner
    for index in metrics.indices {
      let metric = metrics[index].metric
      let errors = metric.part == .train ? trained.trainErrors : trained.testErrors
      metrics[index].values.set(errors, metric.metric, firstRow: firstRow, step: learnerCount)
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
    for (group, model) in trained.models {
      models.set(model, row: firstRow + group * learnerCount, learner: learner)
    }
    for (group, error) in trained.failures {
      failures[firstRow + group * learnerCount] = error
    }
  }

  /// Takes back what one learner made of one group.
  mutating func fail(_ error: TrainingError, row: Int) {
    for index in metrics.indices { metrics[index].values.forget(row: row) }
    hasLinearModel[row] = false
    models.forget(row: row)
    failures[row] = error
  }

  // MARK: Of rows

  /// Sets what one learner made of one group.
  mutating func set(
    _ model: GroupModel, _ rows: TrainingRowCounts.Group, _ names: GroupNames, row: Int,
    learner: Int
  ) {
    let group = [rows.train + rows.test + rows.dropped, rows.train, rows.test, rows.dropped]
    for (index, count) in group.enumerated() { counts[index][row] = Int64(count) }
    for index in metrics.indices {
      metrics[index].values.set(model.value(of: metrics[index].metric, training.options), row: row)
    }
    if let linear = model.linearModel {
      hasLinearModel[row] = true
      intercepts[row] = linear.intercept
      if !training.options.hasCategories {
        for (feature, value) in linear.coefficients.enumerated() {
          coefficients[row * training.features.count + feature] = value
        }
      }
    }
    if let trained = model.model {
      models.set(
        trained, preparation: model.preparation, categories: names.categories,
        classes: names.classes, row: row, learner: learner)
    }
    details.set(model, names, stated: training.statedParameters[learner], row: row)
    if let error = model.error { failures[row] = error }
  }

  // MARK: Columns

  /// The columns in the order of the result. Throws when one of them passes 2 GiB.
  func finish() throws -> [Column] {
    let messages = try messages()
    guard case .best(let metric) = training.options.keep else {
      return try training.columns.map { try column($0, messages) }
    }
    let rows = bestRows(by: metric)
    let kept = rows.map { RowLocation(chunk: 0, row: Int32(truncatingIfNeeded: $0)) }
    return try training.columns.map { wanted in
      // The models of the others may not even fit into a column.
      if wanted == .model { return try models.column(of: rows) }
      return try Column.gathering([try column(wanted, messages)], at: kept[...])
    }
  }

  private func column(_ column: TrainingColumn, _ messages: Column) throws -> Column {
    switch column {
    case .learner: return try Column.repeating(training.learnerNames, count: groupCount)
    case .rows: return Column(.long, values: counts[0])
    case .trainRows: return Column(.long, values: counts[1])
    case .testRows: return Column(.long, values: counts[2])
    case .droppedRows: return Column(.long, values: counts[3])
    case .metric(let wanted):
      guard let index = metrics.firstIndex(where: { $0.metric == wanted }) else {
        preconditionFailure("the result has the column of a metric that it has not")
      }
      return metrics[index].values.column
    case .intercept: return Column.copying(.double, intercepts, isPresent: hasLinearModel)
    case .coefficients where !training.options.hasCategories:
      return try Column.copying(
        listsOf: training.features.count, coefficients, isPresent: hasLinearModel)
    case .model: return try models.column(of: Array(hasLinearModel.indices))
    case .error: return messages
    case .parameters, .trials, .classes, .clusters, .confusionMatrix, .confusionClasses,
      .coefficients,
      .coefficientNames, .forecast,
      .forecastLower, .forecastUpper, .importances:
      return try details.column(column)
    }
  }

  private func messages() throws(ColumnTooLarge) -> Column {
    let builder = ColumnBuilder(.string, capacity: hasLinearModel.count)
    for (row, error) in failures.sorted(by: { $0.key < $1.key }) {
      builder.appendNulls(row - builder.length)
      try builder.append(error.message(features: training.featureNames))
    }
    builder.appendNulls(hasLinearModel.count - builder.length)
    return builder.finish()
  }

  /// For each group the row of the learner that is best; where none has the metric, of the first that has a model.
  private func bestRows(by metric: ResultMetric) -> [Int] {
    let learnerCount = training.learnerNames.count
    let values = metrics.first { $0.metric == metric }?.values
    var hasModel = Array(repeating: true, count: groupCount * learnerCount)
    for row in failures.keys { hasModel[row] = false }
    return (0..<groupCount).map { group in
      let rows = group * learnerCount..<(group + 1) * learnerCount
      let best = metric.metric.indexOfBest(rows.map { hasModel[$0] ? values?[$0] : nil })
      return best.map { rows.lowerBound + $0 } ?? rows.first { hasModel[$0] } ?? rows.lowerBound
    }
  }
}

extension GroupModel {
  fileprivate func value(of metric: ResultMetric, _ options: TrainingOptions) -> Double? {
    switch metric.part {
    case .train: return trainErrors.value(of: metric.metric)
    case .test: return testErrors.value(of: metric.metric)
    case .validation:
      guard let index = options.metrics.firstIndex(of: metric.metric),
        validation.indices.contains(index)
      else { return nil }
      return validation[index]
    }
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
      set(errors[index].value(of: metric), row: firstRow + index * step)
    }
  }

  mutating func set(_ value: Double?, row: Int) {
    guard let value else { return }
    values[row] = value
    isPresent[row] = true
  }

  mutating func forget(row: Int) { isPresent[row] = false }

  subscript(row: Int) -> Double? { isPresent[row] ? values[row] : nil }

  var column: Column { Column.copying(.double, values, isPresent: isPresent) }
}
