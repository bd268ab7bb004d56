/// The sums over examples that every metric of regression is a function of.
package struct RegressionErrors: Hashable, Sendable {
  /// Examples of a weight above 0.
  package var count: Int64 = 0
  /// The sum of their weights, which is `count` where they have none. All sums below are weighted.
  package var weightSum = 0.0
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
  /// Sum of 2 |label - prediction| / (|label| + |prediction|), where 0 / 0 is 0.
  package var symmetricErrors = 0.0

  /// Of statistics, which do not give the sums of absolute values.
  package init(
    count: Int64, weightSum: Double, squaredErrors: Double, squaredDeviations: Double,
    explainedSquares: Double
  ) {
    self.count = count
    self.weightSum = weightSum
    self.squaredErrors = squaredErrors
    self.squaredDeviations = squaredDeviations
    self.explainedSquares = explainedSquares
    absoluteErrors = .nan
    relativeErrors = .nan
    symmetricErrors = .nan
  }

  /// Of predictions, one for each label, in two passes: the mean label first, so that no sum of squares cancels.
  /// - Parameter weights: finite and at least 0; nil where all examples count once.
  package init(
    predictions: UnsafePointer<Double>, labels: UnsafePointer<Double>, count rowCount: Int,
    weights: UnsafePointer<Double>? = nil
  ) {
    var meanLabel = 0.0
    for row in 0..<rowCount {
      let weight = weights?[row] ?? 1
      if weight <= 0 { continue }
      count += 1
      weightSum += weight
      meanLabel += (labels[row] - meanLabel) * (weight / weightSum)
    }
    for row in 0..<rowCount {
      let weight = weights?[row] ?? 1
      if weight <= 0 { continue }
      let label = labels[row]
      let error = label - predictions[row]
      let deviation = label - meanLabel
      let explained = predictions[row] - meanLabel
      squaredErrors += weight * error * error
      squaredDeviations += weight * deviation * deviation
      explainedSquares += weight * explained * explained
      absoluteErrors += weight * error.magnitude
      relativeErrors += weight * (error.magnitude / max(label.magnitude, Double.ulpOfOne))
      if error != 0 {
        let size = label.magnitude + predictions[row].magnitude
        symmetricErrors += weight * (2 * error.magnitude / size)
      }
    }
  }

  /// The metric; nil where it has no meaning (no examples; for `r2` fewer than two; no metric of regression).
  package func value(of metric: Metric) -> Double? {
    guard count > 0 else { return nil }
    switch metric {
    case .rmse: return (squaredErrors / weightSum).squareRoot()
    case .mse: return squaredErrors / weightSum
    case .mae: return absoluteErrors / weightSum
    case .mape: return relativeErrors / weightSum
    case .smape: return symmetricErrors / weightSum
    case .var: return explainedSquares / weightSum
    case .r2:
      guard count > 1 else { return nil }
      if squaredDeviations == 0 { return squaredErrors == 0 ? 1 : 0 }
      return 1 - squaredErrors / squaredDeviations
    default: return nil
    }
  }
}
