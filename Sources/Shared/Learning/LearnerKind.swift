/// What a learner's predictions are; learners of one job must agree in it.
package enum LearnerKind: String, Hashable, Sendable, CaseIterable {
  case regression
  case classification
  case clustering
  case forecasting

  /// The metrics that such predictions can be measured by.
  package var metrics: [Metric] {
    switch self {
    case .regression: [.rmse, .mse, .r2, .mae, .var, .mape]
    case .classification, .clustering, .forecasting: []
    }
  }

  /// The metrics of a job that names none.
  package var defaultMetrics: [Metric] {
    switch self {
    case .regression: [.rmse, .r2]
    case .classification, .clustering, .forecasting: []
    }
  }
}
