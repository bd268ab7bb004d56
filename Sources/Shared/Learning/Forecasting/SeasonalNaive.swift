/// The seasonal naive forecast: each step is what was there one season before (Hyndman and Athanasopoulos, "Forecasting:
/// principles and practice", 3rd edition, section 5.2). With a season of 1 it is the last value.
package struct SeasonalNaive: ForecastLearner {
  package static let name = "SeasonalNaive"
  package static let documentation = "forecasts by what was there one season before"
  package static let kind = LearnerKind.forecasting
  package static let parameters = ForecastParameters.all

  package let horizon: Int
  package let season: Int
  package let level: Double

  package init(_ parameters: ParameterSet) throws(ParameterError) {
    horizon = Int(parameters.integer("horizon"))
    season = Int(parameters.integer("season"))
    level = parameters.double("level")
  }

  package func makeForecastTrainer() -> any ForecastTrainer { SeasonalNaiveTrainer(season: season) }
}

/// Trains seasonal naive forecasts.
final class SeasonalNaiveTrainer: ForecastTrainer {
  private let season: Int
  private var last: [Double] = []
  private var variance = 0.0

  init(season: Int) { self.season = season }

  var forecastModel: any ForecastModel {
    SeasonalNaiveModel(lastSeason: last, variance: variance)
  }

  /// Throws `tooFewExamples` for less than a season and one row, which the variance needs, and `notFinite`.
  /// - Complexity: O(rows).
  func fit(_ examples: Examples) throws(TrainingError) {
    let count = examples.rowCount
    guard count > 0 else { throw .noExamples }
    guard count > season else {
      throw .tooFewExamples(count: Int64(count), needed: season + 1)
    }
    var squares = 0.0
    for row in season..<count {
      let error = examples.label[row] - examples.label[row - season]
      squares += error * error
    }
    variance = squares / Double(count - season)
    guard variance.isFinite else { throw .notFinite }
    last.removeAll(keepingCapacity: true)
    for row in count - season..<count { last.append(examples.label[row]) }
  }
}

/// The last season of a series, and the mean squared error of the season before.
package struct SeasonalNaiveModel: Hashable, Sendable {
  package let lastSeason: [Double]
  /// Of one step's forecast.
  package let variance: Double
}

extension SeasonalNaiveModel: ForecastModel {
  package static let form = ModelForm.seasonalNaive

  /// The variance of a step in the k-th season after the series is k times that of the first.
  package func forecast(
    steps: Int, means: UnsafeMutablePointer<Double>, variances: UnsafeMutablePointer<Double>
  ) {
    let season = lastSeason.count
    for step in 0..<steps {
      means[step] = lastSeason[step % season]
      variances[step] = variance * Double(step / season + 1)
    }
  }

  package func write(to writer: inout ModelWriter) {
    writer.append(lastSeason)
    writer.append(variance)
  }

  package init(from reader: inout ModelReader) throws(ModelFormatError) {
    lastSeason = try reader.doubles()
    guard !lastSeason.isEmpty else { throw .outOfRange(0) }
    variance = try reader.double()
  }
}
