// The hot loops over the rows of a group: eight doubles at a time, with fused multiply-adds, in an order of additions
// that depends on the number of rows alone.

/// Loops over padded columns: they begin `stride` doubles apart, `stride` is a multiple of `lanes`, and what lies behind
/// the last row is zero. Column c of a matrix is at `columns + c * stride`.
///
/// Unsafe: pointers have at least the sizes that each function names; nothing is checked.
enum ColumnKernels {
  static let lanes = 8

  /// Rows at a time: so many of twenty columns stay in the cache nearest to a core.
  static let rowsPerBlock = 128

  /// The least multiple of `lanes` that holds so many rows.
  static func padded(_ rowCount: Int) -> Int { (rowCount &+ (lanes &- 1)) & ~(lanes &- 1) }

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Double>, _ index: Int) -> SIMD8<Double> {
    UnsafeRawPointer(pointer + index).loadUnaligned(as: SIMD8<Double>.self)
  }

  @inline(__always)
  private static func store(
    _ value: SIMD8<Double>, _ pointer: UnsafeMutablePointer<Double>, _ index: Int
  ) {
    UnsafeMutableRawPointer(pointer + index).storeBytes(of: value, as: SIMD8<Double>.self)
  }

  /// The sum of a times b.
  static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int) -> Double {
    var sums = SIMD8<Double>.zero
    var row = 0
    while row < count {
      sums = sums.addingProduct(load(a, row), load(b, row))
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
      let value = load(a, row)
      sums = sums.addingProduct(value * load(weights, row), value)
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
      sums += load(a, row) * 0
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
        sums = sums.addingProduct(load(column, 0), SIMD8(repeating: coefficients[index]))
        column += stride
      }
      store(sums, output, row)
      row &+= lanes
    }
  }

  /// Writes the sum over rows of value times column, for each column.
  static func transposedProduct(
    _ columns: UnsafePointer<Double>, stride: Int, columnCount: Int,
    _ values: UnsafePointer<Double>, into output: UnsafeMutablePointer<Double>, rows: Int
  ) {
    for index in 0..<columnCount {
      output[index] = dot(columns + index &* stride, values, count: rows)
    }
  }

  /// Writes the sum over rows of weight times column a times column b, for all pairs, into both triangles of a matrix
  /// whose rows lie `outputStride` apart.
  /// - Parameter scratch: `rowsPerBlock` doubles.
  /// - Complexity: O(rows * columns squared / 2).
  static func weightedGram(
    _ columns: UnsafePointer<Double>, stride: Int, columnCount: Int,
    weights: UnsafePointer<Double>, rows: Int, into output: UnsafeMutablePointer<Double>,
    outputStride: Int, scratch: UnsafeMutablePointer<Double>
  ) {
    for row in 0..<columnCount {
      for column in 0...row { output[row &* outputStride &+ column] = 0 }
    }
    var start = 0
    while start < rows {
      let length = min(rowsPerBlock, rows &- start)
      for a in 0..<columnCount {
        let first = columns + (a &* stride &+ start)
        var row = 0
        while row < length {
          store(load(first, row) * load(weights + start, row), scratch, row)
          row &+= lanes
        }
        let target = output + a &* outputStride
        var b = 0
        while b &+ 3 <= a {
          addFourDots(
            scratch, columns + (b &* stride &+ start), stride, length, into: target + b)
          b &+= 4
        }
        while b <= a {
          target[b] += dot(scratch, columns + (b &* stride &+ start), count: length)
          b &+= 1
        }
      }
      start &+= length
    }
    for row in 0..<columnCount {
      for column in 0..<row {
        output[column &* outputStride &+ row] = output[row &* outputStride &+ column]
      }
    }
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
      let value = load(values, row)
      sums0 = sums0.addingProduct(value, load(columns, row))
      sums1 = sums1.addingProduct(value, load(second, row))
      sums2 = sums2.addingProduct(value, load(third, row))
      sums3 = sums3.addingProduct(value, load(fourth, row))
      row &+= lanes
    }
    output[0] += sums0.sum()
    output[1] += sums1.sum()
    output[2] += sums2.sum()
    output[3] += sums3.sum()
  }
}
