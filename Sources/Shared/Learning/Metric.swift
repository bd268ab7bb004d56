/// How good predictions are, by the names of Spark's `RegressionEvaluator` and of scikit-learn.
package enum Metric: String, Hashable, Sendable, CaseIterable {
  /// Root of the mean squared error.
  case rmse
  /// Mean squared error.
  case mse
  /// Coefficient of determination, as scikit-learn's `r2_score`: where all labels are equal it is 1 for
  /// exact predictions and else 0; it needs two rows.
  case r2
  /// Mean absolute error.
  case mae
  /// Spark's explained variance: the mean of (prediction - mean label) squared.
  case `var`
  /// Mean absolute percentage error as a fraction, as scikit-learn's `mean_absolute_percentage_error`.
  case mape

  /// Whether merged statistics give it; the others need the rows once more, after training.
  package var isMergeable: Bool {
    switch self {
    case .rmse, .mse, .r2, .var: true
    case .mae, .mape: false
    }
  }
}
