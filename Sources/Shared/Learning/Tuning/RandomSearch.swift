/// Independent random choices (Bergstra and Bengio, "Random search for hyper-parameter optimization", 2012). Trial i
/// depends on the seed and i alone.
package struct RandomSearch: SearchPlan {
  private let space: SearchSpace
  private let trialCount: Int
  private let seed: Int64
  private var record = TrialRecord()

  package init(_ space: SearchSpace, trialCount: Int, seed: Int64) {
    self.space = space
    self.trialCount = trialCount
    self.seed = seed
  }

  package mutating func suggest() -> Trial? {
    guard record.trials.count < trialCount else { return nil }
    var random = SeededRandom(seed: seed, stream: record.trials.count)
    return record.append(space, places: space.randomPlaces(&random))
  }

  package mutating func report(_ number: Int, loss: Double?) {
    _ = record.report(number, loss: loss)
  }

  package var best: (trial: Trial, loss: Double)? { record.best }
}

extension SearchSpace {
  /// A place in the bounds of each dimension.
  func randomPlaces(_ random: inout SeededRandom) -> [Double] {
    dimensions.map { dimension in
      let bounds = dimension.values.bounds
      return bounds.lowerBound + random.uniform() * (bounds.upperBound - bounds.lowerBound)
    }
  }

  /// The values at a place of each dimension.
  func choices(at places: [Double]) -> [Trial.Choice] {
    zip(dimensions, places).map { Trial.Choice(name: $0.name, value: $0.values.value(at: $1)) }
  }
}
