/// Exponential smoothing with error, trend and season, as innovations state space models, of which the one with the
/// least corrected information criterion (AICc) is taken: R's `ets` and statsmodels' `ETSModel`.
///
/// Of a form, smoothing parameters and first states maximise the likelihood. Between forms
///
///     AICc = -2 log likelihood + 2 k + 2 k (k + 1) / (n - k - 1)
///
/// decides, with k parameters including the variance, for which a season of m steps counts m - 1 (as in R; statsmodels counts m).
/// Source: Hyndman, Koehler, Snyder, Grose (2002); Hyndman, Koehler, Ord, Snyder (2008).
package struct ExponentialSmoothing: ForecastLearner {
  package static let name = "ExponentialSmoothing"
  package static let documentation =
    "exponential smoothing (Holt-Winters) whose error, trend and season are chosen by AICc"
  package static let kind = LearnerKind.forecasting
  package static let parameters =
    ForecastParameters.all + [
      Parameter(
        "dampedTrend", .string(["auto", "true", "false"]), default: .string("auto"),
        documentation: "whether the slope of a trend fades"),
      Parameter(
        "error", .string(["auto", "additive", "multiplicative"]), default: .string("auto"),
        documentation: "whether errors grow with the level"),
      Parameter(
        "seasonal", .string(["auto", "none", "additive", "multiplicative"]),
        default: .string("auto"), documentation: "how a season joins the level"),
      Parameter(
        "trend", .string(["auto", "none", "additive"]), default: .string("auto"),
        documentation: "whether the level has a slope"),
    ]

  package let horizon: Int
  package let season: Int
  package let level: Double
  /// The forms that are compared.
  package let forms: [SmoothingForm]

  package init(_ parameters: ParameterSet) throws(ParameterError) {
    horizon = Int(parameters.integer("horizon"))
    season = Int(parameters.integer("season"))
    level = parameters.double("level")
    let words = ["error", "trend", "dampedTrend", "seasonal"].map { parameters.string($0) }
    forms = SmoothingForm.all(period: season).filter { form in
      (words[0] == "auto" || (words[0] == "multiplicative") == form.isErrorMultiplicative)
        && (words[1] == "auto" || (words[1] == "none") == (form.trend == .none))
        && (words[2] == "auto" || form.trend == .none
          || (words[2] == "true") == (form.trend == .damped))
        && (words[3] == "auto" || words[3] == "\(form.season)")
    }
    if forms.isEmpty {
      throw .unsupported(
        learner: Self.name, name: "seasonal", value: .string(words[3]),
        supported: "a season needs season of at least 2, and a multiplicative one goes with "
          + "multiplicative errors only")
    }
  }

  package func makeForecastTrainer() -> any ForecastTrainer {
    ExponentialSmoothingTrainer(forms: forms)
  }
}

/// Trains exponential smoothing on one series after the other.
final class ExponentialSmoothingTrainer: ForecastTrainer {
  private let forms: [SmoothingForm]
  private var likelihood = SmoothingLikelihood()
  private var minimizer = BoundedMinimizer()
  private var series: [Double] = []
  private var best: ExponentialSmoothingModel?

  /// Where alpha and the share of beta begin: the likelihood may have a maximum of its own for a level that
  /// hardly moves, for one that follows each value, and for a slope that does.
  private static let firstShares = [(0.1, 0.1), (0.8, 0.1), (0.8, 0.9)]
  /// Of each form from each start; a few dozen are usual.
  private static let maxEvaluations = 1000
  /// The bounds of the smoothing parameters (of beta and gamma relative to their largest values) and of phi: R's.
  private static let smoothingBounds = (1e-4, 0.9999)
  private static let dampingBounds = (0.8, 0.98)
  /// Values up to here have squares whose sums are finite.
  private static let largestValue = 1e140

  init(forms: [SmoothingForm]) { self.forms = forms }

  var forecastModel: any ForecastModel {
    guard let best else { preconditionFailure("there is no model before a fit") }
    return best
  }

