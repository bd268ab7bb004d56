import Foundation
import Learning
import Testing

@Suite struct GaussianMixtureTests {
  private func fit(
    _ features: [[Double]], weights: [Double]? = nil,
    _ parameters: [String: ParameterValue] = [:], seed: Int64 = 1
  ) throws -> GaussianMixtureModel {
    let description = try #require(LearnerRegistry.learner(named: "GaussianMixture"))
    let trainer = try description.learner(parameters)
      .makeTrainer(featureCount: features.count, seed: seed)
    try withExamples(features, weights: weights) { try trainer.fit($0) }
    return try #require(trainer.model as? GaussianMixtureModel)
  }

  /// Local optima of a likelihood, each found to 1e-9 of its last gain: the best of ten seeds is no worse than the best of
  /// scikit-learn's, up to the 1e-6 that optima are held to.
  @Test(arguments: ClusteringFixture.shared.clusters)
  func isAsLikelyAsScikitLearn(fixture: ClusteringFixture.Clusters) throws {
    let expected = fixture.mixture
    let features = fixture.mixtureFeatures.map { fixture.features[$0] }
    let rows = Double(features[0].count)
    // scikit-learn's is of scaled features.
    let scaling = rows * expected.deviations.reduce(0) { $0 + log($1) }
    var models: [(model: GaussianMixtureModel, likelihood: Double)] = []
    for seed in 0..<Int64(10) {
      let model = try fit(
        features,
        ["k": .integer(Int64(expected.k)), "maxIter": .integer(20_000), "tol": .double(1e-9)],
        seed: seed)
      let likelihood = withExamples(features, weights: nil) { model.logLikelihood($0) } + scaling
      models.append((model, likelihood))
    }
    let best = try #require(models.max { $0.likelihood < $1.likelihood })
    let wanted = try #require(expected.likelihoods.first)
    #expect(best.likelihood >= wanted - 1e-6 * wanted.magnitude)
    // The same optimum is the same mixture.
    guard (best.likelihood - wanted).magnitude < 1e-6 else { return }
    let order = best.model.weights.indices.sorted {
      best.model.weights[$0] < best.model.weights[$1]
    }
    for (rank, component) in order.enumerated() {
      #expect((best.model.weights[component] - expected.weights[rank]).magnitude < 1e-4)
      for (found, wanted) in zip(best.model.mean(component), expected.means[rank]) {
        #expect((found - wanted).magnitude < 1e-3 * max(1, wanted.magnitude))
      }
    }
  }

  /// One step of the algorithm by its definition, from parameters where it has ended: nothing moves any more.
  @Test func endsAtAFixedPoint() throws {
    let features = Array(ClusteringFixture.shared.clusters[0].features.prefix(2))
    let model = try fit(features, ["maxIter": .integer(5000), "tol": .double(0)])
    let shares = model.predictions(features)
    let rows = features[0].count
    for component in 0..<2 {
      let own = (0..<rows).map { shares[2 * $0 + component] }
      let weight = own.reduce(0, +)
      #expect((weight / Double(rows) - model.weights[component]).magnitude < 1e-6)
      let means = features.map { column in
        zip(own, column).map { $0 * $1 }.reduce(0, +) / weight
      }
      let mean = model.mean(component)
      #expect((means[0] - mean[0]).magnitude < 1e-6)
      #expect((means[1] - mean[1]).magnitude < 1e-6)
      var product = 0.0
      for row in 0..<rows {
        product += own[row] * (features[0][row] - means[0]) * (features[1][row] - means[1])
      }
      #expect((product / weight - model.covariance(component)[1]).magnitude < 1e-5)
      #expect(model.covariance(component)[1] == model.covariance(component)[2])
    }
  }

  @Test func aWeightIsACopy() throws {
    var generator = SeededGenerator(state: 4)
    let x = (0..<40).map { Double($0 % 2) * 6 + Double.random(in: -1...1, using: &generator) }
    let weights = x.indices.map { Double($0 % 3 + 1) }
    let copied = zip(x, weights).flatMap { Array(repeating: $0, count: Int($1)) }
    let parameters: [String: ParameterValue] = ["tol": .double(1e-10), "maxIter": .integer(1000)]
    let weighted = try fit([x], weights: weights, parameters)
    let plain = try fit([copied], parameters)
    let one = (0..<2).map { weighted.mean($0)[0] }.sorted()
    let other = (0..<2).map { plain.mean($0)[0] }.sorted()
    for component in 0..<2 { #expect((one[component] - other[component]).magnitude < 1e-6) }
  }

  @Test func separateGroupsHaveSureProbabilities() throws {
    let x = [0.0, 0.1, 0.2, 0.15, 50, 50.1, 50.2, 50.15]
    let model = try fit([x])
    let shares = model.predictions([x])
    for row in 0..<8 {
      #expect((shares[2 * row] + shares[2 * row + 1] - 1).magnitude < 1e-12)
      #expect(max(shares[2 * row], shares[2 * row + 1]) > 0.999)
    }
    #expect(model.weights.allSatisfy { ($0 - 0.5).magnitude < 1e-9 })
  }

  @Test func singularCovariancesHaveADensity() throws {
    var generator = SeededGenerator(state: 8)
    let x = (0..<30).map { _ in Double.random(in: -1...1, using: &generator) }
    let constant = Array(repeating: 0.1, count: 30)
    for columns in [
      [x, x], [x, constant], [constant, constant], [x, x.map { 1e6 + 1e-9 * $0 }],
    ] {
      let model = try fit(columns, ["k": .integer(3)])
      for share in model.predictions(columns) { #expect(share >= 0 && share <= 1) }
      #expect(withExamples(columns, weights: nil) { model.logLikelihood($0) }.isFinite)
    }
  }

  @Test func oneRowAndMoreFeaturesThanRows() throws {
    let one = try fit([[3], [4]])
    #expect(one.componentCount == 1)
    #expect(one.predictions([[3, 100], [4, -7]]) == [1, 1])
    let wide = (0..<12).map { feature in (0..<4).map { Double(($0 * 5 + feature * 3) % 7) } }
    let model = try fit(wide, ["k": .integer(2)])
    for row in 0..<4 {
      let shares = model.predictions(wide)[2 * row..<2 * row + 2]
      #expect((shares.reduce(0, +) - 1).magnitude < 1e-12)
    }
  }

  @Test func whatHasNoMixtureIsAnError() throws {
    #expect(throws: TrainingError.noExamples) { try fit([[]]) }
    #expect(throws: TrainingError.noWeight) { try fit([[1, 2]], weights: [0, 0]) }
    for value in [Double.infinity, -.infinity, 1e308] {
      #expect(throws: TrainingError.notFinite) { try fit([[1, 2, value]]) }
    }
  }

  /// Far from all components no density is left to compare.
  @Test func infinitiesHaveTheSameProbabilityOfAll() throws {
    let model = try fit([[0, 0.5, 1, 8, 9, 10]])
    #expect(model.predictions([[.infinity, -.infinity, 1e308]]).allSatisfy { $0 == 0.5 })
  }

  @Test func bytesAreRead() throws {
    let features = Array(ClusteringFixture.shared.clusters[0].features.prefix(3))
    let model = try fit(features, ["k": .integer(3)])
    try expectSoundBytes(model) { other in
      let columns = (0..<other.featureCount).map { _ in [1.0, -.infinity, 1e308, 0, .infinity] }
      #expect(other.predictions(columns).count == 5 * other.componentCount)
    }
  }
}
