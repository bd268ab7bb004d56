import Glibc

/// What given parameters and first states make of a series: the states after it, and how likely it is with them.
package struct SmoothingFit: Hashable, Sendable {
  /// Its seasons begin with the step after the series.
  package let states: SmoothingStates
  /// Of an error: the mean of the squared ones.
  package let variance: Double
  /// Gaussian, with its constants.
  package let logLikelihood: Double
  /// AICc; infinite where there are too few rows for it.
  package let correctedInformation: Double

  /// - Parameters:
  ///   - series: of at least one row.
  ///   - initial: the states before the first step.
  /// - Complexity: O(rows).
  package init(_ series: [Double], initial: SmoothingStates) {
    var states = initial
    let period = initial.form.period
    var squares = 0.0
    var logs = 0.0
    var size = 0.0
    for (time, value) in series.enumerated() {
      let (forecast, error) = states.advance(by: value, position: time % period)
      squares += error * error
      size += value.magnitude
      if initial.form.isErrorMultiplicative { logs += log(forecast) }
    }
    let rows = Double(series.count)
    if !states.seasons.isEmpty {
      let next = series.count % period
      states.seasons = Array(states.seasons[next...] + states.seasons[..<next])
    }
    self.states = states
    variance = squares / rows
    // Errors below rounding make a fit perfect, not ever more likely.
    let smallest = 1e-13 * (initial.form.isErrorMultiplicative ? 1 : size / rows)
    let likelyVariance = max(variance, smallest * smallest, .leastNormalMagnitude)
    logLikelihood = -0.5 * rows * (log(2 * Double.pi * likelyVariance) + 1) - logs
    let parameters = Double(initial.form.parameterCount + 1)
    let freedom = rows - parameters - 1
    correctedInformation =
      freedom > 0
      ? 2 * (parameters - logLikelihood) + 2 * parameters * (parameters + 1) / freedom : .infinity
  }
}
