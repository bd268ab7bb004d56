import Foundation
import Learning
import Testing

/// Tests/Fixtures/trees.json: data sets, what Spark grows on them, and the test errors of scikit-learn.
struct TreesFixture: Decodable, Sendable {
  struct Table: Decodable, Sendable {
    let name: String
    let features: [[Double]]
    let label: [Double]
    let classCount: Int
    /// Of each split the rows that are not trained on.
    let testRows: [[Int]]

    func rows(_ rows: [Int]) -> TreeRows {
      TreeRows(
        features: features.map { column in rows.map { column[$0] } }, label: rows.map { label[$0] },
        classCount: classCount)
    }
  }

  struct SparkCase: Decodable, Sendable, CustomTestStringConvertible {
    let learner: String
    let table: String
    let parameters: [String: Value]
    /// In turn over the rows.
    let weights: [Double]?
    /// The features where they are not the table's.
    let features: [[Double]]?
    let mergesLeaves: Bool?
    let predictions: [Prediction]
    /// Nil where Spark's rounding chooses among features that gain the same.
    let importances: [Double]?

    var testDescription: String { "\(learner) of \(table) with \(parameters)" }

    var rows: TreeRows {
      get throws {
        let table = try TreesFixture.table(table)
        let features = features ?? table.features
        var rows = TreeRows(
          features: features, label: table.label, classCount: table.classCount)
        if let weights {
          rows.weights = table.label.indices.map { weights[$0 % weights.count] }
        }
        if self.features != nil {
          rows.categoryCounts = [Int32(features[0].max() ?? 0) + 1]
          while rows.categoryCounts.count < features.count { rows.categoryCounts.append(0) }
        }
        return rows
      }
    }
  }

  enum Value: Decodable, Sendable, CustomStringConvertible {
    case number(Double)
    case word(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .word(try container.decode(String.self))
      }
    }

    var parameter: ParameterValue {
      switch self {
      case .number(let value): Int64(exactly: value).map { .integer($0) } ?? .double(value)
      case .word(let word): .string(word)
      }
    }

    var description: String { parameter.description }
  }

  /// A number, or the probability of each class.
  struct Prediction: Decodable, Sendable {
    let values: [Double]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(Double.self) {
        values = [value]
      } else {
        values = try container.decode([Double].self)
      }
    }
  }

  struct ErrorCase: Decodable, Sendable, CustomTestStringConvertible {
    let table: String
    let learner: String
    /// One a split: root of the mean squared error, or share of wrong classes.
    let errors: [Double]

    var testDescription: String { "\(learner) of \(table)" }
  }

  let tables: [Table]
  let spark: [SparkCase]
  let errors: [ErrorCase]

  static let shared: TreesFixture = {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Fixtures/trees.json")
    do {
      return try JSONDecoder().decode(TreesFixture.self, from: Data(contentsOf: path))
    } catch {
      fatalError("\(path.path): \(error)")
    }
  }()

  static func table(_ name: String) throws -> Table {
    try #require(shared.tables.first { $0.name == name })
  }
}

/// Columns to train on.
struct TreeRows: Sendable {
  var features: [[Double]]
  var label: [Double]
  var classCount = 0
  var weights: [Double]?
  /// Empty where all features are numbers.
  var categoryCounts: [Int32] = []

  func withExamples<Result>(_ body: (Examples) throws -> Result) rethrows -> Result {
    try LearningTests.withExamples(features, label) { plain in
      try (weights ?? []).withUnsafeBufferPointer { weights in
        try categoryCounts.withUnsafeBufferPointer { counts in
          try body(
            Examples(
              features: plain.features, label: plain.label, rowCount: plain.rowCount,
              weights: weights.isEmpty ? nil : weights.baseAddress,
              categoryCounts: counts.isEmpty ? nil : counts.baseAddress, classCount: classCount))
        }
      }
    }
  }

  /// The predictions of these rows, row after row.
  func predictions(_ model: any Model) -> [Double] {
    withExamples { examples in
      let count = examples.rowCount * model.output.width
      return [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
        if let base = buffer.baseAddress { model.predict(examples, into: base) }
        initialized = count
      }
    }
  }

  func trainer(
    _ learner: String, _ parameters: [String: ParameterValue] = [:], seed: Int64 = 1
  ) throws -> any Trainer {
    let description = try #require(LearnerRegistry.learner(named: learner))
    return try description.learner(parameters)
      .makeTrainer(featureCount: features.count, seed: seed)
  }

  func model(
    _ learner: String, _ parameters: [String: ParameterValue] = [:], seed: Int64 = 1
  ) throws -> any Model {
    let trainer = try trainer(learner, parameters, seed: seed)
    try withExamples { try trainer.fit($0) }
    return trainer.model
  }

  /// Root of the mean squared error of a model, or its share of wrong classes.
  func error(_ model: any Model) -> Double {
    let predictions = predictions(model)
    let width = model.output.width
    var sum = 0.0
    for row in label.indices {
      if classCount == 0 {
        let difference = predictions[row] - label[row]
        sum += difference * difference
        continue
      }
      let shares = predictions[(row * width)..<((row + 1) * width)]
      // The first of the largest, as scikit-learn and Spark choose.
      let best = shares.indices.reduce(shares.startIndex) { shares[$1] > shares[$0] ? $1 : $0 }
      if Double(best - shares.startIndex) != label[row] { sum += 1 }
    }
    let mean = sum / Double(label.count)
    return classCount == 0 ? mean.squareRoot() : mean
  }
}

/// The learners of trees.
let treeLearners = [
  "DecisionTreeRegressor", "RandomForestRegressor", "GBTRegressor", "DecisionTreeClassifier",
  "RandomForestClassifier", "GBTClassifier",
]

func areFinite(_ values: [Double]) -> Bool { values.allSatisfy(\.isFinite) }
