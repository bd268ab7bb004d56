/// A learner whose models continue a series: the labels of its examples, in the order of time and equally far apart.
/// Features and weights are not looked at.
package protocol ForecastLearner: Learner {
  /// How many steps after the series are asked for.
  var horizon: Int { get }
  /// The steps of a season; 1 where there is none.
  var season: Int { get }
  /// The probability that what comes lies within the interval of a forecast.
  var level: Double { get }

  func makeForecastTrainer() -> any ForecastTrainer
}

extension ForecastLearner {
  /// Forecasts have no random choices.
  package func makeTrainer(featureCount: Int, seed: Int64) -> any Trainer { makeForecastTrainer() }
}

/// Trains one forecast after the other, each on the rows of one group, in memory that it keeps.
package protocol ForecastTrainer: Trainer {
  /// The last model, by itself.
  var forecastModel: any ForecastModel { get }
}

extension ForecastTrainer {
  package var model: any Model { forecastModel }
}

/// A model that continues its series. As a `Model` it has no features, and predicts for row i of any examples the step
/// i + 1 after the series.
package protocol ForecastModel: Model {
  /// Writes the mean and the variance of what comes at each of the steps 1...`steps` after the series.
  func forecast(
    steps: Int, means: UnsafeMutablePointer<Double>, variances: UnsafeMutablePointer<Double>)
}

extension ForecastModel {
  package var output: ModelOutput { .value }

  package var featureCount: Int { 0 }

  package func predict(_ examples: Examples, into predictions: UnsafeMutablePointer<Double>) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, examples.rowCount)) {
      forecast(steps: examples.rowCount, means: predictions, variances: $0.baseAddress!)
    }
  }

  /// The means and the bounds between which what comes lies with a probability of `level`, if it is normal.
  /// - Parameters:
  ///   - steps: at least 0.
  ///   - level: above 0 and below 1.
  package func forecast(steps: Int, level: Double) -> Forecast {
    var means = [Double](repeating: 0, count: steps)
    var variances = means
    means.withUnsafeMutableBufferPointer { means in
      variances.withUnsafeMutableBufferPointer { variances in
        guard let means = means.baseAddress, let variances = variances.baseAddress else { return }
        forecast(steps: steps, means: means, variances: variances)
      }
    }
    let width = NormalDistribution.quantile((1 + level) / 2)
    var result = Forecast(means: means, lower: means, upper: means)
    for step in 0..<steps {
      let deviation = width * variances[step].squareRoot()
      result.lower[step] -= deviation
      result.upper[step] += deviation
    }
    return result
  }
}

/// What comes after a series, step by step, with the bounds of prediction intervals.
package struct Forecast: Hashable, Sendable {
  package var means: [Double]
  package var lower: [Double]
  package var upper: [Double]
}

/// The parameters that all forecasts have.
enum ForecastParameters {
  static let all = [
    Parameter(
      "horizon", .integer(1...10_000), default: .integer(1),
      documentation: "how many steps after the series are forecast"),
    Parameter(
      "level", .double(0.001...0.999_999), default: .double(0.95),
      documentation: "the probability that a prediction interval covers what comes"),
    Parameter(
      "season", .integer(1...10_000), default: .integer(1),
      documentation: "the rows of a season, such as 12 for months of a year; 1 for none"),
  ]
}
