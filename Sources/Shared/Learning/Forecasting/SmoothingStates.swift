/// The parameters of exponential smoothing and its states before some step.
package struct SmoothingStates: Hashable, Sendable {
  package let form: SmoothingForm
  /// The shares of an error that go to level, slope and season.
  package var alpha: Double
  package var beta = 0.0
  package var gamma = 0.0
  /// The share of the slope that a step keeps; 1 where it is not damped.
  package var phi = 1.0
  package var level: Double
  package var slope = 0.0
  /// One for each step of a season, the next step's first. Empty without a season.
  package var seasons: [Double] = []

  package init(form: SmoothingForm, alpha: Double, level: Double) {
    self.form = form
    self.alpha = alpha
    self.level = level
  }

  /// Moves on by one step at which `value` came; its forecast and the error in the sense of the form. The
  /// season's state stays at `position`, its place in the season.
  @inline(__always)
  package mutating func advance(
    by value: Double, position: Int
  ) -> (forecast: Double, error: Double) {
    let base = level + phi * slope
    let forecast: Double
    switch form.season {
    case .none:
      forecast = base
      level = base + alpha * (value - base)
      slope = phi * slope + beta * (value - base)
    case .additive:
      forecast = base + seasons[position]
      let residual = value - forecast
      level = base + alpha * residual
      slope = phi * slope + beta * residual
      seasons[position] += gamma * residual
    case .multiplicative:
      let season = seasons[position]
      forecast = base * season
      let residual = value - forecast
      level = base + alpha * residual / season
      slope = phi * slope + beta * residual / season
      seasons[position] = season + gamma * residual / base
    }
    let residual = value - forecast
    return (forecast, form.isErrorMultiplicative ? residual / forecast : residual)
  }
}
