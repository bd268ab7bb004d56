/// Means and squares of a column, eight sums side by side.
enum ColumnSums {
  /// 0 of nothing. What rounding took from the sum is added in a second pass (Neely, "Comparison of several algorithms for
  /// computation of means, standard deviations and correlation coefficients", 1966); a sum that leaves the range of
  /// doubles is avoided by updating the mean value by value.
  static func mean(_ values: UnsafeBufferPointer<Double>) -> Double {
    if values.isEmpty { return 0 }
    let count = Double(values.count)
    let rough = sum(values) { $0 } / count
    let mean = rough + sum(values) { $0 - rough } / count
    if mean.isFinite { return mean }
    var updated = 0.0
    for (index, value) in values.enumerated() {
      updated += (value - updated) / Double(index + 1)
    }
    return updated
  }

  /// The sum of (value - center) squared.
  static func squares(_ values: UnsafeBufferPointer<Double>, around center: Double) -> Double {
    sum(values) { ($0 - center) * ($0 - center) }
  }

  @inline(__always)
  private static func sum(
    _ values: UnsafeBufferPointer<Double>, of term: (SIMD8<Double>) -> SIMD8<Double>
  ) -> Double {
    var sums = SIMD8<Double>.zero
    var first = 0
    while values.count &- first >= 8, let base = values.baseAddress {
      sums += term(UnsafeRawPointer(base + first).loadUnaligned(as: SIMD8<Double>.self))
      first &+= 8
    }
    var rest = 0.0
    while first < values.count {
      rest += term(SIMD8(repeating: values[first]))[0]
      first &+= 1
    }
    return sums.sum() + rest
  }
}
