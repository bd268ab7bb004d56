/// Which components a model of exponential smoothing has, and how they go together: the taxonomy of Hyndman, Koehler,
/// Ord, Snyder, "Forecasting with exponential smoothing: the state space approach" (2008), table 2.1.
///
/// Trends are additive. Additive errors do not go with multiplicative seasons: such models break down when the level comes near
/// zero, and R's `ets` does not choose them either.
package struct SmoothingForm: Hashable, Sendable {
  package enum Trend: UInt8, Sendable, CaseIterable {
    case none
    case additive
    case damped
  }

  package enum Season: UInt8, Sendable, CaseIterable {
    case none
    case additive
    case multiplicative
  }

  package let isErrorMultiplicative: Bool
  package let trend: Trend
  package let season: Season
  /// The steps of a season; 1 where `season` is none.
  package let period: Int

  package init(isErrorMultiplicative: Bool, trend: Trend, season: Season, period: Int) {
    self.isErrorMultiplicative = isErrorMultiplicative
    self.trend = trend
    self.season = season
    self.period = season == .none ? 1 : period
  }

  /// All of them, those with fewer components first.
  package static func all(period: Int) -> [SmoothingForm] {
    var forms: [SmoothingForm] = []
    for season in period > 1 ? Season.allCases : [.none] {
      for trend in Trend.allCases {
        for isErrorMultiplicative in [false, true]
        where isErrorMultiplicative || season != .multiplicative {
          forms.append(
            SmoothingForm(
              isErrorMultiplicative: isErrorMultiplicative, trend: trend, season: season,
              period: period))
        }
      }
    }
    return forms
  }

  /// Hyndman's letters: error, trend, season, such as MAdA.
  package var name: String {
    let trend = ["N", "A", "Ad"][Int(trend.rawValue)]
    let season = ["N", "A", "M"][Int(season.rawValue)]
    return (isErrorMultiplicative ? "M" : "A") + trend + season
  }

  /// Smoothing parameters: alpha, then beta, gamma and phi where there is what they smooth.
  var smoothingCount: Int {
    1 + (trend == .none ? 0 : 1) + (season == .none ? 0 : 1) + (trend == .damped ? 1 : 0)
  }

  /// All that is estimated but the variance: smoothing parameters, level, slope, and the seasonal states but the last
  /// one, which the others determine.
  var parameterCount: Int { smoothingCount + 1 + (trend == .none ? 0 : 1) + (period - 1) }

  /// The rows that a series must have: AICc divides by rows - parameters - 2, and a season is seen only in two.
  package var neededRows: Int { max(parameterCount + 3, season == .none ? 0 : 2 * period) }
}
