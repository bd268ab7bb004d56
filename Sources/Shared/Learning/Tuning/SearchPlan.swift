/// One choice of parameters that a search wants to know the worth of.
package struct Trial: Hashable, Sendable {
  /// From 0, in the order of the suggestions.
  package let number: Int
  /// In the order of the space's dimensions.
  package let choices: [Choice]
  /// The share of the full effort (rows, iterations) that the trial is to get; 1 but for `SuccessiveHalving`.
  package let share: Double

  /// The value of one parameter.
  package struct Choice: Hashable, Sendable {
    package let name: String
    package let value: ParameterValue

    package init(name: String, value: ParameterValue) {
      self.name = name
      self.value = value
    }
  }
}

/// A search as a value: it suggests trials and is told what came of them. The same calls give the same trials.
///
/// Several trials may be out at once. Losses are smaller the better; whose metric is larger the better negates
/// it.
package protocol SearchPlan: Sendable {
  /// The next trial; nil when there is none for now: all are made, or others must be reported first.
  mutating func suggest() -> Trial?

  /// What came of a trial: its loss, or nil where it failed, which counts as worse than any loss. NaN is a failure. Reports of
  /// unknown numbers, and second ones, change nothing.
  mutating func report(_ number: Int, loss: Double?)

  /// The first of the trials of the least loss, of those that got the largest share; nil before any loss.
  var best: (trial: Trial, loss: Double)? { get }
}

/// The trials of a search and what came of them.
struct TrialRecord: Sendable {
  private(set) var trials: [Trial] = []
  /// Infinite for a failure; nil while a trial is out.
  private(set) var losses: [Double?] = []

  /// Adds a trial of the values at these places of the space's dimensions.
  mutating func append(_ space: SearchSpace, places: [Double]) -> Trial {
    append(space.choices(at: places), share: 1)
  }

  mutating func append(_ choices: [Trial.Choice], share: Double) -> Trial {
    let trial = Trial(number: trials.count, choices: choices, share: share)
    trials.append(trial)
    losses.append(nil)
    return trial
  }

  /// Whether the report is the first of a trial.
  mutating func report(_ number: Int, loss: Double?) -> Bool {
    guard losses.indices.contains(number), losses[number] == nil else { return false }
    let loss = loss ?? .infinity
    losses[number] = loss.isNaN ? .infinity : loss
    return true
  }

  var best: (trial: Trial, loss: Double)? {
    var best: (trial: Trial, loss: Double)?
    for (trial, loss) in zip(trials, losses) {
      guard let loss, loss < .infinity else { continue }
      if let known = best, (-trial.share, loss) >= (-known.trial.share, known.loss) { continue }
      best = (trial, loss)
    }
    return best
  }
}
