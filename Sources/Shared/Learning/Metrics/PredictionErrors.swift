/// How far predictions are from what they should be: what metrics are read from, of the kind that the learner has.
///
/// Plain numbers, so that those of many groups lie side by side and cost nothing to keep.
package enum PredictionErrors: Hashable, Sendable {
  case noExamples
  case regression(RegressionErrors)
  case classification(ClassificationErrors)
  case clustering(ClusteringErrors)
  case forecasting(ForecastErrors)

  /// The metric; nil where it has no meaning: of no examples, of another kind, or as `Metric` says.
  package func value(of metric: Metric) -> Double? {
    switch self {
    case .noExamples: nil
    case .regression(let errors): errors.value(of: metric)
    case .classification(let errors): errors.value(of: metric)
    case .clustering(let errors): errors.value(of: metric)
    case .forecasting(let errors): errors.value(of: metric)
    }
  }
}
