/// How a single tree grows: Spark's parameters of all tree learners.
struct TreeParameters: Hashable, Sendable {
  let maxDepth: Int
  let maxBins: Int
  let minInstancesPerNode: Int64
  let minWeightFractionPerNode: Double
  let minInfoGain: Double

  static let declarations = [
    Parameter(
      "maxBins", .integer(2...65_536), default: .integer(32),
      documentation: "bins of a feature, at least as many as a feature has categories"),
    Parameter(
      "maxDepth", .integer(0...Int64(Trees.depthLimit)), default: .integer(5),
      documentation: "splits on the longest way from the root; 0 for a single leaf"),
    Parameter(
      "minInfoGain", .double(0 ... .infinity), default: .double(0),
      documentation: "what a split must lower the impurity by"),
    Parameter(
      "minInstancesPerNode", .integer(1 ... .max), default: .integer(1),
      documentation: "rows that each child of a split must have"),
    Parameter(
      "minWeightFractionPerNode", .double(0...0.5), default: .double(0),
      documentation: "share of all weight that each child of a split must have"),
  ]

  init(_ parameters: ParameterSet) {
    maxDepth = Int(parameters.integer("maxDepth"))
    maxBins = Int(parameters.integer("maxBins"))
    minInstancesPerNode = parameters.integer("minInstancesPerNode")
    minWeightFractionPerNode = parameters.double("minWeightFractionPerNode")
    minInfoGain = parameters.double("minInfoGain")
  }

  /// The limits for a tree of examples of this weight.
  func limits(weight: Double) -> ChildLimits {
    ChildLimits(
      exampleCount: Double(minInstancesPerNode),
      weight: max(minWeightFractionPerNode * weight, .leastNormalMagnitude))
  }
}

/// The ways to measure how mixed the classes of a node are, by Spark's names.
enum ClassImpurityName: String, CaseIterable, Hashable, Sendable {
  case gini
  case entropy

  static let declaration = Parameter(
    "impurity", .string(allCases.map(\.rawValue)), default: .string(gini.rawValue),
    documentation: "what a split lowers: gini (the index) or entropy")

  init(_ parameters: ParameterSet) {
    self = Self(rawValue: parameters.string("impurity")) ?? .gini
  }
}

extension Parameter {
  /// Spark's `impurity` of trees of numbers, which has one value.
  static let varianceImpurity = Parameter(
    "impurity", .string(["variance"]), default: .string("variance"),
    documentation: "what a split lowers: the variance of the labels")
}

extension [Parameter] {
  /// In the order in which people look them up.
  var byName: [Parameter] { sorted { $0.name < $1.name } }
}
