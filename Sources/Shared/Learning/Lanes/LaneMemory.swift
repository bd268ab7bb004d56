/// Eight doubles to and from memory.
///
/// Unsafe: pointers have as many doubles as each function names; nothing is checked, and nothing need be aligned.
enum LaneMemory {
  static let count = 8

  @inline(__always)
  static func load(_ pointer: UnsafePointer<Double>, _ index: Int) -> SIMD8<Double> {
    UnsafeRawPointer(pointer + index).loadUnaligned(as: SIMD8<Double>.self)
  }

  /// The first `count` of eight, at least one; zeros behind them.
  @inline(__always)
  static func load(
    _ pointer: UnsafePointer<Double>, _ index: Int, count: Int
  ) -> SIMD8<Double> {
    if count >= self.count { return load(pointer, index) }
    var lanes = SIMD8<Double>.zero
    for lane in 0..<count { lanes[lane] = pointer[index &+ lane] }
    return lanes
  }

  @inline(__always)
  static func store(
    _ value: SIMD8<Double>, _ pointer: UnsafeMutablePointer<Double>, _ index: Int
  ) {
    UnsafeMutableRawPointer(pointer + index).storeBytes(of: value, as: SIMD8<Double>.self)
  }

  /// The first `count` of eight.
  @inline(__always)
  static func store(
    _ value: SIMD8<Double>, _ pointer: UnsafeMutablePointer<Double>, _ index: Int, count: Int
  ) {
    if count >= self.count { return store(value, pointer, index) }
    for lane in 0..<count { pointer[index &+ lane] = value[lane] }
  }

  /// Whether all eight are finite.
  @inline(__always)
  static func areFinite(_ values: SIMD8<Double>) -> Bool {
    // Zero times anything finite is zero, and else NaN.
    (values * 0).sum() == 0
  }
}
