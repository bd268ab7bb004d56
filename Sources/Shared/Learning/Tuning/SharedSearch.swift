/// A search of one choice of parameters for many groups, in rungs that are known before the first trial: all trials of the
/// first rung are measured on all groups, the best of them on more rows, and so on.
package struct SharedSearch: Sendable {
  package struct Rung: Hashable, Sendable {
    /// How many trials are measured, and on which share of the rows.
    package let count: Int
    package let share: Double
  }

  /// At least one; the last with all rows.
  package let rungs: [Rung]
  /// Of the first rung, by their numbers.
  private let trials: [Trial]

  /// The share of a rung's trials that goes on is one in so many.
  private static let halvingFactor = 3

  /// Throws where a grid is none. What Parzen estimators would suggest depends on the trials before, so that they are not for
  /// this: the trials are random ones.
  package init(_ space: SearchSpace, _ tuning: Tuning, seed: Int64) throws(SearchSpaceError) {
    let trialCount = max(1, tuning.trialCount)
    var plan: any SearchPlan
    var rungs: [Rung] = []
    switch tuning.search {
    case .grid: plan = try GridSearch(space)
    case .random, .tpe: plan = RandomSearch(space, trialCount: trialCount, seed: seed)
    case .halving:
      let halving = SuccessiveHalving(
        space, trialCount: trialCount, factor: Self.halvingFactor, seed: seed)
      rungs = halving.rungs.map { Rung(count: $0.count, share: $0.share) }
      plan = halving
    }
    var trials: [Trial] = []
    while let trial = plan.suggest() { trials.append(trial) }
    self.trials = trials
    self.rungs = rungs.isEmpty ? [Rung(count: trials.count, share: 1)] : rungs
  }

  package var trialNumbers: Range<Int> { trials.indices }

  /// A trial with a share of the rows; nil for a number that is none.
  package func trial(_ number: Int, share: Double) -> Trial? {
    guard trials.indices.contains(number) else { return nil }
    return Trial(number: number, choices: trials[number].choices, share: share)
  }
}
