import Foundation
import Learning
import Testing

/// Tests/Fixtures/learning.json: what numpy and scikit-learn get from small tables.
struct LearningFixture: Decodable {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let parameters: [String: Value]
    let features: [[Double]]
    let label: [Double]
    let coefficients: [Double]?
    let intercept: Double?
    let tolerance: Double?
    let train: [String: Double?]?
    let error: String?

    var testDescription: String { name }

    var learner: any MergeableLearner {
      get throws {
        try LinearRegression.make(parameters.mapValues(\.parameter))
      }
    }
  }

  enum Value: Decodable, Sendable {
    case boolean(Bool)
    case double(Double)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let boolean = try? container.decode(Bool.self) {
        self = .boolean(boolean)
      } else {
        self = .double(try container.decode(Double.self))
      }
    }

    var parameter: ParameterValue {
      switch self {
      case .boolean(let value): .boolean(value)
      case .double(let value): .double(value)
      }
    }
  }

  let cases: [Case]

  static let shared: LearningFixture = {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/learning.json")
    do {
      return try JSONDecoder().decode(LearningFixture.self, from: Data(contentsOf: path))
    } catch {
      fatalError("\(path.path): \(error)")
    }
  }()

  static let models = shared.cases.filter { $0.error == nil }
  static let failures = shared.cases.filter { $0.error != nil }
}

extension LinearRegression {
  static func make(_ parameters: [String: ParameterValue] = [:]) throws -> LinearRegression {
    try LearnerRegistry.learner(named: name)?.learner(parameters) as! LinearRegression
  }
}

/// Calls `body` with a view of columns whose last is the label.
func withExamples<Result>(
  _ features: [[Double]], _ label: [Double], _ body: (Examples) throws -> Result
) rethrows -> Result {
  let rowCount = label.count
  let memory = UnsafeMutablePointer<Double>.allocate(
    capacity: max(1, (features.count + 1) * rowCount))
  defer { memory.deallocate() }
  for (column, values) in (features + [label]).enumerated() {
    for (row, value) in values.enumerated() { memory[column * rowCount + row] = value }
  }
  let pointers = features.indices.map { UnsafePointer(memory + $0 * rowCount) }
  return try pointers.withUnsafeBufferPointer {
    try body(
      Examples(
        features: $0, label: UnsafePointer(memory + features.count * rowCount), rowCount: rowCount))
  }
}

/// One block of statistics of all rows, accumulated in pieces of `rowsPerCall`.
func statisticsBlock(
  _ statistics: any TrainingStatistics, _ features: [[Double]], _ label: [Double],
  rowsPerCall: Int = .max
) -> [Double] {
  var block = [Double](repeating: 0, count: statistics.width)
  var start = 0
  while start < label.count {
    let end = label.count - start > rowsPerCall ? start + rowsPerCall : label.count
    withExamples(features.map { Array($0[start..<end]) }, Array(label[start..<end])) { examples in
      let blocks = [Int32](repeating: 0, count: end - start)
      block.withUnsafeMutableBufferPointer {
        statistics.accumulate(
          examples, blocks: blocks, into: $0.baseAddress!, stride: statistics.width)
      }
    }
    start = end
  }
  return block
}

/// The same numbers in each run (Knuth's linear congruences, mixed).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let mixed = (state ^ (state >> 33)) &* 0xff51_afd7_ed55_8ccd
    return mixed ^ (mixed >> 33)
  }
}
