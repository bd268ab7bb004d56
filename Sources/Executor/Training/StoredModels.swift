import Columnar
import Learning

/// The models of all rows of a training as bytes, side by side.
struct StoredModels {
  private let isWanted: Bool
  private let writers: [StoredModelWriter]
  private var writer = ModelWriter()
  /// Where the bytes of each row's model begin and end; empty for none.
  private var ranges: [Range<Int>]

  init(_ training: CheckedTraining, rowCount: Int) {
    isWanted = training.options.storesModel
    writers = training.learnerNames.map {
      StoredModelWriter(
        learner: $0, kind: training.options.kind, featureNames: training.featureNames)
    }
    ranges = isWanted ? Array(repeating: 0..<0, count: rowCount) : []
  }

  mutating func set(
    _ model: any Model, preparation: FeaturePreparation? = nil, categories: [[String]?] = [],
    classes: [String] = [], row: Int, learner: Int
  ) {
    guard isWanted else { return }
    let start = writer.bytes.count
    writers[learner].append(
      model, preparation: preparation, categories: categories, classes: classes, to: &writer)
    ranges[row] = start..<writer.bytes.count
  }

  mutating func forget(row: Int) {
    if isWanted { ranges[row] = 0..<0 }
  }

  /// The models of some rows, null where there is none. Throws when it passes 2 GiB.
  func column(of rows: [Int]) throws(ColumnTooLarge) -> Column {
    let builder = ColumnBuilder(.binary, capacity: rows.count)
    var failure: ColumnTooLarge?
    writer.bytes.withUnsafeBufferPointer { bytes in
      do throws(ColumnTooLarge) {
        for row in rows {
          let range = ranges[row]
          if range.isEmpty {
            builder.appendNull()
          } else {
            try builder.append(bytes: UnsafeBufferPointer(rebasing: bytes[range]))
          }
        }
      } catch { failure = error }
    }
    if let failure { throw failure }
    return builder.finish()
  }
}
