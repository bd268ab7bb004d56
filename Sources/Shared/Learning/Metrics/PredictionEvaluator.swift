/// Measures the predictions of models of one kind for one group after the other, in memory that it keeps.
///
/// Belongs to one thread. Forecasts are measured by `ForecastErrors`: they need the training's scale.
package struct PredictionEvaluator {
  private let kind: LearnerKind
  private var classification: ClassificationEvaluator
  private var clustering = ClusteringEvaluator()

  /// - Parameter metrics: those that will be read; what others of them would cost is not spent.
  package init(kind: LearnerKind, metrics: [Metric]) {
    self.kind = kind
    classification = ClassificationEvaluator(metrics: metrics)
  }

  /// How far predictions are from the labels (of clusters: from the features) of `examples`; weights count.
  /// - Parameter predictions: `output.width` doubles for each example, row after row.
  package mutating func errors(
    of predictions: UnsafePointer<Double>, output: ModelOutput, examples: Examples
  ) -> PredictionErrors {
    switch kind {
    case .regression, .forecasting:
      .regression(
        RegressionErrors(
          predictions: predictions, labels: examples.label, count: examples.rowCount,
          weights: examples.weights))
    case .classification:
      .classification(
        classification.errors(of: predictions, output: output, examples: examples))
    case .clustering:
      clustering.errors(of: predictions, output: output, examples: examples)
        .map { .clustering($0) } ?? .noExamples
    }
  }
}
