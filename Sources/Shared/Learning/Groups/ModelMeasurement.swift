/// Measures one model after the other on the rows of its group, in memory that it keeps.
struct ModelMeasurement: ~Copyable {
  private let kind: LearnerKind
  private var evaluator: PredictionEvaluator
  private var predictions = WorkingMemory<Double>()
  private var columns = WorkingMemory<UnsafePointer<Double>>()

  /// - Parameter metrics: those that will be read.
  init(kind: LearnerKind, metrics: [Metric]) {
    self.kind = kind
    evaluator = PredictionEvaluator(kind: kind, metrics: metrics)
  }

  /// How well a model predicts the rows for training and those held out. Weights count; classes are those of all rows.
  mutating func errors(
    of model: any Model, on examples: GroupExamples
  ) -> (training: PredictionErrors, heldOut: PredictionErrors) {
    let output = model.output
    let predictions = predictions.reserve(examples.rowCount * output.width)
    model.predict(examples.all, into: predictions)
    let training = Examples(
      features: examples.features, label: examples.label, rowCount: examples.trainCount,
      weights: examples.weights, categoryCounts: examples.categoryCounts,
      classCount: examples.knownClassCount)
    let trainErrors = evaluator.errors(of: predictions, output: output, examples: training)
    if examples.testCount == 0 { return (trainErrors, .noExamples) }
    return (
      trainErrors,
      evaluator.errors(
        of: predictions + examples.trainCount * output.width, output: output,
        examples: heldOut(examples))
    )
  }

  /// How well a model predicts the rows held out.
  mutating func heldOutErrors(
    of model: any Model, on examples: GroupExamples
  ) -> PredictionErrors {
    if examples.testCount == 0 { return .noExamples }
    return errors(of: model, on: heldOut(examples), judgedBy: heldOut(examples))
  }

  /// How well a model predicts the labels (of clusters: fits the features) of `rows` from other features of theirs.
  mutating func errors(
    of model: any Model, on examples: Examples, judgedBy rows: Examples
  ) -> PredictionErrors {
    let output = model.output
    let predictions = predictions.reserve(examples.rowCount * output.width)
    model.predict(examples, into: predictions)
    return evaluator.errors(of: predictions, output: output, examples: rows)
  }

  /// How far what a model of the rows for training says comes next is from the rows held out.
  mutating func errors(
    of model: any ForecastModel, season: Int, on examples: GroupExamples
  ) -> PredictionErrors {
    if examples.testCount == 0 { return .noExamples }
    let predictions = predictions.reserve(examples.testCount)
    let heldOut = heldOut(examples)
    model.predict(heldOut, into: predictions)
    return .forecasting(
      ForecastErrors(
        forecasts: predictions, actual: heldOut.label, count: heldOut.rowCount,
        naiveError: ForecastErrors.naiveError(
          series: examples.label, count: examples.trainCount, season: season)))
  }

  /// A view of the rows held out.
  private mutating func heldOut(_ examples: GroupExamples) -> Examples {
    let first = examples.trainCount
    let columns = columns.reserve(examples.features.count)
    for feature in examples.features.indices {
      columns[feature] = examples.features[feature] + first
    }
    return Examples(
      features: UnsafeBufferPointer(start: columns, count: examples.features.count),
      label: examples.label + first, rowCount: examples.testCount,
      weights: examples.weights.map { $0 + first }, categoryCounts: examples.categoryCounts,
      classCount: examples.knownClassCount)
  }
}
