import Columnar
import Learning

/// The columns of a batch as models want them: as doubles, or as numbers of texts. Each is made once, when the first model
/// asks for it. Belongs to one thread.
struct FeatureColumns {
  private let schema: Schema
  private var batch: RecordBatch
  /// By the index of the column.
  private var doubles: [Int: Column] = [:]
  private var texts: [Int: (numbers: Column, texts: Column)] = [:]
  private var numberings: [Int: GroupTable] = [:]

  init(schema: Schema) {
    self.schema = schema
    batch = RecordBatch.empty(schema)
  }

  var byteCount: Int {
    doubles.values.reduce(0) { $0 + $1.byteCount }
      + texts.values.reduce(0) { $0 + $1.numbers.byteCount + $1.texts.byteCount }
      + numberings.values.reduce(0) { $0 + $1.byteCount }
  }

  mutating func turn(to batch: RecordBatch) {
    self.batch = batch
    doubles.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
  }

  /// A column of numbers, null as NaN.
  mutating func numbers(_ column: Int) throws -> Column {
    if let made = doubles[column] { return made }
    let field = schema.fields[column]
    guard field.type.isNumeric || field.type == .boolean else {
      throw PredictionError.notANumber(feature: field.name, type: field.type)
    }
    let made = try batch.columns[column].casting(to: .double).replacingNullsByNaN()
    doubles[column] = made
    return made
  }

  /// A column of texts with a number for each of them, which later batches give again; null is NaN.
  mutating func texts(_ column: Int) throws -> (numbers: Column, texts: Column) {
    if let made = texts[column] { return made }
    let texts = try batch.columns[column].casting(to: .string)
    let numbering = numberings[column] ?? GroupTable(keyTypes: [.string])
    numberings[column] = numbering
    let made = (numbering.numbers(of: texts), texts)
    self.texts[column] = made
    return made
  }
}

extension GroupTable {
  /// The number of each text of a column as a double, NaN for null. The table's keys are texts.
  func numbers(of texts: Column) -> Column {
    _ = assign([texts], rowCount: texts.length)
    let numbers = groups.indices.map { texts.isNull($0) ? Double.nan : Double(groups[$0]) }
    return numbers.withUnsafeBufferPointer { Column.copying(.double, $0) }
  }
}
