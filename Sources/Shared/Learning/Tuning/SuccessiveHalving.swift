/// Successive halving (Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization",
/// 2016): many random choices get a small share of the effort; the best of them go on with `factor` times as much, until
/// the last ones get all of it.
///
/// A rung ends when all its trials were reported; until then nothing of the next is suggested. Which go on depends on
/// losses and, of equal ones, on the order of suggestions, never on the order of reports.
package struct SuccessiveHalving: SearchPlan {
  private let space: SearchSpace
  private let seed: Int64
  /// Trials that get the same effort.
  package struct Rung: Hashable, Sendable {
    package let count: Int
    package let share: Double
  }

  package let rungs: [Rung]
  private var record = TrialRecord()
  private var rung = 0
  private var rungStart = 0
  /// What the trials of the rung at hand try; nil in the first.
  private var survivors: [Trial]?

  /// - Parameters:
  ///   - trialCount: of the first rung; at least 1.
  ///   - factor: the share of trials that goes on is 1 / factor; at least 2.
  package init(_ space: SearchSpace, trialCount: Int, factor: Int, seed: Int64) {
    precondition(trialCount >= 1 && factor >= 2)
    self.space = space
    self.seed = seed
    var counts = [trialCount]
    while let last = counts.last, last >= factor { counts.append(last / factor) }
    var rungs: [Rung] = []
    var share = 1.0
    for count in counts.reversed() {
      rungs.append(Rung(count: count, share: share))
      share /= Double(factor)
    }
    self.rungs = rungs.reversed()
  }

  package mutating func suggest() -> Trial? {
    let position = record.trials.count - rungStart
    guard rung < rungs.count, position < rungs[rung].count else { return nil }
    let share = rungs[rung].share
    if let survivors { return record.append(survivors[position].choices, share: share) }
    var random = SeededRandom(seed: seed, stream: position)
    return record.append(space.choices(at: space.randomPlaces(&random)), share: share)
  }

  package mutating func report(_ number: Int, loss: Double?) {
    guard record.report(number, loss: loss) else { return }
    let isComplete =
      record.trials.count - rungStart == rungs[rung].count
      && record.losses[rungStart...].allSatisfy { $0 != nil }
    guard isComplete else { return }
    let ranked = (rungStart..<record.trials.count)
      .sorted { (record.losses[$0] ?? 0, $0) < (record.losses[$1] ?? 0, $1) }
    rungStart = record.trials.count
    rung += 1
    guard rung < rungs.count else { return }
    survivors = ranked.prefix(rungs[rung].count).sorted().map { record.trials[$0] }
  }

  package var best: (trial: Trial, loss: Double)? { record.best }
}
