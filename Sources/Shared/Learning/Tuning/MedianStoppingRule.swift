/// Stops trials that do worse than most (Golovin et al., "Google Vizier: a service for black-box optimization", 2017,
/// section 3.2.2): at a step, a trial whose best loss so far is above the median of what the others had as the mean of their
/// losses up to that step.
package struct MedianStoppingRule: Sendable {
  /// Trials that must have reached a step before one is stopped at it.
  private let neededTrials: Int
  /// Steps that each trial gets in any case.
  private let graceSteps: Int
  /// The losses of each trial, in the order of its steps.
  private var losses: [Int: [Double]] = [:]

  package init(neededTrials: Int = 3, graceSteps: Int = 1) {
    self.neededTrials = neededTrials
    self.graceSteps = graceSteps
  }

  /// Takes the loss of a trial after its next step (its first, second, ...; NaN is worse than any); whether the trial should
  /// be stopped.
  package mutating func report(_ number: Int, loss: Double) -> Bool {
    losses[number, default: []].append(loss.isNaN ? .infinity : loss)
    let own = losses[number] ?? []
    let step = own.count
    guard step > graceSteps else { return false }
    // Sorted, so that the order of the table has no say.
    let means = losses.filter { $0.key != number && $0.value.count >= step }.values
      .map { $0.prefix(step).reduce(0, +) / Double(step) }.sorted()
    guard means.count >= neededTrials, let best = own.min() else { return false }
    let middle = means.count / 2
    let median =
      means.count % 2 == 1 ? means[middle] : means[middle - 1] / 2 + means[middle] / 2
    return best > median
  }
}
