import Glibc

/// How many features a node of a tree looks at: Spark's `featureSubsetStrategy`.
enum FeatureSubsetStrategy: Hashable, Sendable {
  case auto
  case all
  case oneThird
  case squareRoot
  case log2
  case count(Int64)
  case fraction(Double)

  static func declaration(default word: String) -> Parameter {
    Parameter(
      "featureSubsetStrategy",
      .stringOrNumber(
        ["auto", "all", "onethird", "sqrt", "log2"], 0 ... .infinity),
      default: .string(word),
      documentation:
        "features that a node looks at: auto, all, onethird, sqrt, log2, a whole number of them or a "
        + "fraction of at most 1")
  }

  /// - Throws: for a number that is neither a count nor a fraction.
  init(_ parameters: ParameterSet, learner: String) throws(ParameterError) {
    let name = "featureSubsetStrategy"
    switch parameters.value(name) {
    case .string("all"): self = .all
    case .string("onethird"): self = .oneThird
    case .string("sqrt"): self = .squareRoot
    case .string("log2"): self = .log2
    case .integer(let count) where count > 0: self = .count(count)
    case .double(let fraction) where fraction > 0 && fraction <= 1: self = .fraction(fraction)
    case .string: self = .auto
    case let value:
      throw .unsupported(
        learner: learner, name: name, value: value,
        supported: "a number is a count of features from 1 (1, 2, ...) or a fraction up to 1.0")
    }
  }

  /// At least 1 and at most `featureCount`, where that is at least 1.
  func subsetSize(of featureCount: Int, treeCount: Int, isClassification: Bool) -> Int {
    let wanted: Double =
      switch self {
      case .auto:
        treeCount == 1
          ? Double(featureCount)
          : isClassification ? sqrt(Double(featureCount)) : Double(featureCount) / 3
      case .all: Double(featureCount)
      case .oneThird: Double(featureCount) / 3
      case .squareRoot: sqrt(Double(featureCount))
      case .log2: Glibc.log2(Double(featureCount))
      case .count(let count): Double(count)
      case .fraction(let fraction): fraction * Double(featureCount)
      }
    return Int(min(max(1, wanted.rounded(.up)), max(1, Double(featureCount))))
  }
}
