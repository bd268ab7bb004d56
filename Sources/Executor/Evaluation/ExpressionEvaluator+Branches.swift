import Columnar
import Plan

// Forms that evaluate an operand only on the rows that need it. Where no operand can fail, all of them are
// evaluated on all rows, which is faster and gives the same.

extension ExpressionEvaluator {
  /// AND and OR: a row is settled once an operand has the value `settledBy` in it.
  func evaluateLogic(
    _ compiled: CompiledExpression, _ input: RecordBatch, _ function: String,
    settledBy value: Bool
  ) throws -> Datum {
    var result = try evaluate(compiled.operands[0], input)
    for operand in compiled.operands.dropFirst() {
      let next: Datum
      if operand.canFail {
        let open = try result.expanded(to: input.rowCount).mask { $0 != value }
        next = .column(try evaluate(operand, input, where: open))
      } else {
        next = try evaluate(operand, input)
      }
      let column = try ComputeFunction.call(function, [result, next], returning: .boolean)
      result = result.isScalar && next.isScalar ? .scalar(column) : .column(column)
    }
    return result
  }

  /// The value of an operand where `mask` is true, and null elsewhere.
  private func evaluate(
    _ operand: CompiledExpression, _ input: RecordBatch, where mask: Column
  ) throws -> Column {
    let selected = mask.countOfTrue
    if selected == 0 {
      return try Column(operand.type, [.null]).taking(
        Column(longs: [Int64?](repeating: 0, count: input.rowCount)))
    }
    let rows = try input.filtering(by: mask)
    let values = try evaluate(operand, rows).expanded(to: selected)
    return selected == input.rowCount ? values : try values.taking(mask.ranksOfTrue)
  }

  func evaluateCase(_ compiled: CompiledExpression, _ input: RecordBatch) throws -> Datum {
    let operands = compiled.operands
    // Conditions and values in turn, the value of the other rows last.
    if !operands.dropFirst().contains(where: \.canFail) {
      var result = try evaluate(operands[operands.count - 1], input)
      for index in stride(from: operands.count - 3, through: 0, by: -2) {
        let condition = try evaluate(operands[index], input)
        let isTrue = try ComputeFunction.call(
          "coalesce", [condition, .scalar(.boolean(false), .boolean)], returning: .boolean)
        let value = try evaluate(operands[index + 1], input)
        let isScalar = condition.isScalar && value.isScalar && result.isScalar
        let column = try ComputeFunction.call(
          "if_else",
          [isScalar || condition.isScalar ? .scalar(isTrue) : .column(isTrue), value, result],
          returning: compiled.type)
        result = isScalar ? .scalar(column) : .column(column)
      }
      return result
    }
    var pieces = ScatteredRows(rowCount: input.rowCount)
    var remaining = SelectedRows(all: input)
    for index in stride(from: 0, to: operands.count - 1, by: 2) where remaining.batch.rowCount > 0 {
      let condition = try evaluate(operands[index], remaining.batch)
        .expanded(to: remaining.batch.rowCount)
      let chosen = try remaining.selecting(condition.mask { $0 == true })
      try append(operands[index + 1], chosen, to: &pieces)
      remaining = try remaining.selecting(condition.mask { $0 != true })
    }
    try append(operands[operands.count - 1], remaining, to: &pieces)
    return .column(try pieces.gathered())
  }

  func evaluateCoalesce(_ compiled: CompiledExpression, _ input: RecordBatch) throws -> Datum {
    let operands = compiled.operands
    if !operands.dropFirst().contains(where: \.canFail) {
      let values = try operands.map { try evaluate($0, input) }
      let column = try ComputeFunction.call("coalesce", values, returning: compiled.type)
      return values.allSatisfy(\.isScalar) ? .scalar(column) : .column(column)
    }
    var pieces = ScatteredRows(rowCount: input.rowCount)
    var remaining = SelectedRows(all: input)
    for (index, operand) in operands.enumerated() where remaining.batch.rowCount > 0 {
      let values = try evaluate(operand, remaining.batch).expanded(to: remaining.batch.rowCount)
      if index == operands.count - 1 {
        pieces.append(values, at: remaining.rows)
      } else {
        let found = values.validityMask
        let chosen = try remaining.selecting(found)
        pieces.append(try values.filtering(by: found), at: chosen.rows)
        remaining = try remaining.selecting(found.mask { $0 == false })
      }
    }
    return .column(try pieces.gathered())
  }

