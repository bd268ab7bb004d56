import Foundation
import Learning
import Testing

@Suite struct ExponentialSmoothingTests {
  private func fit(
    _ series: [Double], season: Int = 1, _ parameters: [String: ParameterValue] = [:]
  ) throws -> ExponentialSmoothingModel {
    var parameters = parameters
    parameters["season"] = .integer(Int64(season))
    let model = try forecastModel("ExponentialSmoothing", series, parameters)
    return try #require(model as? ExponentialSmoothingModel)
  }

  /// The log-likelihood behind the AICc.
  private func logLikelihood(_ model: ExponentialSmoothingModel, rows: Int) -> Double {
    let form = model.form
    let parameters =
      Double(
        2 + (form.trend == .none ? 0 : 2) + (form.trend == .damped ? 1 : 0)
          + (form.season == .none ? 0 : form.period)) + 1
    let penalty =
      2 * parameters + 2 * parameters * (parameters + 1) / (Double(rows) - parameters - 1)
    return (penalty - model.correctedInformation) / 2
  }

  /// The recursion and the likelihood are closed forms: the same up to rounding, which a hundred steps add up.
  @Test(arguments: ForecastingFixture.shared.cases)
  func agreesWithStatsmodelsAtItsParameters(fixture: ForecastingFixture.Case) {
    // Its multiplicative seasons are not Hyndman's definition; those are held against R.
    for fit in fixture.fits where fit.season != "mul" {
      let found = SmoothingFit(fixture.series, initial: fit.states(period: fixture.period))
      let scale = max(1, fit.logLikelihood.magnitude)
      #expect((found.logLikelihood - fit.logLikelihood).magnitude <= 1e-8 * scale)
      let model = ExponentialSmoothingModel(
        states: found.states, variance: found.variance, correctedInformation: 0)
      let count = fit.forecasts.count
      var means = [Double](repeating: 0, count: count)
      var variances = means
      model.forecast(steps: count, means: &means, variances: &variances)
      for step in 0..<count {
        #expect(
          (means[step] - fit.forecasts[step]).magnitude <= 1e-8 * fit.forecasts[step].magnitude)
        guard let expected = fit.variances?[step] else { continue }
        #expect((variances[step] - expected).magnitude <= 1e-8 * expected, "\(model.form.name)")
      }
    }
  }

  /// R's results have eight digits; the squared errors of some steps keep six of them.
  @Test func agreesWithRAtItsParameters() throws {
    let fixture = ForecastingFixture.shared.r
    #expect(fixture.fits.contains { $0.season == "mul" && $0.gamma > 1e-4 })
    for fit in fixture.fits {
      let found = SmoothingFit(fixture.series, initial: fit.states(period: fixture.period))
      #expect(
        (found.logLikelihood - fit.logLikelihood).magnitude <= 1e-5, "\(found.states.form.name)")
      let slope = fit.trend == "none" ? [] : [found.states.slope]
      let last = [found.states.level] + slope + found.states.seasons.reversed()
      let expected = try #require(fit.lastStates)
      #expect(last.count == expected.count)
      for (state, wanted) in zip(last, expected) {
        #expect((state - wanted).magnitude <= 1e-6 * max(1, wanted.magnitude))
      }
      // R's forecasts of this form do not follow from its own last states.
      if fit.trend == "damped", fit.season == "mul" { continue }
      let model = ExponentialSmoothingModel(
        states: found.states, variance: found.variance, correctedInformation: 0)
      for (mean, expected) in zip(model.forecast(steps: 4, level: 0.5).means, fit.forecasts) {
        #expect((mean - expected).magnitude <= 1e-6 * expected, "\(model.form.name)")
      }
    }
  }

  /// R's first states sum up to rounding only; its optimiser ends after a number of steps.
  @Test func isAsLikelyAsR() throws {
    let fixture = ForecastingFixture.shared.r
    for expected in fixture.fits {
      let model = try fit(fixture.series, season: fixture.period, expected.parameters)
      let found = logLikelihood(model, rows: fixture.series.count)
      #expect(found >= expected.logLikelihood - 1e-3, "\(model.form.name)")
    }
  }

  /// Both look for a local maximum; 1e-3 is what the last steps of statsmodels' optimiser are worth, far below
  /// what decides between forms.
  @Test(arguments: ForecastingFixture.shared.cases)
  func isAsLikelyAsStatsmodels(fixture: ForecastingFixture.Case) throws {
    for expected in fixture.fits {
      let model = try fit(fixture.series, season: fixture.period, expected.parameters)
      #expect(model.form == expected.form(period: fixture.period))
      let found = logLikelihood(model, rows: fixture.series.count)
      #expect(found >= expected.logLikelihood - 1e-3, "\(fixture.name) \(model.form.name)")
      // The same maximum makes the same forecasts, up to where the likelihood is flat.
      if (found - expected.logLikelihood).magnitude < 1e-6 {
        let forecast = model.forecast(steps: expected.forecasts.count, level: 0.5)
        for step in expected.forecasts.indices {
          let deviation = (forecast.upper[step] - forecast.means[step]) / 0.6744897501960817
          let difference = forecast.means[step] - expected.forecasts[step]
          #expect(difference.magnitude <= 0.02 * deviation, "\(fixture.name) \(model.form.name)")
        }
      }
    }
  }

  @Test(arguments: ForecastingFixture.shared.cases)
  func choosesTheFormOfTheLeastInformation(fixture: ForecastingFixture.Case) throws {
    let chosen = try fit(fixture.series, season: fixture.period)
    let all = try fixture.fits.map {
      try fit(fixture.series, season: fixture.period, $0.parameters)
    }
    let least = try #require(all.map(\.correctedInformation).min())
    #expect((chosen.correctedInformation - least).magnitude <= 1e-9 * least.magnitude)
    #expect(all.contains(chosen))
  }

  /// The variances of a model against those of many futures that its recursion draws; 4 % are about three standard
  /// errors of 6000 draws.
  @Test(arguments: ["none", "additive", "multiplicative"], ["none", "additive"])
  func variancesOfMultiplicativeErrorsAreThoseOfSimulatedFutures(
    season: String, trend: String
  ) throws {
    let fixture = try #require(ForecastingFixture.shared.cases.first { $0.name == "real gdp" })
    let model = try fit(
      fixture.series, season: 4,
      [
        "error": .string("multiplicative"), "seasonal": .string(season), "trend": .string(trend),
        "dampedTrend": .string("false"),
      ])
    // More noise than the series has, so that what is not linear in it shows.
    let noisy = ExponentialSmoothingModel(
      states: model.states, variance: 0.01, correctedInformation: 0)
    let steps = 10
    var means = [Double](repeating: 0, count: steps)
    var variances = means
    noisy.forecast(steps: steps, means: &means, variances: &variances)
    var random = SeededRandom(seed: 11)
    var squares = [Double](repeating: 0, count: steps)
    let draws = 6000
    for _ in 0..<draws {
      var states = noisy.states
      for step in 0..<steps {
        let normal = (-2 * log(1 - random.uniform())).squareRoot() * cos(2 * .pi * random.uniform())
        var ahead = states
        let forecast = ahead.advance(by: 1, position: step % noisy.form.period).forecast
        let value = forecast * (1 + 0.1 * normal)
        _ = states.advance(by: value, position: step % noisy.form.period)
        squares[step] += (value - means[step]) * (value - means[step]) / Double(draws)
      }
    }
    for step in 0..<steps {
      #expect((squares[step] - variances[step]).magnitude <= 0.06 * variances[step], "\(step)")
    }
  }

  @Test func intervalsCoverTheirShare() throws {
    let fixture = ForecastingFixture.shared.cases[0]
    let model = try fit(fixture.series, season: 12)
    let forecast = model.forecast(steps: 3, level: 0.95)
    let narrow = model.forecast(steps: 3, level: 0.5)
    for step in 0..<3 {
      let ratio =
        (forecast.upper[step] - forecast.means[step]) / (narrow.upper[step] - narrow.means[step])
      // Normal quantiles of 0.975 and 0.75.
      #expect((ratio - 1.959963984540054 / 0.6744897501960817).magnitude < 1e-9)
      #expect(forecast.lower[step] < narrow.lower[step])
    }
    #expect(forecast.upper[2] - forecast.lower[2] > forecast.upper[0] - forecast.lower[0])
  }

  @Test func aModelPredictsTheStepsAfterItsSeries() throws {
    let fixture = ForecastingFixture.shared.cases[0]
    let model = try fit(fixture.series, season: 12)
    let predicted = withExamples([], [0, 0, 0, 0]) { model.predictions($0) }
    #expect(predicted == model.forecast(steps: 4, level: 0.9).means)
  }

  /// Scaling changes no form, and its likelihood by a known amount.
  @Test(arguments: [1e-100, 1e-3, 1e6, 1e120])
  func scalesWithItsSeries(scale: Double) throws {
    let fixture = try #require(ForecastingFixture.shared.cases.first { $0.name == "real gdp" })
    let model = try fit(fixture.series, season: 4)
    let scaled = try fit(fixture.series.map { $0 * scale }, season: 4)
    #expect(scaled.form == model.form)
    let rows = Double(fixture.series.count)
    let expected = model.correctedInformation + 2 * rows * log(scale)
    #expect((scaled.correctedInformation - expected).magnitude < 1e-3)
    let found = scaled.forecast(steps: 8, level: 0.9).means
    for (one, other) in zip(found, model.forecast(steps: 8, level: 0.9).means) {
      #expect((one / scale - other).magnitude < 1e-3 * other)
    }
  }

  @Test func continuesAPerfectLineAndAPerfectSeason() throws {
    let line = try fit((0..<30).map { 5 + 2 * Double($0) })
    for (step, mean) in line.forecast(steps: 5, level: 0.9).means.enumerated() {
      #expect((mean - (65 + 2 * Double(step))).magnitude < 1e-3)
    }
    let season = try fit((0..<40).map { [4.0, 9, 1, 6][$0 % 4] }, season: 4)
    for (mean, expected) in zip(season.forecast(steps: 6, level: 0.9).means, [4.0, 9, 1, 6, 4, 9]) {
      #expect((mean - expected).magnitude < 1e-3)
    }
  }

  @Test(arguments: [0, 3.5, -2, 3e-308, 1e139])
  func aConstantSeriesStaysAsItIs(value: Double) throws {
    let model = try fit(Array(repeating: value, count: 12), season: 3)
    #expect(model.form.name.hasSuffix("NN"))
    for mean in model.forecast(steps: 4, level: 0.9).means {
      #expect((mean - value).magnitude <= 1e-9 * value.magnitude)
    }
  }

  @Test func needsRowsForItsParameters() throws {
    #expect(throws: TrainingError.noExamples) { try fit([]) }
    for count in 1..<5 {
      #expect(throws: TrainingError.tooFewExamples(count: Int64(count), needed: 5)) {
        try fit((0..<count).map { Double($0 * $0) })
      }
    }
    #expect(try fit([1, 4, 2, 5, 3]).form.trend == .none)
    // Two seasons, and three rows more than parameters.
    #expect(throws: TrainingError.tooFewExamples(count: 23, needed: 24)) {
      try fit((0..<23).map { Double($0 % 12) }, season: 12, ["seasonal": .string("additive")])
    }
    #expect(try fit((0..<23).map { Double($0 % 12) }, season: 12).form.season == .none)
  }

  @Test func refusesWhatHasNoLikelihood() throws {
    for value in [Double.infinity, -.infinity, 1e308] {
      #expect(throws: TrainingError.notFinite) { try fit([1, 2, 3, 4, 5, 6, value]) }
    }
    #expect(throws: TrainingError.notPositive) {
      try fit([1, 2, 0, 4, 5, 6, 7], ["error": .string("multiplicative")])
    }
    #expect(try !fit([1, 2, 0, 4, 5, 6, 7]).form.isErrorMultiplicative)
    #expect(throws: ParameterError.self) { try fit([1], ["seasonal": .string("additive")]) }
    #expect(throws: ParameterError.self) {
      try fit(
        [1], season: 4, ["seasonal": .string("multiplicative"), "error": .string("additive")])
    }
  }

  /// Jumps, huge ranges and noise around zero: a model or an error, never a trap, and the same each time.
  @Test(arguments: 0..<40)
  func strangeSeriesEnd(seed: Int) {
    var generator = SeededGenerator(state: UInt64(seed))
    let series = (0..<Int.random(in: 1...40, using: &generator)).map { _ -> Double in
      let size = [1e-300, 1e-5, 1, 1e5, 1e130][Int.random(in: 0..<5, using: &generator)]
      return size * Double.random(in: seed % 2 == 0 ? 0.1...1 : -1...1, using: &generator)
    }
    let first = Result { try fit(series, season: 1 + seed % 5) }
    let second = Result { try fit(series, season: 1 + seed % 5) }
    if let model = try? first.get() {
      #expect(model == (try? second.get()))
      _ = model.forecast(steps: 30, level: 0.99)
    } else {
      #expect(throws: TrainingError.self) { try first.get() }
    }
  }

  @Test func bytesAreRead() throws {
    let fixture = ForecastingFixture.shared.cases[0]
    for seasonal in ["none", "additive", "multiplicative"] {
      let model = try fit(fixture.series, season: 12, ["seasonal": .string(seasonal)])
      try expectSoundBytes(model) { other in
        #expect(other.forecast(steps: 30, level: 0.8).means.count == 30)
      }
    }
  }
}
