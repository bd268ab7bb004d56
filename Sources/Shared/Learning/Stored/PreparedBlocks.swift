extension StoredModel {
  /// The doubles of prepared features that a block of rows takes: 64 KiB stay in a core's cache, and the allocator
  /// has such pieces at hand.
  private static let blockSize = 8192

  /// Calls `body` with the rows as the model sees them, and the first row of each block. Without a preparation there is one
  /// block, of the examples themselves.
  ///
  /// Unsafe: a block is valid until `body` returns.
  @inline(__always)
  func forEachPreparedBlock(_ examples: Examples, _ body: (Examples, Int) -> Void) {
    // Models do not check the index of a feature.
    precondition(examples.features.count == features.count)
    guard let preparation else { return body(examples, 0) }
    let columnCount = preparation.columnCount
    let blockRows = max(1, min(examples.rowCount, max(8, Self.blockSize / max(1, columnCount))))
    withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, columnCount * blockRows)) {
      values in
      withUnsafeTemporaryAllocation(
        of: UnsafePointer<Double>.self, capacity: max(1, columnCount + features.count)
      ) { pointers in
        let values = values.baseAddress!
        for column in 0..<columnCount {
          pointers[column] = UnsafePointer(values + column * blockRows)
        }
        let prepared = UnsafeBufferPointer(rebasing: pointers[..<columnCount])
        let given = UnsafeMutableBufferPointer(
          rebasing: pointers[columnCount..<columnCount + features.count])
        var first = 0
        while first < examples.rowCount {
          let count = min(blockRows, examples.rowCount - first)
          for feature in features.indices { given[feature] = examples.features[feature] + first }
          preparation.apply(
            Examples(
              features: UnsafeBufferPointer(given), label: examples.label, rowCount: count),
            into: values, stride: blockRows)
          body(Examples(features: prepared, label: examples.label, rowCount: count), first)
          first += count
        }
      }
    }
  }
}

extension Examples {
  /// Makes all `width` values NaN of each row that has a feature that is NaN.
  func overwriteRowsWithNulls(_ values: UnsafeMutablePointer<Double>, width: Int) {
    for column in features where Self.containsNaN(column, count: rowCount) {
      for row in 0..<rowCount where column[row].isNaN {
        (values + row * width).update(repeating: .nan, count: width)
      }
    }
  }

  /// Eight at a time and without a branch, since the usual column has none.
  private static func containsNaN(_ values: UnsafePointer<Double>, count: Int) -> Bool {
    var found = SIMDMask<SIMD8<Int64>>(repeating: false)
    var index = 0
    while index &+ 8 <= count {
      let lanes = UnsafeRawPointer(values + index).loadUnaligned(as: SIMD8<Double>.self)
      found .|= lanes .!= lanes
      index &+= 8
    }
    while index < count {
      if values[index].isNaN { return true }
      index &+= 1
    }
    return any(found)
  }
}
