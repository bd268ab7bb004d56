/// How far the forecasts of one series are from what came: the errors of a regression, and the scale that tells how
/// hard the series was.
package struct ForecastErrors: Hashable, Sendable {
  package let errors: RegressionErrors
  /// The mean absolute error that the seasonal naive forecast of one season ahead made within the training; nil where
  /// the series was too short for one.
  package let naiveError: Double?

  /// - Parameters:
  ///   - forecasts: one for each of `count` steps after the training.
  ///   - actual: what came at these steps.
  ///   - naiveError: as `naiveError(series:count:season:)` has it of the training.
  package init(
    forecasts: UnsafePointer<Double>, actual: UnsafePointer<Double>, count: Int,
    naiveError: Double?
  ) {
    errors = RegressionErrors(predictions: forecasts, labels: actual, count: count)
    self.naiveError = naiveError
  }

  /// The mean of |y[t] - y[t - season]| over a series (Hyndman and Koehler, "Another look at measures of forecast
  /// accuracy", 2006, section 3); nil for a series of at most one season.
  package static func naiveError(
    series: UnsafePointer<Double>, count: Int, season: Int
  ) -> Double? {
    guard season >= 1, count > season else { return nil }
    var sum = 0.0
    for time in season..<count { sum += (series[time] - series[time - season]).magnitude }
    return sum / Double(count - season)
  }

  /// The metric; `mase` is nil where the training has no naive error or one of 0.
  package func value(of metric: Metric) -> Double? {
    guard metric == .mase else { return errors.value(of: metric) }
    guard let naiveError, naiveError > 0 else { return nil }
    return errors.value(of: .mae).map { $0 / naiveError }
  }
}
