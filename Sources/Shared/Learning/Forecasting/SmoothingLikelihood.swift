import Glibc

/// The likelihood of a series under a form of exponential smoothing as a function of its parameters, with its gradient.
///
/// What is minimised is -log of the concentrated likelihood without its constants (Hyndman et al. 2008, section 5.1):
///
///     n / 2 log(sum e^2 / n) + sum log |forecast|     (the second sum where errors are multiplicative)
///
/// The variables are, each where the form has it: alpha, beta / alpha, gamma / (1 - alpha), phi; then level and slope
/// before the first step, and the seasonal states of the first steps but the last of them, which makes their sum
/// 0 (additive) or their mean 1. In these the region of Hyndman et al. 2002 is a box. The gradient comes from
/// going back through the recursion (reverse accumulation; Griewank and Walther, "Evaluating derivatives", 2008,
/// chapter 3), for about the cost of two more passes, however many variables there are.
///
/// Unsafe: `history` has room for `capacity` steps, and nobody else sees it.
struct SmoothingLikelihood: ~Copyable {
  /// What a step saw before it: what the way back needs.
  private struct Step {
    var base: Double
    var slope: Double
    var season: Double
    var forecast: Double
  }

  private(set) var form: SmoothingForm
  private var series: [Double] = []
  private var history: UnsafeMutablePointer<Step>
  private var capacity = 0
  /// The states after the last series of steps, then on the way back what they have to do with the result.
  private var seasons: [Double] = []
  private var adjoints: [Double] = []
  /// Below that the squared errors are rounding: the fit is perfect, and the likelihood of it no larger.
  private var smallestSquares = 0.0
  /// Sum of the squared errors of the last evaluation.
  private(set) var squares = 0.0

  init() {
    form = SmoothingForm(isErrorMultiplicative: false, trend: .none, season: .none, period: 1)
    history = .allocate(capacity: 0)
  }

  deinit { history.deallocate() }

  /// - Parameter series: of a size around 1, so that squares of rounding errors are where they are expected.
  mutating func set(series: [Double], form: SmoothingForm) {
    self.form = form
    self.series = series
    if capacity < series.count {
      history.deallocate()
      capacity = series.count
      history = .allocate(capacity: capacity)
    }
    if seasons.count < form.period {
      seasons = Array(repeating: 0, count: form.period)
      adjoints = seasons
    }
    let smallest = 1e-13
    smallestSquares = Double(series.count) * smallest * smallest
  }

  /// The states before the first step that variables stand for.
  func states(_ variables: [Double]) -> SmoothingStates {
    var index = 0
    func next() -> Double {
      defer { index += 1 }
      return variables[index]
    }
    let alpha = next()
    let beta = form.trend == .none ? 0 : alpha * next()
    let gamma = form.season == .none ? 0 : (1 - alpha) * next()
    let phi = form.trend == .damped ? next() : 1
    var states = SmoothingStates(form: form, alpha: alpha, level: next())
    (states.beta, states.gamma, states.phi) = (beta, gamma, phi)
    if form.trend != .none { states.slope = next() }
    if form.season != .none {
      states.seasons = Array(variables[index...])
      let sum = states.seasons.reduce(0, +)
      states.seasons.append(
        form.season == .additive ? -sum : Double(form.period) - sum)
    }
    return states
  }

  /// The value at `variables`, and its gradient. Infinity, without a gradient, where a forecast or a state that
  /// must be positive is not.
  /// - Complexity: O(rows + period), without an allocation but that of a season's states.
  mutating func evaluate(_ variables: [Double], gradient: inout [Double]) -> Double {
    let initial = states(variables)
    guard let value = goForward(initial) else { return .infinity }
    goBack(initial, variables, &gradient)
    return value
  }

