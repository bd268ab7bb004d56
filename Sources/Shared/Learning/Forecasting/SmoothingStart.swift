/// Where the search for the parameters of exponential smoothing begins (after Hyndman, Koehler, Snyder, Grose, "A state
/// space framework for automatic forecasting using exponential smoothing methods", 2002, section 3.1): seasonal
/// states from the first seasons, then level and slope of a line through what is left of the first steps.
struct SmoothingStart {
  private(set) var level = 0.0
  private(set) var slope = 0.0
  /// For each step of a season; they sum to 0, or have the mean 1 where the season is multiplicative.
  private(set) var seasons: [Double] = []

  /// - Parameter series: of at least two seasons where there is one, and two rows.
  init(_ series: [Double], season: SmoothingForm.Season, period: Int) {
    var rest = series
    if season != .none {
      setSeasons(series, season, period)
      for time in rest.indices {
        let state = seasons[time % period]
        rest[time] = season == .additive ? rest[time] - state : rest[time] / state
      }
    }
    setLine(rest[..<min(rest.count, max(10, 2 * period))])
  }

  /// The mean distance (or ratio) of each step of a season from the line between the means of the seasons around it, over at most
  /// five seasons.
  private mutating func setSeasons(
    _ series: [Double], _ season: SmoothingForm.Season, _ period: Int
  ) {
    let count = min(series.count / period, 5)
    let means = (0..<count).map { index in
      series[index * period..<(index + 1) * period].reduce(0, +) / Double(period)
    }
    let slope = (means[count - 1] - means[0]) / Double((count - 1) * period)
    seasons = Array(repeating: 0, count: period)
    for index in 0..<count {
      for position in 0..<period {
        let value = series[index * period + position]
        let line = means[index] + slope * (Double(position) - Double(period - 1) / 2)
        // A line may fall below 0 where no value does.
        let state = season == .additive ? value - line : value / max(line, 0.1 * value)
        seasons[position] += state / Double(count)
      }
    }
    let mean = seasons.reduce(0, +) / Double(period)
    for position in 0..<period {
      if season == .additive { seasons[position] -= mean } else { seasons[position] /= mean }
    }
  }

  /// Least squares through the first steps; `level` is its value one step before them.
  private mutating func setLine(_ values: ArraySlice<Double>) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    var products = 0.0
    var squares = 0.0
    for (time, value) in values.enumerated() {
      let distance = Double(time) - (count - 1) / 2
      products += distance * (value - mean)
      squares += distance * distance
    }
    slope = squares > 0 ? products / squares : 0
    level = mean - slope * (count + 1) / 2
  }
}
