/// What a forest has beyond its trees' parameters.
struct ForestParameters: Hashable, Sendable {
  let treeCount: Int
  let subsetStrategy: FeatureSubsetStrategy
  let sampling: RowSampling

  static let declarations = [
    Parameter(
      "bootstrap", .boolean, default: .boolean(true),
      documentation: "whether rows are drawn with replacement"),
    FeatureSubsetStrategy.declaration(default: "auto"),
    Parameter(
      "numTrees", .integer(1...10_000), default: .integer(20), documentation: "trees"),
    .subsamplingRate,
  ]

  init(_ parameters: ParameterSet, learner: String) throws(ParameterError) {
    treeCount = Int(parameters.integer("numTrees"))
    subsetStrategy = try FeatureSubsetStrategy(parameters, learner: learner)
    let rate = try parameters.subsamplingRate(learner: learner)
    // One tree by itself is trained on all rows, as in Spark.
    sampling =
      parameters.boolean("bootstrap") && treeCount > 1
      ? .withReplacement(rate: rate) : RowSampling(withoutReplacement: rate)
  }
}

extension RowSampling {
  init(withoutReplacement rate: Double) {
    self = rate < 1 ? .withoutReplacement(rate: rate) : .all
  }
}

extension Parameter {
  static let subsamplingRate = Parameter(
    "subsamplingRate", .double(0...1), default: .double(1),
    documentation: "share of the rows that a tree is trained on, greater than 0")
}

extension ParameterSet {
  func subsamplingRate(learner: String) throws(ParameterError) -> Double {
    try positive(Parameter.subsamplingRate.name, learner: learner)
  }

  /// A number that its domain lets be 0, but nothing can be done with 0.
  func positive(_ name: String, learner: String) throws(ParameterError) -> Double {
    let value = double(name)
    guard value > 0 else {
      throw .unsupported(
        learner: learner, name: name, value: .double(value),
        supported: "it must be greater than 0")
    }
    return value
  }
}
