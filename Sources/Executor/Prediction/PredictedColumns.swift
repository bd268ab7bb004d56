import Columnar
import Learning
import Plan

/// What is predicted for the rows of one batch, which are set in any order.
struct PredictedColumns {
  private let form: PredictionForm
  private var values: [Double]
  private var isPresent: [Bool]
  /// The classes of rows, for a classification.
  private var classes: [String?] = []
  private var probabilities = RowLists()
  private var shapValues = RowLists()
  private var expectedValues = RowLists()

  init(_ form: PredictionForm, rowCount: Int) {
    self.form = form
    values = Array(repeating: 0, count: rowCount)
    isPresent = Array(repeating: false, count: rowCount)
    switch form.kind {
    case .classification:
      classes = Array(repeating: nil, count: rowCount)
      probabilities = RowLists(rowCount: rowCount)
    case .clustering: probabilities = RowLists(rowCount: rowCount)
    case .regression, .forecasting: break
    }
    if form.explainsByShap {
      shapValues = RowLists(rowCount: rowCount)
      expectedValues = RowLists(rowCount: rowCount)
    }
  }

  var byteCount: Int {
    9 * values.capacity + 16 * classes.capacity + probabilities.byteCount + shapValues.byteCount
      + expectedValues.byteCount
  }

  /// Sets what a model predicts for some rows: `output.width` doubles for each, of which NaN is nothing.
  mutating func set(
    _ predictions: UnsafePointer<Double>, of model: StoredModel, rows: ArraySlice<Int32>
  ) {
    let output = model.model.output
    let width = output.width
    guard width > 0 else { return }
    for (position, row) in rows.enumerated() {
      let predicted = UnsafeBufferPointer(start: predictions + position * width, count: width)
      if predicted[0].isNaN { continue }
      let row = Int(row)
      isPresent[row] = true
      switch output {
      case .value, .cluster: values[row] = predicted[0]
      case .probabilities, .scores:
        let choice = Self.indexOfLargest(predicted)
        values[row] = Double(choice)
        if case .probabilities = output { probabilities.set(predicted, row: row) }
        if form.kind == .classification, model.classes.indices.contains(choice) {
          classes[row] = model.classes[choice]
        }
      }
    }
  }

  /// Sets what the features add to the predictions for some rows, `width` doubles for each.
  mutating func setShapValues(
    _ shap: UnsafePointer<Double>, width: Int, expected: [Double], rows: ArraySlice<Int32>
  ) {
    for (position, row) in rows.enumerated() where isPresent[Int(row)] {
      shapValues.set(
        UnsafeBufferPointer(start: shap + position * width, count: width), row: Int(row))
      expected.withUnsafeBufferPointer { expectedValues.set($0, row: Int(row)) }
    }
  }

  /// The columns in the order of `PredictionForm.fields`.
  func columns() throws -> [Column] {
    var columns: [Column] = []
    switch form.kind {
    case .regression, .forecasting:
      columns.append(Column.copying(.double, values, isPresent: isPresent))
    case .clustering:
      columns.append(
        Column.copying(.long, values.map { Int64(exactly: $0) ?? 0 }, isPresent: isPresent))
      columns.append(try probabilities.column())
    case .classification:
      let texts = try Column(.string, classes.map { $0.map { .string($0) } ?? .null })
      columns.append(try texts.casting(to: form.classType ?? .string))
      columns.append(try probabilities.column())
    }
    if form.explainsByShap {
      columns.append(try shapValues.column())
      columns.append(try expectedValues.column())
    }
    return columns
  }

  /// Of equal ones the first.
  private static func indexOfLargest(_ values: UnsafeBufferPointer<Double>) -> Int {
    var best = 0
    for index in values.indices where values[index] > values[best] { best = index }
    return best
  }
}

/// A list of doubles for each row, set in any order, side by side in one array.
private struct RowLists {
  private var values: [Double] = []
  /// Where each row's list begins and ends; nil for none.
  private var ranges: [Range<Int>?] = []

  init() {}

  init(rowCount: Int) { ranges = Array(repeating: nil, count: rowCount) }

  var byteCount: Int { 8 * values.capacity + 24 * ranges.capacity }

  /// Does nothing where no lists are wanted.
  mutating func set(_ list: UnsafeBufferPointer<Double>, row: Int) {
    guard !ranges.isEmpty else { return }
    ranges[row] = values.count..<values.count + list.count
    values.append(contentsOf: list)
  }

  func column() throws(ColumnTooLarge) -> Column {
    let builder = ColumnBuilder(.list(.double), capacity: ranges.count)
    for range in ranges {
      guard let range else {
        builder.appendNull()
        continue
      }
      for index in range { builder.elementBuilder.append(value: values[index]) }
      try builder.finishList()
    }
    return builder.finish()
  }
}