  /// Throws `noExamples`, `tooFewExamples`, `notPositive` where only multiplicative forms may be chosen, and `notFinite`.
  /// - Complexity: O(rows) for each form and each evaluation of its likelihood, of which there are at most 3000.
  func fit(_ examples: Examples) throws(TrainingError) {
    best = nil
    guard examples.rowCount > 0 else { throw .noExamples }
    let scale = try takeSeries(examples)
    let isPositive = series.allSatisfy { $0 > 0 }
    let possible = forms.filter { isPositive || !$0.isErrorMultiplicative }
    guard !possible.isEmpty else { throw .notPositive }
    for form in possible where form.neededRows <= series.count {
      guard let model = fit(form) else { continue }
      if model.correctedInformation < best?.correctedInformation ?? .infinity { best = model }
    }
    guard let best else {
      let needed = possible.map(\.neededRows).min() ?? 0
      if series.count < needed {
        throw .tooFewExamples(count: Int64(series.count), needed: needed)
      }
      throw .notFinite
    }
    self.best = best.scaled(by: scale, rowCount: series.count)
  }

  /// Sets `series` to the labels over their mean size, which is returned.
  private func takeSeries(_ examples: Examples) throws(TrainingError) -> Double {
    series.removeAll(keepingCapacity: true)
    var mean = 0.0
    for row in 0..<examples.rowCount {
      let size = examples.label[row].magnitude
      guard size <= Self.largestValue else { throw .notFinite }
      mean += (size - mean) / Double(row + 1)
    }
    let scale = mean > 0 ? mean : 1
    for row in 0..<examples.rowCount { series.append(examples.label[row] / scale) }
    return scale
  }

  /// The most likely model of a form; nil where none has a likelihood.
  private func fit(_ form: SmoothingForm) -> ExponentialSmoothingModel? {
    let start = SmoothingStart(series, season: form.season, period: form.period)
    likelihood.set(series: series, form: form)
    var bestValue = Double.infinity
    var bestVariables: [Double] = []
    // Without a trend the last start is the one before.
    for (alpha, share) in Self.firstShares.prefix(form.trend == .none ? 2 : 3) {
      search(form, start, alpha: alpha, share: share)
      if minimizer.value < bestValue {
        bestValue = minimizer.value
        bestVariables = minimizer.variables
      }
    }
    guard bestValue.isFinite else { return nil }
    return model(form, bestVariables)
  }

  private func search(
    _ form: SmoothingForm, _ start: SmoothingStart, alpha: Double, share: Double
  ) {
    var variables = [alpha]
    if form.trend != .none { variables.append(share) }
    if form.season != .none { variables.append(0.1) }
    var lower = variables.map { _ in Self.smoothingBounds.0 }
    var upper = variables.map { _ in Self.smoothingBounds.1 }
    if form.trend == .damped {
      variables.append(0.95)
      lower.append(Self.dampingBounds.0)
      upper.append(Self.dampingBounds.1)
    }
    let smoothingCount = variables.count
    variables.append(form.trend == .none ? start.level + start.slope : start.level)
    if form.trend != .none { variables.append(start.slope) }
    variables += start.seasons.dropLast()
    let stateCount = variables.count - smoothingCount
    lower += Array(repeating: -.infinity, count: stateCount)
    upper += Array(repeating: .infinity, count: stateCount)
    minimizer.minimize(
      &likelihood, from: variables, lower: lower, upper: upper,
      scales: scales(form, variables, smoothingCount: smoothingCount),
      maxEvaluations: Self.maxEvaluations)
  }

  /// States matter by the size of an error, smoothing parameters by tenths.
  private func scales(
    _ form: SmoothingForm, _ variables: [Double], smoothingCount: Int
  ) -> [Double] {
    var scales = Array(repeating: 0.1, count: variables.count)
    var gradient = scales
    guard likelihood.evaluate(variables, gradient: &gradient).isFinite else { return scales }
    let level = variables[smoothingCount].magnitude
    var error = (likelihood.squares / Double(series.count)).squareRoot()
    if form.isErrorMultiplicative { error *= max(level, 1e-3) }
    error = max(error, 1e-8)
    for index in smoothingCount..<variables.count { scales[index] = error }
    // A slope is added up from step to step.
    if form.trend != .none { scales[smoothingCount + 1] = error / 5 }
    if form.season == .multiplicative {
      let first = smoothingCount + (form.trend == .none ? 1 : 2)
      for index in first..<variables.count { scales[index] = error / max(level, 1e-3) }
    }
    return scales
  }

  /// The model that variables stand for, with the states after the series.
  private func model(_ form: SmoothingForm, _ variables: [Double]) -> ExponentialSmoothingModel {
    let fit = SmoothingFit(series, initial: likelihood.states(variables))
    return ExponentialSmoothingModel(
      states: fit.states, variance: fit.variance,
      correctedInformation: fit.correctedInformation)
  }
}
