/// Search by tree-structured Parzen estimators, `tpe` (Bergstra, Bardenet, Bengio, Kégl, "Algorithms for hyper-parameter
/// optimization", 2011, section 4; Watanabe, "Tree-structured Parzen estimator", 2023).
///
/// After some random trials the quarter of the best ones (by the square root of their number, as hyperopt) and the others each
/// give a density for every dimension; of a few draws from the first the one is tried where the ratio of the
/// densities is largest. Trials that are out count among the others, so that those that run together differ.
package struct ParzenSearch: SearchPlan {
  private let space: SearchSpace
  private let trialCount: Int
  private let seed: Int64
  /// The trials that are random.
  private let startCount: Int
  private var record = TrialRecord()
  private var places: [[Double]] = []

  /// Draws of which the best is tried: hyperopt's number.
  private static let candidateCount = 24

  package init(_ space: SearchSpace, trialCount: Int, seed: Int64) {
    self.space = space
    self.trialCount = trialCount
    self.seed = seed
    startCount = min(20, max(5, trialCount / 4))
  }

  package mutating func suggest() -> Trial? {
    let number = record.trials.count
    guard number < trialCount else { return nil }
    var random = SeededRandom(seed: seed, stream: number)
    let known = record.losses.count { $0 != nil }
    let next = number < startCount || known < 2 ? space.randomPlaces(&random) : likeliest(&random)
    places.append(next)
    return record.append(space, places: next)
  }

  package mutating func report(_ number: Int, loss: Double?) {
    _ = record.report(number, loss: loss)
  }

  package var best: (trial: Trial, loss: Double)? { record.best }

  /// The candidate that is likeliest among good trials compared with the others.
  private func likeliest(_ random: inout SeededRandom) -> [Double] {
    let ranked = record.losses.indices.filter { record.losses[$0] != nil }
      .sorted { (record.losses[$0] ?? 0, $0) < (record.losses[$1] ?? 0, $1) }
    let goodCount = min(25, Int((0.25 * Double(ranked.count).squareRoot()).rounded(.up)))
    var isGood = Array(repeating: false, count: places.count)
    for number in ranked.prefix(goodCount) { isGood[number] = true }
    return space.dimensions.indices.map { dimension in
      let values = space.dimensions[dimension].values
      let good = ParzenEstimator(
        values, places: places.indices.filter { isGood[$0] }.map { places[$0][dimension] })
      let other = ParzenEstimator(
        values, places: places.indices.filter { !isGood[$0] }.map { places[$0][dimension] })
      var best = (place: values.bounds.lowerBound, gain: -Double.infinity)
      for _ in 0..<Self.candidateCount {
        let place = good.draw(&random)
        let gain = good.logDensity(at: place) - other.logDensity(at: place)
        if gain > best.gain { best = (place, gain) }
      }
      return best.place
    }
  }
}
