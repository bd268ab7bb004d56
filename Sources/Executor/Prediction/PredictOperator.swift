import Columnar
import Learning
import Plan

/// After a shuffle: appends to each row what the model of its key predicts; a null where the key has none, or a feature is null.
///
/// Models come first: they are the first to write to the exchange, or come on the side. They are read from their bytes when the first row
/// asks for them.
final class PredictOperator: BatchOperator {
  private enum Entry {
    case none
    case bytes([UInt8])
    case model(KeyedModel)
  }

  /// A forecast goes no farther ahead: what its variances take grows with the square of its steps.
  private static let largestHorizon = 10_000
  private static let rowsOfLists = 8192
  /// Doubles of features, predictions or SHAP values at a time: 8 MiB.
  private static let blockSize = 1 << 20

  private let operation: PredictionOperation
  private let rowSchema: Schema
  private let keys: GroupTable
  private var entries: [Entry] = []
  private var bytesOfModels = 0
  private var features: FeatureColumns
  private(set) var rowsWithoutModel = 0
  /// For each key the first row of the batch at hand, for each row the next one of its key; -1 for none.
  private var firstRows: [Int32] = []
  private var nextRows: [Int32] = []
  private var values: [Double] = []
  private var predictions: [Double] = []
  private var predictedByteCount = 0

  init(_ operation: PredictionOperation) {
    self.operation = operation
    rowSchema = Schema(Array(operation.schema.fields[operation.rowColumns]))
    keys = GroupTable(keyTypes: operation.schema.fields.prefix(operation.keyCount).map(\.type))
    features = FeatureColumns(schema: rowSchema)
  }

  let isSatisfied = false

  /// A model that was read takes about what its bytes take.
  var byteCount: Int {
    keys.byteCount + 2 * bytesOfModels + 8 * (values.capacity + predictions.capacity)
      + predictedByteCount + features.byteCount
      + MemoryLayout<Entry>.stride * entries.capacity
  }

  func process(_ batch: RecordBatch, _ kind: BatchKind, to output: Output) throws {
    let types = operation.schema.fields.map(\.type)
    guard batch.columns.map(\.type) == types else {
      throw GroupingError.unexpectedColumns(expected: types, found: batch.columns.map(\.type))
    }
    let models = batch.columns[operation.modelColumn]
    var rows = batch
    if models.nullCount < batch.rowCount {
      try take(batch.filtering { !models.isNull($0) })
      rows = try batch.filtering { models.isNull($0) }
    }
    // Lists of many classes may be as large as that: few rows at a time.
    let hasLists = operation.form.explainsByShap || operation.form.kind != .regression
    let sliceRows = hasLists ? Self.rowsOfLists : max(1, rows.rowCount)
    for start in stride(from: 0, to: rows.rowCount, by: sliceRows) {
      let slice = rows.slice(start..<min(start + sliceRows, rows.rowCount))
      try output(try score(slice), .rows)
    }
  }

  func finish(to output: Output) {}

  // MARK: Models

  private func take(_ batch: RecordBatch) throws {
    try assign(batch)
    let models = batch.columns[operation.modelColumn]
    for (row, key) in keys.groups.enumerated() {
      guard case .none = entries[Int(key)] else {
        throw PredictionError.severalModels(key: keyValues(batch, row))
      }
      let bytes = withExtendedLifetime(models) { Array(models.bytes(row)) }
      bytesOfModels += bytes.count
      entries[Int(key)] = .bytes(bytes)
    }
  }

  private func assign(_ batch: RecordBatch) throws(GroupingError) {
    let columns = Array(batch.columns.prefix(operation.keyCount))
    guard keys.assign(columns, rowCount: batch.rowCount) == batch.rowCount else {
      throw .tooManyGroups
    }
    while entries.count < keys.count {
      entries.append(.none)
      firstRows.append(-1)
    }
  }

  private func keyValues(_ batch: RecordBatch, _ row: Int) -> [Scalar] {
    batch.columns.prefix(operation.keyCount).map { $0[row] }
  }

  private func model(_ key: Int, _ batch: RecordBatch, _ row: Int) throws -> KeyedModel? {
    switch entries[key] {
    case .none: return nil
    case .model(let model): return model
    case .bytes(let bytes):
      let stored: StoredModel
      do throws(ModelFormatError) {
        stored = try StoredModel(bytes)
      } catch {
        throw PredictionError.unreadable(error, key: keyValues(batch, row))
      }
      guard stored.kind == operation.form.kind else {
        throw PredictionError.otherKind(stored.kind, expected: operation.form.kind)
      }
      let model = try KeyedModel(stored, schema: rowSchema)
      entries[key] = .model(model)
      return model
    }
  }

  // MARK: Rows

  private func score(_ batch: RecordBatch) throws -> RecordBatch {
    try assign(batch)
    let columns = Array(batch.columns[operation.rowColumns])
    features.turn(
      to: RecordBatch(schema: rowSchema, columns: columns, rowCount: batch.rowCount))
    var predicted = PredictedColumns(operation.form, rowCount: batch.rowCount)
    for key in chainRows() {
      let rows = takeRows(of: key)
      guard let model = try model(key, batch, Int(rows[0])) else {
        rowsWithoutModel += rows.count
        continue
      }
      try predict(model, rows, batch, into: &predicted)
    }
    predictedByteCount = predicted.byteCount
    return RecordBatch(
      schema: operation.outputSchema, columns: columns + (try predicted.columns()),
      rowCount: batch.rowCount)
  }

