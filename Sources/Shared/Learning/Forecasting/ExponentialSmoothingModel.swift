import Glibc

/// Exponential smoothing at the end of a series.
package struct ExponentialSmoothingModel: Hashable, Sendable {
  /// `states.seasons` begin with the step after the series.
  package let states: SmoothingStates
  /// Of an error: relative to the forecast where errors are multiplicative.
  package let variance: Double
  /// Of all that the trainer compared it was the least.
  package let correctedInformation: Double

  package init(states: SmoothingStates, variance: Double, correctedInformation: Double) {
    self.states = states
    self.variance = variance
    self.correctedInformation = correctedInformation
  }

  package var form: SmoothingForm { states.form }
}

extension ExponentialSmoothingModel: ForecastModel {
  package static let form = ModelForm.exponentialSmoothing

  /// Means are what comes if all errors are 0.
  ///
  /// Variances are those of Hyndman, Koehler, Ord and Snyder (2008), chapter 6: exact for additive errors (their class 1)
  /// and for multiplicative errors around additive components (class 2); with multiplicative seasons (class 3) exact
  /// within the first season and, after that, as if the error that a season's state takes in were independent of
  /// the level's.
  /// - Complexity: O(steps), with multiplicative errors O(steps squared).
  package func forecast(
    steps: Int, means: UnsafeMutablePointer<Double>, variances: UnsafeMutablePointer<Double>
  ) {
    // Without the season where that is multiplicative.
    var dampedSum = 0.0
    var power = 1.0
    for step in 0..<steps {
      power *= states.phi
      dampedSum += power
      means[step] = states.level + dampedSum * states.slope
      if form.season == .additive { means[step] += states.seasons[step % form.period] }
    }
    if form.isErrorMultiplicative {
      relativeVariances(steps: steps, means: means, variances: variances)
    } else {
      absoluteVariances(steps: steps, variances: variances)
    }
    if form.season == .multiplicative {
      for step in 0..<steps { means[step] *= states.seasons[step % form.period] }
    }
  }

  /// Class 1: errors of each step add up, each by what it still weighs.
  private func absoluteVariances(steps: Int, variances: UnsafeMutablePointer<Double>) {
    var weights = ErrorWeights(states)
    var sum = 1.0
    for step in 0..<steps {
      variances[step] = variance * sum
      let weight = weights.next()
      sum += weight * weight
    }
  }

  /// Classes 2 and 3: errors are relative to the forecasts that they come with, whose second moments these are.
  private func relativeVariances(
    steps: Int, means: UnsafeMutablePointer<Double>, variances: UnsafeMutablePointer<Double>
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * max(1, steps)) { memory in
      let moments = memory.baseAddress!
      let squaredWeights = moments + steps
      var weights = ErrorWeights(states)
      for step in 0..<steps {
        let weight = weights.next()
        squaredWeights[step] = weight * weight
        var sum = 0.0
        for lag in 0..<step { sum += squaredWeights[lag] * moments[step - 1 - lag] }
        moments[step] = means[step] * means[step] + variance * sum
      }
      var seasonMoment = 1.0
      for step in 0..<steps {
        let squaredMean = means[step] * means[step]
        guard form.season == .multiplicative else {
          variances[step] = (1 + variance) * moments[step] - squaredMean
          continue
        }
        if step > 0, step % form.period == 0 {
          seasonMoment *= 1 + states.gamma * states.gamma * variance
        }
        let season = states.seasons[step % form.period]
        variances[step] =
          season * season * ((1 + variance) * seasonMoment * moments[step] - squaredMean)
      }
    }
  }

  package func write(to writer: inout ModelWriter) {
    writer.append(form.isErrorMultiplicative)
    writer.append(form.trend.rawValue)
    writer.append(form.season.rawValue)
    for value in [
      states.alpha, states.beta, states.gamma, states.phi, states.level, states.slope, variance,
      correctedInformation,
    ] { writer.append(value) }
    writer.append(states.seasons)
  }

  package init(from reader: inout ModelReader) throws(ModelFormatError) {
    let isErrorMultiplicative = try reader.boolean()
    let trendByte = try reader.byte()
    guard let trend = SmoothingForm.Trend(rawValue: trendByte) else {
      throw .outOfRange(Int64(trendByte))
    }
    let seasonByte = try reader.byte()
    guard let season = SmoothingForm.Season(rawValue: seasonByte),
      isErrorMultiplicative || season != .multiplicative
    else { throw .outOfRange(Int64(seasonByte)) }
    let alpha = try reader.double()
    let (beta, gamma, phi) = (try reader.double(), try reader.double(), try reader.double())
    let (level, slope) = (try reader.double(), try reader.double())
    variance = try reader.double()
    correctedInformation = try reader.double()
    let seasons = try reader.doubles()
    guard seasons.isEmpty == (season == .none) else { throw .outOfRange(Int64(seasons.count)) }
    var states = SmoothingStates(
      form: SmoothingForm(
        isErrorMultiplicative: isErrorMultiplicative, trend: trend, season: season,
        period: seasons.count),
      alpha: alpha, level: level)
    (states.beta, states.gamma, states.phi) = (beta, gamma, phi)
    states.slope = slope
    states.seasons = seasons
    self.states = states
  }
}

/// What an error adds to the forecasts of later steps: one step after it, two steps, and so on.
private struct ErrorWeights {
  private let states: SmoothingStates
  private var lag = 0
  private var power = 1.0
  private var dampedSum = 0.0

  init(_ states: SmoothingStates) { self.states = states }

  mutating func next() -> Double {
    lag += 1
    power *= states.phi
    dampedSum += power
    let weight = states.alpha + states.beta * dampedSum
    // A multiplicative season is apart from the level.
    guard states.form.season == .additive, lag % states.form.period == 0 else { return weight }
    return weight + states.gamma
  }
}

extension ExponentialSmoothingModel {
  /// The model of a series that is `scale` times as large.
  func scaled(by scale: Double, rowCount: Int) -> ExponentialSmoothingModel {
    var states = states
    states.level *= scale
    states.slope *= scale
    if form.season == .additive {
      for position in states.seasons.indices { states.seasons[position] *= scale }
    }
    return ExponentialSmoothingModel(
      states: states, variance: form.isErrorMultiplicative ? variance : variance * scale * scale,
      // Of densities: each row's is divided by the scale.
      correctedInformation: correctedInformation + 2 * Double(rowCount) * log(scale))
  }
}
