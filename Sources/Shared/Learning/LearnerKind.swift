/// What a learner's predictions are; learners of one job must agree in it.
package enum LearnerKind: String, Hashable, Sendable, CaseIterable {
  case regression
  case classification
  case clustering
  case forecasting

  /// The metrics that such predictions can be measured by.
  package var metrics: [Metric] {
    switch self {
    case .regression: [.rmse, .mse, .r2, .mae, .var, .mape, .smape]
    case .classification:
      [
        .accuracy, .precision, .recall, .f1, .logLoss, .areaUnderROC, .areaUnderPR,
        .averagePrecision, .confusionMatrix,
      ]
    case .clustering: [.silhouette, .inertia]
    case .forecasting: [.mae, .rmse, .mse, .mape, .smape, .mase]
    }
  }

  /// The metrics of a job that names none.
  package var defaultMetrics: [Metric] {
    switch self {
    case .regression: [.rmse, .r2]
    case .classification: [.accuracy, .f1, .logLoss, .areaUnderROC]
    case .clustering: [.silhouette, .inertia]
    case .forecasting: [.mae, .smape, .mase]
    }
  }
}
