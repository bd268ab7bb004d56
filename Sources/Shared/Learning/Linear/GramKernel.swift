// The hottest loop of models that are linear in their parameters: products of all pairs of columns.

extension ColumnKernels {
  /// Columns that are multiplied at once: three of one side, four of the other.
  ///
  /// Their twelve sums, three values and one more fill the sixteen vector registers of x86-64: seven loads for twelve
  /// multiplications, so that the multipliers and not the loads decide.
  private static let tileHeight = 3
  private static let tileWidth = 4

  /// The doubles of `scratch` that `weightedGram` needs.
  package static let gramScratch = tileHeight * rowsPerBlock

  /// Writes the sum over rows of weight times column a times column b, for all pairs, into both triangles of a matrix
  /// whose rows lie `outputStride` apart.
  ///
  /// Unsafe: as the other kernels. What a tile has beyond the last column is the last column once more, and is not written.
  /// - Parameter scratch: `gramScratch` doubles.
  /// - Complexity: O(rows * columns squared / 2).
  package static func weightedGram(
    _ columns: UnsafePointer<Double>, stride: Int, columnCount: Int,
    weights: UnsafePointer<Double>, rows: Int, into output: UnsafeMutablePointer<Double>,
    outputStride: Int, scratch: UnsafeMutablePointer<Double>
  ) {
    for row in 0..<columnCount {
      for column in 0...row { output[row &* outputStride &+ column] = 0 }
    }
    let last = columnCount &- 1
    var start = 0
    while start < rows {
      let length = min(rowsPerBlock, rows &- start)
      let block = columns + start
      var top = 0
      while top < columnCount {
        for row in 0..<tileHeight {
          weigh(
            block + min(top &+ row, last) &* stride, weights + start, length,
            into: scratch + row &* rowsPerBlock)
        }
        let bottom = min(top &+ tileHeight, columnCount)
        var left = 0
        while left < bottom {
          let sums = tile(
            scratch, block + left &* stride, block + min(left &+ 1, last) &* stride,
            block + min(left &+ 2, last) &* stride, block + min(left &+ 3, last) &* stride, length)
          add(sums.0, row: top, left, bottom, output, outputStride)
          add(sums.1, row: top &+ 1, left, bottom, output, outputStride)
          add(sums.2, row: top &+ 2, left, bottom, output, outputStride)
          left &+= tileWidth
        }
        top &+= tileHeight
      }
      start &+= length
    }
    for row in 0..<columnCount {
      for column in 0..<row {
        output[column &* outputStride &+ row] = output[row &* outputStride &+ column]
      }
    }
  }

  @inline(__always)
  private static func weigh(
    _ column: UnsafePointer<Double>, _ weights: UnsafePointer<Double>, _ count: Int,
    into target: UnsafeMutablePointer<Double>
  ) {
    var row = 0
    while row < count {
      LaneMemory.store(LaneMemory.load(column, row) * LaneMemory.load(weights, row), target, row)
      row &+= lanes
    }
  }

  /// The products of three columns, which lie in `scratch`, with four others: a row of four for each of the three.
  @inline(__always)
  private static func tile(
    _ scratch: UnsafePointer<Double>, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>,
    _ c: UnsafePointer<Double>, _ d: UnsafePointer<Double>, _ count: Int
  ) -> (SIMD4<Double>, SIMD4<Double>, SIMD4<Double>) {
    var (a0, a1, a2) = (SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero)
    var (b0, b1, b2) = (SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero)
    var (c0, c1, c2) = (SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero)
    var (d0, d1, d2) = (SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero)
    var row = 0
    while row < count {
      let first = loadFour(scratch, row)
      let second = loadFour(scratch + rowsPerBlock, row)
      let third = loadFour(scratch + 2 &* rowsPerBlock, row)
      var values = loadFour(a, row)
      a0 = a0.addingProduct(first, values)
      a1 = a1.addingProduct(second, values)
      a2 = a2.addingProduct(third, values)
      values = loadFour(b, row)
      b0 = b0.addingProduct(first, values)
      b1 = b1.addingProduct(second, values)
      b2 = b2.addingProduct(third, values)
      values = loadFour(c, row)
      c0 = c0.addingProduct(first, values)
      c1 = c1.addingProduct(second, values)
      c2 = c2.addingProduct(third, values)
      values = loadFour(d, row)
      d0 = d0.addingProduct(first, values)
      d1 = d1.addingProduct(second, values)
      d2 = d2.addingProduct(third, values)
      row &+= 4
    }
    return (sums(a0, b0, c0, d0), sums(a1, b1, c1, d1), sums(a2, b2, c2, d2))
  }

  @inline(__always)
  private static func loadFour(_ pointer: UnsafePointer<Double>, _ index: Int) -> SIMD4<Double> {
    UnsafeRawPointer(pointer + index).loadUnaligned(as: SIMD4<Double>.self)
  }

  /// The four sums of four vectors.
  @inline(__always)
  private static func sums(
    _ a: SIMD4<Double>, _ b: SIMD4<Double>, _ c: SIMD4<Double>, _ d: SIMD4<Double>
  ) -> SIMD4<Double> {
    let ab = SIMD4(a[0], b[0], a[2], b[2]) + SIMD4(a[1], b[1], a[3], b[3])
    let cd = SIMD4(c[0], d[0], c[2], d[2]) + SIMD4(c[1], d[1], c[3], d[3])
    return SIMD4(ab[0], ab[1], cd[0], cd[1]) + SIMD4(ab[2], ab[3], cd[2], cd[3])
  }

  /// Adds those of four sums that lie in the lower triangle, from column `left` on.
  @inline(__always)
  private static func add(
    _ sums: SIMD4<Double>, row: Int, _ left: Int, _ bottom: Int,
    _ output: UnsafeMutablePointer<Double>, _ outputStride: Int
  ) {
    guard row < bottom else { return }
    let target = output + (row &* outputStride &+ left)
    if left &+ 3 <= row {
      let before = loadFour(target, 0)
      UnsafeMutableRawPointer(target).storeBytes(of: before + sums, as: SIMD4<Double>.self)
      return
    }
    var column = left
    while column <= row {
      target[column &- left] += sums[column &- left]
      column &+= 1
    }
  }
}
