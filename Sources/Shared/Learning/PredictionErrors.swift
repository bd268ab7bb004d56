/// The sums over examples that every metric of regression is a function of.
package struct PredictionErrors: Hashable, Sendable {
  package var count: Int64 = 0
  /// Sum of (label - prediction) squared.
  package var squaredErrors = 0.0
  /// Sum of (label - mean label) squared.
  package var squaredDeviations = 0.0
  /// Sum of (prediction - mean label) squared.
  package var explainedSquares = 0.0
  /// Sum of |label - prediction|.
  package var absoluteErrors = 0.0
  /// Sum of |label - prediction| / max(|label|, the unit in the last place of 1).
  package var relativeErrors = 0.0

  /// Of no examples.
  package init() {}

  /// Of statistics, which do not give the sums of absolute values.
  package init(
    count: Int64, squaredErrors: Double, squaredDeviations: Double, explainedSquares: Double
  ) {
    self.count = count
    self.squaredErrors = squaredErrors
    self.squaredDeviations = squaredDeviations
    self.explainedSquares = explainedSquares
    absoluteErrors = .nan
    relativeErrors = .nan
  }

  /// Of predictions, in two passes: the mean label first, so that no sum of squares cancels.
  package init(
    predictions: UnsafePointer<Double>, labels: UnsafePointer<Double>, count rowCount: Int
  ) {
    count = Int64(rowCount)
    var meanLabel = 0.0
    for row in 0..<rowCount {
      meanLabel += (labels[row] - meanLabel) / Double(row + 1)
    }
    for row in 0..<rowCount {
      let label = labels[row]
      let error = label - predictions[row]
      let deviation = label - meanLabel
      let explained = predictions[row] - meanLabel
      squaredErrors += error * error
      squaredDeviations += deviation * deviation
      explainedSquares += explained * explained
      absoluteErrors += error.magnitude
      relativeErrors += error.magnitude / max(label.magnitude, Double.ulpOfOne)
    }
  }

  /// The metric; nil where it has no meaning (no examples; for `r2` fewer than two).
  package func value(of metric: Metric) -> Double? {
    guard count > 0 else { return nil }
    switch metric {
    case .rmse: return (squaredErrors / Double(count)).squareRoot()
    case .mse: return squaredErrors / Double(count)
    case .mae: return absoluteErrors / Double(count)
    case .mape: return relativeErrors / Double(count)
    case .var: return explainedSquares / Double(count)
    case .r2:
      guard count > 1 else { return nil }
      if squaredDeviations == 0 { return squaredErrors == 0 ? 1 : 0 }
      return 1 - squaredErrors / squaredDeviations
    }
  }
}
