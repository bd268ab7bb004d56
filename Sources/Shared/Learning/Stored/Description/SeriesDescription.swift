extension SeasonalNaiveModel: DescribedModel {
  func lines(_ names: ModelNames) -> [String] {
    let season = lastSeason.count
    var table = TextTable(["step", "forecast"])
    for (step, value) in lastSeason.enumerated() {
      table.append([.number(Double(step + 1)), .number(value)])
    }
    let words =
      season == 1 ? "the last value" : "what was there one season of \(season) steps before"
    return [
      "each step is \(words); deviation of the first: \(variance.squareRoot().short)", "",
    ] + table.lines
  }
}

extension ExponentialSmoothingModel: DescribedModel {
  func lines(_ names: ModelNames) -> [String] {
    var table = TextTable(["", "state", "smoothing"])
    table.append([.text("level"), .number(states.level), .number(states.alpha)])
    if form.trend != .none {
      table.append([.text("slope"), .number(states.slope), .number(states.beta)])
    }
    for (step, season) in states.seasons.enumerated() {
      let name = TextTable.Cell.text("season of step \(step + 1)")
      table.append([name, .number(season), .number(states.gamma)])
    }
    let damping = form.trend == .damped ? ["each step keeps \(states.phi.short) of the slope"] : []
    let relative = form.isErrorMultiplicative ? " of the forecast" : ""
    return ["ETS \(form.name): \(words)", ""] + table.lines + [""] + damping
      + ["deviation of an error: \(variance.squareRoot().short)\(relative)"]
      + ["AICc: \(correctedInformation.short)"]
  }

  private var words: String {
    let error = form.isErrorMultiplicative ? "multiplicative errors" : "additive errors"
    let trend =
      switch form.trend {
      case .none: "no trend"
      case .additive: "additive trend"
      case .damped: "damped trend"
      }
    let season =
      switch form.season {
      case .none: "no season"
      case .additive: "additive season of \(form.period) steps"
      case .multiplicative: "multiplicative season of \(form.period) steps"
      }
    return "\(error), \(trend), \(season)"
  }
}
