import Columnar
import Executor
import Foundation
import Learning
import Plan

/// The rows of several groups in Tests/Fixtures/learning.json, and what scikit-learn makes of each.
struct TrainingFixture: Decodable {
  struct Row: Decodable {
    /// Two features and the label; nil is null.
    let values: [Double?]
    let group: Int32
    let heldOut: Bool

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      var values: [Double?] = []
      for _ in 0..<3 {
        if try container.decodeNil() {
          values.append(nil)
        } else if let number = try? container.decode(Double.self) {
          values.append(number)
        } else {
          _ = try container.decode(String.self)
          values.append(.nan)
        }
      }
      self.values = values
      group = try container.decode(Int32.self)
      heldOut = try container.decode(Bool.self)
    }
  }

  struct Expected: Decodable {
    let rows: Int64
    let trainRows: Int64
    let testRows: Int64
    let droppedRows: Int64
    let intercept: Double
    let coefficients: [Double]
    let train: [String: Double?]
    let test: [String: Double?]
  }

  struct Grouped: Decodable {
    let rows: [Row]
    let expected: [Expected]
  }

  let grouped: Grouped

  static let shared: Grouped = {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Fixtures/learning.json")
    do {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode(TrainingFixture.self, from: Data(contentsOf: path)).grouped
    } catch {
      fatalError("\(path.path): \(error)")
    }
  }()
}

extension TrainingFixture.Grouped {
  func batch(_ range: Range<Int>) -> RecordBatch {
    trainingBatch(rows[range].map { ($0.values, $0.heldOut) })
  }

  func groups(_ range: Range<Int>) -> [Int32] { rows[range].map(\.group) }
}

/// A batch of columns `key`, x1, x2, ..., y (the last of `values`) and `held_out`.
func trainingBatch(_ rows: [(values: [Double?], heldOut: Bool)]) -> RecordBatch {
  let count = rows.first?.values.count ?? 3
  var columns: [(String, Column)] = [("key", Column(longs: rows.map { _ in 0 }))]
  for index in 0..<count {
    columns.append(
      (index == count - 1 ? "y" : "x\(index + 1)", Column(doubles: rows.map { $0.values[index] })))
  }
  let heldOut = ColumnBuilder(.boolean)
  for row in rows { heldOut.append(row.heldOut) }
  return RecordBatch(columns + [("held_out", heldOut.finish())])
}

/// Training of columns like those of `trainingBatch`.
func trainingOperation(
  learners: [Training.Learner] = [Training.Learner(name: "LinearRegression", parameters: [:])],
  features: Int = 2, heldOut: Bool = true, metrics: [Metric] = [.rmse, .r2]
) -> TrainingOperation {
  TrainingOperation(
    learners: learners, label: features + 1, features: Array(1...features),
    featureNames: (1...features).map { "x\($0)" },
    heldOut: heldOut ? features + 2 : nil,
    options: TrainingOptions(kind: .regression, metrics: metrics, seed: 7))
}

extension GroupedAccumulator {
  func accumulate(_ rows: RecordBatch, _ groups: [Int32], groupCount: Int) throws {
    grow(to: groupCount)
    try groups.withUnsafeBufferPointer { try accumulate(rows, groups: $0) }
  }

  func merge(_ states: [Column], _ groups: [Int32], groupCount: Int) throws {
    grow(to: groupCount)
    try groups.withUnsafeBufferPointer { try merge(states, groups: $0) }
  }

  /// The results as a batch, whose columns are checked against the declared ones.
  func finished() throws -> RecordBatch {
    let columns = try finish()
    return RecordBatch(
      schema: Schema(resultFields), columns: columns, rowCount: columns.first?.length ?? 0)
  }
}