  /// Links the rows of each key; the keys in the order of their first rows. O(rows).
  private func chainRows() -> [Int] {
    let groups = keys.groups
    nextRows = Array(repeating: -1, count: groups.count)
    for row in groups.indices.reversed() {
      nextRows[row] = firstRows[Int(groups[row])]
      firstRows[Int(groups[row])] = Int32(truncatingIfNeeded: row)
    }
    return groups.indices.compactMap { row in
      firstRows[Int(groups[row])] == Int32(truncatingIfNeeded: row) ? Int(groups[row]) : nil
    }
  }

  private func takeRows(of key: Int) -> [Int32] {
    var rows: [Int32] = []
    var row = firstRows[key]
    firstRows[key] = -1
    while row >= 0 {
      rows.append(row)
      row = nextRows[Int(row)]
    }
    return rows
  }

  private func predict(
    _ model: KeyedModel, _ rows: [Int32], _ batch: RecordBatch,
    into predicted: inout PredictedColumns
  ) throws {
    if model.stored.kind == .forecasting {
      return try forecast(model, rows, batch, into: &predicted)
    }
    let expected = operation.form.explainsByShap ? model.stored.expectedValues : nil
    let width = max(
      1, model.stored.model.output.width, model.stored.features.count,
      (expected?.count ?? 0) * model.stored.features.count)
    let known = model.byteCount
    // Of many classes or features fewer rows at a time.
    let blockRows = max(1, Self.blockSize / width)
    for start in stride(from: 0, to: rows.count, by: blockRows) {
      try predict(
        model, rows[start..<min(start + blockRows, rows.count)], expected: expected,
        into: &predicted)
    }
    bytesOfModels += (model.byteCount - known) / 2
  }

  private func predict(
    _ model: KeyedModel, _ rows: ArraySlice<Int32>, expected: [Double]?,
    into predicted: inout PredictedColumns
  ) throws {
    let stored = model.stored
    reserve(&values, rows.count * stored.features.count)
    try values.withUnsafeMutableBufferPointer { values in
      try model.gather(rows, from: &features, into: values.baseAddress!, stride: rows.count)
    }
    let shapWidth = (expected?.count ?? 0) * stored.features.count
    reserve(&predictions, rows.count * max(stored.model.output.width, shapWidth))
    withExamples(of: stored, rowCount: rows.count) { examples in
      predictions.withUnsafeMutableBufferPointer { predictions in
        let predictions = predictions.baseAddress!
        stored.predict(examples, into: predictions)
        predicted.set(predictions, of: stored, rows: rows)
        guard let expected else { return }
        stored.shapleyValues(examples, into: predictions)
        predicted.setShapValues(predictions, width: shapWidth, expected: expected, rows: rows)
      }
    }
  }

  /// A forecast has no features: row i of its key is i steps after the series, also in later batches.
  private func forecast(
    _ model: KeyedModel, _ rows: [Int32], _ batch: RecordBatch,
    into predicted: inout PredictedColumns
  ) throws {
    let earlier = model.rowCount
    model.rowCount += rows.count
    guard model.rowCount <= Self.largestHorizon else {
      throw PredictionError.tooFarAhead(
        limit: Self.largestHorizon, key: keyValues(batch, Int(rows[0])))
    }
    reserve(&values, 1)
    reserve(&predictions, model.rowCount)
    withExamples(of: model.stored, rowCount: model.rowCount) { examples in
      predictions.withUnsafeMutableBufferPointer {
        model.stored.predict(examples, into: $0.baseAddress!)
        predicted.set($0.baseAddress! + earlier, of: model.stored, rows: rows[...])
      }
    }
  }

  /// Calls `body` with the features that were gathered, `rowCount` doubles apart.
  private func withExamples(
    of stored: StoredModel, rowCount: Int, _ body: (Examples) -> Void
  ) {
    values.withUnsafeBufferPointer { values in
      let base = values.baseAddress!
      let pointers = stored.features.indices.map { base + $0 * rowCount }
      pointers.withUnsafeBufferPointer { pointers in
        // Nobody looks at the label.
        body(Examples(features: pointers, label: base, rowCount: rowCount))
      }
    }
  }

  private func reserve(_ memory: inout [Double], _ count: Int) {
    if memory.count < max(1, count) { memory = Array(repeating: 0, count: max(1, count)) }
  }
}

extension RecordBatch {
  /// The rows for which a condition on their number holds.
  fileprivate func filtering(_ isWanted: (Int) -> Bool) throws -> RecordBatch {
    let locations = (0..<rowCount).filter(isWanted).map {
      RowLocation(chunk: 0, row: Int32(truncatingIfNeeded: $0))
    }
    return locations.count == rowCount
      ? self : try RecordBatch.gathering([self], at: locations[...])
  }
}
