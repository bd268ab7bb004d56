import Foundation
import Learning
import Testing

/// Tests/Fixtures/linear.json: real data sets and what Spark ML, scikit-learn, statsmodels and scipy make of them.
struct LinearFixture: Decodable {
  struct DataSet: Decodable, Sendable {
    /// A column a feature.
    let features: [[Double]]
    let label: [Double]
    let weights: [Double]
  }

  enum Value: Decodable, Sendable {
    case boolean(Bool)
    case integer(Int64)
    case double(Double)
    case string(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let boolean = try? container.decode(Bool.self) {
        self = .boolean(boolean)
      } else if let integer = try? container.decode(Int64.self) {
        self = .integer(integer)
      } else if let double = try? container.decode(Double.self) {
        self = .double(double)
      } else {
        self = .string(try container.decode(String.self))
      }
    }

    var parameter: ParameterValue {
      switch self {
      case .boolean(let value): .boolean(value)
      case .integer(let value): .integer(value)
      case .double(let value): .double(value)
      case .string(let value): .string(value)
      }
    }
  }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let learner: String
    let data: String
    let parameters: [String: Value]
    let weighted: Bool
    /// In place of the data set's.
    let label: [Double]?
    let coefficients: [Double]?
    let intercept: Double?
    let intercepts: [Double]?
    let objective: Double?
    let probabilities: [Double]?
    let at: [Double]?
    let predictions: [Double]?

    var testDescription: String {
      let parameters = parameters.sorted { $0.key < $1.key }
        .map { "\($0.key) \($0.value.parameter)" }
      return ([data] + parameters + (weighted ? ["weighted"] : [])).joined(separator: ", ")
    }

    var set: DataSet { LinearFixture.shared.data[data]! }

    var labels: [Double] { label ?? set.label }

    var weights: [Double]? { weighted ? set.weights : nil }

    func double(_ name: String, default value: Double) -> Double {
      switch parameters[name]?.parameter {
      case .double(let value): value
      case .integer(let value): Double(value)
      default: value
      }
    }

    func boolean(_ name: String, default value: Bool) -> Bool {
      guard case .boolean(let found) = parameters[name]?.parameter else { return value }
      return found
    }

    /// The model of the data set, with some parameters besides the case's.
    func fit(_ more: [String: ParameterValue] = [:], classCount: Int = 0) throws -> any Model {
      try fitModel(
        learner, parameters.mapValues(\.parameter).merging(more) { $1 }, set.features, labels,
        weights: weights, classCount: classCount)
    }
  }

  let data: [String: DataSet]
  let cases: [Case]

  static let shared: LinearFixture = {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/linear.json")
    do {
      return try JSONDecoder().decode(LinearFixture.self, from: Data(contentsOf: path))
    } catch {
      fatalError("\(path.path): \(error)")
    }
  }()

  static func cases(of learner: String) -> [Case] { shared.cases.filter { $0.learner == learner } }
}

/// The model that a learner of the registry makes of these examples.
func fitModel(
  _ learner: String, _ parameters: [String: ParameterValue] = [:], _ features: [[Double]],
  _ label: [Double], weights: [Double]? = nil, classCount: Int = 0
) throws -> any Model {
  let description = try #require(LearnerRegistry.learner(named: learner))
  let trainer = try description.learner(parameters)
    .makeTrainer(featureCount: features.count, seed: 1)
  try withExamples(features, label, weights: weights, classCount: classCount) {
    try trainer.fit($0)
  }
  return trainer.model
}

/// Calls `body` with a view of columns, weights and classes.
func withExamples<Result>(
  _ features: [[Double]], _ label: [Double], weights: [Double]?, classCount: Int,
  _ body: (Examples) throws -> Result
) rethrows -> Result {
  try withExamples(features, label) { plain in
    try (weights ?? [0]).withUnsafeBufferPointer { pointer in
      try body(
        Examples(
          features: plain.features, label: plain.label, rowCount: plain.rowCount,
          weights: weights == nil ? nil : pointer.baseAddress, classCount: classCount))
    }
  }
}

/// What a model predicts, row after row.
func predictions(_ model: any Model, _ features: [[Double]]) -> [Double] {
  let rowCount = features.first?.count ?? 0
  var result = [Double](repeating: .nan, count: max(1, rowCount * model.output.width))
  withExamples(features, [Double](repeating: 0, count: rowCount)) { examples in
    result.withUnsafeMutableBufferPointer { model.predict(examples, into: $0.baseAddress!) }
  }
  return Array(result.prefix(rowCount * model.output.width))
}

/// The weights' shares of their sum.
func shares(_ weights: [Double]?, count: Int) -> [Double] {
  let weights = weights ?? Array(repeating: 1, count: count)
  let sum = weights.reduce(0, +)
  return weights.map { $0 / sum }
}

/// The standard deviation of a column over the sample, as Spark's summariser has it.
func sampleDeviation(_ column: [Double], _ shares: [Double]) -> Double {
  let mean = zip(column, shares).reduce(0) { $0 + $1.0 * $1.1 }
  let squares = zip(column, shares).reduce(0) { $0 + $1.1 * ($1.0 - mean) * ($1.0 - mean) }
  return (squares / (1 - shares.reduce(0) { $0 + $1 * $1 })).squareRoot()
}