  private mutating func goForward(_ initial: SmoothingStates) -> Double? {
    let (count, period) = (series.count, form.period)
    let history = history
    var (level, slope) = (initial.level, initial.slope)
    let (alpha, beta, gamma, phi) = (initial.alpha, initial.beta, initial.gamma, initial.phi)
    for position in initial.seasons.indices { seasons[position] = initial.seasons[position] }
    let isRelative = form.isErrorMultiplicative
    let season = form.season
    var squares = 0.0
    // The logarithm of a product of forecasts, taken when the product gets far from 1.
    var logs = 0.0
    var product = 1.0
    let isPossible = series.withUnsafeBufferPointer { series in
      seasons.withUnsafeMutableBufferPointer { seasons in
        var position = 0
        for time in 0..<count {
          let base = level + phi * slope
          let state = season == .none ? 0 : seasons[position]
          let forecast = season == .multiplicative ? base * state : base + state
          history[time] = Step(base: base, slope: slope, season: state, forecast: forecast)
          if isRelative, !(forecast > 0) { return false }
          let residual = series[time] - forecast
          var share = residual
          if season == .multiplicative {
            if !(base > 0 && state > 0) { return false }
            share = residual / state
            seasons[position] = state + gamma * residual / base
          } else if season == .additive {
            seasons[position] = state + gamma * residual
          }
          level = base + alpha * share
          slope = phi * slope + beta * share
          let error = isRelative ? residual / forecast : residual
          squares += error * error
          if isRelative {
            product *= forecast
            if product > 1e100 || product < 1e-100 {
              logs += log(product)
              product = 1
            }
          }
          position &+= 1
          if position == period { position = 0 }
        }
        return true
      }
    }
    self.squares = squares
    guard isPossible, squares.isFinite else { return nil }
    let rows = Double(count)
    return 0.5 * rows * log(max(squares, smallestSquares) / rows) + logs + log(product)
  }

  private mutating func goBack(
    _ initial: SmoothingStates, _ variables: [Double], _ gradient: inout [Double]
  ) {
    let (count, period) = (series.count, form.period)
    let history = history
    let (alpha, beta, gamma, phi) = (initial.alpha, initial.beta, initial.gamma, initial.phi)
    let isRelative = form.isErrorMultiplicative
    let season = form.season
    let errorFactor = squares > smallestSquares ? Double(count) / squares : 0
    // Derivatives of the result by the states after a step, then by those before it.
    var (byLevel, bySlope) = (0.0, 0.0)
    var (byAlpha, byBeta, byGamma, byPhi) = (0.0, 0.0, 0.0, 0.0)
    series.withUnsafeBufferPointer { series in
      adjoints.withUnsafeMutableBufferPointer { bySeason in
        for index in 0..<period { bySeason[index] = 0 }
        var position = (count &- 1) % period
        for time in stride(from: count &- 1, through: 0, by: -1) {
          let step = history[time]
          let residual = series[time] - step.forecast
          var byResidual: Double
          var byForecast = 0.0
          if isRelative {
            let byError = errorFactor * residual / step.forecast
            byResidual = byError / step.forecast
            byForecast = (1 - byError * residual / step.forecast) / step.forecast
          } else {
            byResidual = errorFactor * residual
          }
          let byShare = alpha * byLevel + beta * bySlope
          var byBase = byLevel
          if season == .multiplicative {
            let share = residual / step.season
            let seasonShare = residual / step.base
            let bySeasonShare = gamma * bySeason[position]
            byAlpha += share * byLevel
            byBeta += share * bySlope
            byGamma += seasonShare * bySeason[position]
            byResidual += byShare / step.season + bySeasonShare / step.base
            byForecast -= byResidual
            byBase += byForecast * step.season - bySeasonShare * seasonShare / step.base
            bySeason[position] += byForecast * step.base - byShare * share / step.season
          } else {
            byAlpha += residual * byLevel
            byBeta += residual * bySlope
            byResidual += byShare
            if season == .additive {
              byGamma += residual * bySeason[position]
              byResidual += gamma * bySeason[position]
            }
            byForecast -= byResidual
            byBase += byForecast
            if season == .additive { bySeason[position] += byForecast }
          }
          byPhi += step.slope * (bySlope + byBase)
          bySlope = phi * (bySlope + byBase)
          byLevel = byBase
          position = position == 0 ? period &- 1 : position &- 1
        }
      }
    }
    var index = 0
    func set(_ value: Double) {
      gradient[index] = value
      index += 1
    }
    let betaShare = form.trend == .none ? 0 : variables[1]
    let gammaShare = form.season == .none ? 0 : variables[form.trend == .none ? 1 : 2]
    set(byAlpha + betaShare * byBeta - gammaShare * byGamma)
    if form.trend != .none { set(alpha * byBeta) }
    if form.season != .none { set((1 - alpha) * byGamma) }
    if form.trend == .damped { set(byPhi) }
    set(byLevel)
    if form.trend != .none { set(bySlope) }
    for position in 0..<max(0, period - 1) { set(adjoints[position] - adjoints[period - 1]) }
  }
}
