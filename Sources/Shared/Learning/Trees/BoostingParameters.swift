/// What boosting has beyond its trees' parameters.
struct BoostingParameters: Hashable, Sendable {
  let treeCount: Int
  let stepSize: Double
  let subsetStrategy: FeatureSubsetStrategy
  let sampling: RowSampling

  static let declarations = [
    FeatureSubsetStrategy.declaration(default: "all"),
    Parameter(
      "maxIter", .integer(1...10_000), default: .integer(20), documentation: "trees"),
    Parameter(
      "stepSize", .double(0...1), default: .double(0.1),
      documentation: "what a tree after the first counts, greater than 0"),
    .subsamplingRate,
    .varianceImpurity,
  ]

  init(_ parameters: ParameterSet, learner: String) throws(ParameterError) {
    treeCount = Int(parameters.integer("maxIter"))
    stepSize = try parameters.positive("stepSize", learner: learner)
    subsetStrategy = try FeatureSubsetStrategy(parameters, learner: learner)
    sampling = RowSampling(withoutReplacement: try parameters.subsamplingRate(learner: learner))
  }
}
