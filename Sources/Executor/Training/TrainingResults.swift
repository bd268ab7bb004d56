import Columnar
import Learning

/// The rows that a group has for each purpose.
struct TrainingRowCounts {
  var train: Int64
  var test: Int64
  var dropped: Int64
}

/// The columns of a training's result while they grow by a row a group and learner.
struct TrainingResults {
  private let metrics: [Metric]
  private let featureNames: [String]
  private let learners: ColumnBuilder
  /// All, train, test, dropped.
  private let counts: [ColumnBuilder]
  private let trainMetrics: [ColumnBuilder]
  private let testMetrics: [ColumnBuilder]
  private let intercepts: ColumnBuilder
  private let coefficients: ColumnBuilder
  private let errors: ColumnBuilder

  init(_ training: CheckedTraining, rowCount: Int) {
    metrics = training.metrics
    featureNames = training.featureNames
    learners = ColumnBuilder(.string, capacity: rowCount)
    counts = (0..<4).map { _ in ColumnBuilder(.long, capacity: rowCount) }
    trainMetrics = metrics.map { _ in ColumnBuilder(.double, capacity: rowCount) }
    testMetrics = metrics.map { _ in ColumnBuilder(.double, capacity: rowCount) }
    intercepts = ColumnBuilder(.double, capacity: rowCount)
    coefficients = ColumnBuilder(.list(.double), capacity: rowCount)
    errors = ColumnBuilder(.string)
  }

  /// Appends a trained group. `test` has the metrics of no rows (null) where none are held out.
  func append(
    learner: String, _ rows: TrainingRowCounts, model: LinearModel?, train: PredictionErrors,
    test: PredictionErrors
  ) throws {
    try append(learner: learner, rows)
    for (builder, metric) in zip(trainMetrics, metrics) { append(train.value(of: metric), builder) }
    for (builder, metric) in zip(testMetrics, metrics) { append(test.value(of: metric), builder) }
    append(model?.intercept, intercepts)
    if let model {
      try model.coefficients.withUnsafeBufferPointer { try coefficients.append(list: $0) }
    } else {
      coefficients.appendNull()
    }
    errors.appendNull()
  }

  /// Appends a group without a model.
  func append(learner: String, _ rows: TrainingRowCounts, error: TrainingError) throws {
    try append(learner: learner, rows)
    for builder in trainMetrics + testMetrics { builder.appendNull() }
    intercepts.appendNull()
    coefficients.appendNull()
    try errors.append(error.message(features: featureNames))
  }

  /// The columns in the order of `Training.resultFields`.
  func finish() -> [Column] {
    let builders =
      [learners] + counts + trainMetrics + testMetrics + [intercepts, coefficients, errors]
    return builders.map { $0.finish() }
  }

  private func append(learner: String, _ rows: TrainingRowCounts) throws {
    try learners.append(learner)
    // Counts of partial results come over the wire: a sum must not trap.
    counts[0].append(value: rows.train &+ rows.test &+ rows.dropped)
    counts[1].append(value: rows.train)
    counts[2].append(value: rows.test)
    counts[3].append(value: rows.dropped)
  }

  private func append(_ value: Double?, _ builder: ColumnBuilder) {
    if let value { builder.append(value: value) } else { builder.appendNull() }
  }
}
