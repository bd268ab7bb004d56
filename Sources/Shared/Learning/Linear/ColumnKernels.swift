// The hot loops over the rows of a group: eight doubles at a time, with fused multiply-adds, in an order of additions
// that depends on the number of rows alone.

/// Loops over padded columns: they begin `stride` doubles apart, `stride` is a multiple of `lanes`, and what lies behind
/// the last row is zero. Column c of a matrix is at `columns + c * stride`.
///
/// Unsafe: pointers have at least the sizes that each function names; nothing is checked.
package enum ColumnKernels {
  static let lanes = 8

  /// Rows at a time: so many of twenty columns stay near to a core, in its first or second cache.
  static let rowsPerBlock = 256

  /// The least multiple of `lanes` that holds so many rows.
  static func padded(_ rowCount: Int) -> Int { (rowCount &+ (lanes &- 1)) & ~(lanes &- 1) }

  /// The sum of a times b.
  static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int) -> Double {
    var sums = SIMD8<Double>.zero
    var row = 0
    while row < count {
      sums = sums.addingProduct(LaneMemory.load(a, row), LaneMemory.load(b, row))
      row &+= lanes
    }
    return sums.sum()
  }

  /// The sum of weight times a squared.
  static func weightedSquares(
    _ a: UnsafePointer<Double>, weights: UnsafePointer<Double>, count: Int
  ) -> Double {
    var sums = SIMD8<Double>.zero
    var row = 0
    while row < count {
      let value = LaneMemory.load(a, row)
      sums = sums.addingProduct(value * LaneMemory.load(weights, row), value)
      row &+= lanes
    }
    return sums.sum()
  }

  /// Whether all values are finite.
  static func areFinite(_ a: UnsafePointer<Double>, count: Int) -> Bool {
    // Zero times anything finite is zero, and else NaN.
    var sums = SIMD8<Double>.zero
    var row = 0
    while row < count {
      sums += LaneMemory.load(a, row) * 0
      row &+= lanes
    }
    return sums.sum() == 0
  }

  /// Writes the sum over columns of coefficient times column: `rows` doubles.
  static func product(
    _ columns: UnsafePointer<Double>, stride: Int, columnCount: Int,
    _ coefficients: UnsafePointer<Double>, into output: UnsafeMutablePointer<Double>, rows: Int
  ) {
    var row = 0
    while row < rows {
      // Sums stay in registers; the columns are read side by side.
      var sums = SIMD8<Double>.zero
      var column = columns + row
      for index in 0..<columnCount {
        sums = sums.addingProduct(LaneMemory.load(column, 0), SIMD8(repeating: coefficients[index]))
        column += stride
      }
      LaneMemory.store(sums, output, row)
      row &+= lanes
    }
  }

  /// Writes the sum over rows of value times column, for each column.
  static func transposedProduct(
    _ columns: UnsafePointer<Double>, stride: Int, columnCount: Int,
    _ values: UnsafePointer<Double>, into output: UnsafeMutablePointer<Double>, rows: Int
  ) {
    for index in 0..<columnCount { output[index] = 0 }
    addTransposedProduct(
      columns, stride: stride, columnCount: columnCount, values, to: output, rows: rows)
  }

  /// Adds the sum over rows of value times column, for each column.
  static func addTransposedProduct(
    _ columns: UnsafePointer<Double>, stride: Int, columnCount: Int,
    _ values: UnsafePointer<Double>, to output: UnsafeMutablePointer<Double>, rows: Int
  ) {
    var index = 0
    while index &+ 3 < columnCount {
      addFourDots(values, columns + index &* stride, stride, rows, into: output + index)
      index &+= 4
    }
    while index < columnCount {
      output[index] += dot(columns + index &* stride, values, count: rows)
      index &+= 1
    }
  }

  /// The sum of all values.
  static func sum(_ a: UnsafePointer<Double>, count: Int) -> Double {
    var sums = SIMD8<Double>.zero
    var row = 0
    while row < count {
      sums += LaneMemory.load(a, row)
      row &+= lanes
    }
    return sums.sum()
  }

  /// Four columns at once: each value of the first is loaded once, and the additions do not wait for each other.
  @inline(__always)
  private static func addFourDots(
    _ values: UnsafePointer<Double>, _ columns: UnsafePointer<Double>, _ stride: Int, _ count: Int,
    into output: UnsafeMutablePointer<Double>
  ) {
    let second = columns + stride
    let third = second + stride
    let fourth = third + stride
    var sums0 = SIMD8<Double>.zero
    var sums1 = SIMD8<Double>.zero
    var sums2 = SIMD8<Double>.zero
    var sums3 = SIMD8<Double>.zero
    var row = 0
    while row < count {
      let value = LaneMemory.load(values, row)
      sums0 = sums0.addingProduct(value, LaneMemory.load(columns, row))
      sums1 = sums1.addingProduct(value, LaneMemory.load(second, row))
      sums2 = sums2.addingProduct(value, LaneMemory.load(third, row))
      sums3 = sums3.addingProduct(value, LaneMemory.load(fourth, row))
      row &+= lanes
    }
    output[0] += sums0.sum()
    output[1] += sums1.sum()
    output[2] += sums2.sum()
    output[3] += sums3.sum()
  }
}
