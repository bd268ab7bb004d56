import Columnar
import Learning

/// The model of one key, and where its features stand among the columns of the rows.
final class KeyedModel {
  let stored: StoredModel
  /// For each feature the index of a column.
  private let columns: [Int]
  /// For each feature that is a category the code of each text, and of each number of a text that was met.
  private let codes: [[String: Int]?]
  private var codesOfNumbers: [[Int: Double]]
  /// Rows of the key so far: steps of a forecast.
  var rowCount = 0

  /// - Parameter schema: of the rows.
  init(_ stored: StoredModel, schema: Schema) throws(PredictionError) {
    self.stored = stored
    var columns: [Int] = []
    for feature in stored.features {
      guard let column = schema.names.firstIndex(of: feature.name) else {
        throw .noColumn(feature: feature.name, learner: stored.learner)
      }
      columns.append(column)
    }
    self.columns = columns
    codes = stored.features.map { feature in
      feature.categories.map { categories in
        Dictionary(
          categories.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
      }
    }
    codesOfNumbers = codes.map { _ in [:] }
  }

  /// About the bytes beside the model itself.
  var byteCount: Int { codesOfNumbers.reduce(0) { $0 + 48 * $1.capacity } }

  /// Writes the features of some rows, `stride` doubles apart.
  func gather(
    _ rows: ArraySlice<Int32>, from features: inout FeatureColumns,
    into target: UnsafeMutablePointer<Double>, stride: Int
  ) throws {
    for (feature, column) in columns.enumerated() {
      let target = target + feature * stride
      guard let codes = codes[feature] else {
        try features.numbers(column).withValues(as: Double.self) { values in
          for (position, row) in rows.enumerated() { target[position] = values[Int(row)] }
        }
        continue
      }
      let (numbers, texts) = try features.texts(column)
      numbers.withValues(as: Double.self) { numbers in
        for (position, row) in rows.enumerated() {
          guard let number = Int(exactly: numbers[Int(row)]) else {
            target[position] = .nan
            continue
          }
          if let known = codesOfNumbers[feature][number] {
            target[position] = known
            continue
          }
          let code = Self.code(of: texts, Int(row), in: codes)
          codesOfNumbers[feature][number] = code
          target[position] = code
        }
      }
    }
  }

  /// -1 for a category that training has not seen. Numbers may have been of another type then: 1 is 1.0.
  private static func code(of texts: Column, _ row: Int, in codes: [String: Int]) -> Double {
    let text = withExtendedLifetime(texts) { String(decoding: texts.bytes(row), as: UTF8.self) }
    if let code = codes[text] { return Double(code) }
    guard let number = Double(text), number.isFinite else { return -1 }
    let whole = Int64(exactly: number).map { "\($0)" }
    let code = whole.flatMap { codes[$0] } ?? codes["\(number == 0 ? 0.0 : number)"]
    return code.map { Double($0) } ?? -1
  }
}
