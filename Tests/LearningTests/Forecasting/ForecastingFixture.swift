import Foundation
import Learning
import Testing

/// Tests/Fixtures/forecasting.json: what statsmodels gets for its series.
struct ForecastingFixture: Decodable {
  struct Fit: Decodable, Sendable {
    let error: String
    let trend: String
    let season: String
    let alpha: Double
    let beta: Double
    let gamma: Double
    let phi: Double
    let level: Double
    let slope: Double
    let seasons: [Double]
    let logLikelihood: Double
    let forecasts: [Double]
    let variances: [Double]?
    /// Level, slope where there is one, and seasons, the last step's first.
    let lastStates: [Double]?

    func form(period: Int) -> SmoothingForm {
      SmoothingForm(
        isErrorMultiplicative: error == "mul",
        trend: ["none": .none, "add": .additive, "damped": .damped][trend]!,
        season: ["none": .none, "add": .additive, "mul": .multiplicative][season]!, period: period)
    }

    func states(period: Int) -> SmoothingStates {
      var states = SmoothingStates(form: form(period: period), alpha: alpha, level: level)
      (states.beta, states.gamma, states.phi) = (beta, gamma, phi)
      states.slope = slope
      states.seasons = seasons
      return states
    }

    /// The job's parameters that allow this form alone.
    var parameters: [String: ParameterValue] {
      let words = ["none": "none", "add": "additive", "mul": "multiplicative"]
      var given: [String: ParameterValue] = [
        "error": .string(words[error]!), "seasonal": .string(words[season]!),
        "trend": .string(trend == "none" ? "none" : "additive"),
      ]
      if trend != "none" { given["dampedTrend"] = .string(trend == "damped" ? "true" : "false") }
      return given
    }
  }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let period: Int
    let series: [Double]
    let fits: [Fit]

    var testDescription: String { name }
  }

  let cases: [Case]
  /// What R's ets gets for one series.
  let r: Case

  static let shared: ForecastingFixture = {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Fixtures/forecasting.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(ForecastingFixture.self, from: Data(contentsOf: path))
    } catch {
      fatalError("\(path.path): \(error)")
    }
  }()
}

/// The model that a learner makes of a series.
func forecastModel(
  _ learner: String, _ series: [Double], _ parameters: [String: ParameterValue]
) throws -> any ForecastModel {
  let description = try #require(LearnerRegistry.learner(named: learner))
  let made = try #require(try description.learner(parameters) as? any ForecastLearner)
  let trainer = made.makeForecastTrainer()
  try withExamples([], series) { try trainer.fit($0) }
  return trainer.forecastModel
}