  private func append(
    _ operand: CompiledExpression, _ selected: SelectedRows, to pieces: inout ScatteredRows
  ) throws {
    if selected.batch.rowCount == 0 { return }
    let values = try evaluate(operand, selected.batch).expanded(to: selected.batch.rowCount)
    pieces.append(values, at: selected.rows)
  }
}

/// Some rows of a batch, and which ones they are.
private struct SelectedRows {
  let batch: RecordBatch
  /// The rows' numbers in the whole batch, ascending.
  let rows: [Int32]

  init(all batch: RecordBatch) {
    self.init(batch: batch, rows: Array(0..<Int32(batch.rowCount)))
  }

  private init(batch: RecordBatch, rows: [Int32]) {
    self.batch = batch
    self.rows = rows
  }

  /// Those for which `mask`, which has no nulls, is true.
  func selecting(_ mask: Column) throws -> SelectedRows {
    let selected = try batch.filtering(by: mask)
    let kept = withExtendedLifetime(mask) {
      let bits = mask.booleans
      return [Int32](unsafeUninitializedCapacity: rows.count) { buffer, count in
        for index in rows.indices {
          // Written always and kept only when it is selected: no branch.
          buffer[count] = rows[index]
          count += bits[index] ? 1 : 0
        }
      }
    }
    return SelectedRows(batch: selected, rows: kept)
  }
}

/// Values that were computed for some rows each, to be put back in the order of the rows. In the end each row
/// has one value.
private struct ScatteredRows {
  private var columns: [Column] = []
  /// Where a row's value stands in the columns laid end to end: longs.
  private let places: ColumnMemory
  private var count = 0

  init(rowCount: Int) {
    places = ColumnMemory(.long, length: rowCount)
  }

  mutating func append(_ values: Column, at rows: [Int32]) {
    let numbers = places.values.assumingMemoryBound(to: Int64.self)
    for (index, row) in rows.enumerated() { numbers[Int(row)] = Int64(count + index) }
    columns.append(values)
    count += values.length
  }

  func gathered() throws -> Column {
    if columns.count == 1 { return columns[0] }
    return try Column.concatenating(columns).taking(places.finish())
  }
}

extension Column {
  /// For each row of a boolean column whether its value (nil for null) passes; never null.
  fileprivate func mask(_ isIncluded: (Bool?) -> Bool) -> Column {
    let memory = ColumnMemory(.boolean, length: length)
    withExtendedLifetime(self) {
      let bits = booleans
      for row in 0..<length where isIncluded(isNull(row) ? nil : bits[row]) { memory.setBit(row) }
    }
    return memory.finish()
  }

  /// Whether each value is not null.
  fileprivate var validityMask: Column {
    let memory = ColumnMemory(.boolean, length: length)
    for row in 0..<length where !isNull(row) { memory.setBit(row) }
    return memory.finish()
  }

  /// For each true row of a mask how many are true before it; null for the others.
  fileprivate var ranksOfTrue: Column {
    let memory = ColumnMemory(.long, length: length)
    var rank: Int64 = 0
    withExtendedLifetime(self) {
      let bits = booleans
      for row in 0..<length {
        memory.values.storeBytes(of: rank, toByteOffset: row * 8, as: Int64.self)
        if bits[row] { rank += 1 } else { memory.setNull(row) }
      }
    }
    return memory.finish()
  }
}
