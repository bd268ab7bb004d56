/// Which examples of a group are trained on: those whose weight counts.
///
/// Weights are scaled by a power of two, which costs no digit, so that the largest is at least 1 and less than 2. An example
/// whose weight is less than 2^-200 of that is left out like one of weight 0: sums would not show it.
struct TrainingRows: ~Copyable {
  private var memory = WorkingMemory<Int32>()
  private var scaled = WorkingMemory<Double>()

  /// - Throws: where no example is left, or all weights together leave the range of doubles.
  mutating func select(_ examples: Examples) throws(TrainingError) -> SelectedRows {
    let rowCount = examples.rowCount
    guard rowCount > 0 else { throw .noExamples }
    guard let limit = Int32(exactly: rowCount) else {
      throw .tooManyExamples(count: Int64(rowCount), limit: Int(Int32.max))
    }
    let rows = memory.reserve(rowCount)
    guard let weights = examples.weights else {
      for row in 0..<limit { rows[Int(row)] = row }
      return SelectedRows(rows: rows, count: rowCount, weights: nil, weightScale: 1)
    }
    var largest = 0.0
    for row in 0..<rowCount where weights[row] > largest { largest = weights[row] }
    guard largest > 0 else { throw .noExamples }
    guard largest.isFinite else { throw .notFinite }
    let scale = Double(sign: .plus, exponent: largest.exponent, significand: 1)
    let scaled = scaled.reserve(rowCount)
    var count = 0
    for row in 0..<limit {
      let weight = weights[Int(row)] / scale
      scaled[Int(row)] = weight
      if weight >= 0x1p-200 {
        rows[count] = row
        count += 1
      }
    }
    let selected = SelectedRows(rows: rows, count: count, weights: scaled, weightScale: scale)
    guard (selected.totalWeight * scale).isFinite else { throw .notFinite }
    return selected
  }
}

/// A view of the chosen examples: valid until the next choice.
struct SelectedRows: BitwiseCopyable {
  /// Ascending.
  let rows: UnsafePointer<Int32>
  let count: Int
  /// By row; nil where all count once.
  let weights: UnsafePointer<Double>?
  /// What a weight is to be multiplied by to be what it was given as.
  let weightScale: Double

  /// Of all together, as scaled.
  var totalWeight: Double {
    guard let weights else { return Double(count) }
    var total = 0.0
    for position in 0..<count { total += weights[Int(rows[position])] }
    return total
  }

  @inline(__always)
  func weight(_ row: Int) -> Double { weights?[row] ?? 1 }
}
