/// Squared Euclidean distances of blocks of eight rows (`PackedRows`) to centers, which lie row after row.
///
/// By differences, never by expanding the square: a row that is a center has the distance 0.
enum CenterDistances {
  @inline(__always)
  static func squared(
    _ block: UnsafePointer<SIMD8<Double>>, _ center: UnsafePointer<Double>, featureCount: Int
  ) -> SIMD8<Double> {
    var sum = SIMD8<Double>.zero
    for feature in 0..<featureCount {
      let difference = block[feature] - center[feature]
      sum = sum.addingProduct(difference, difference)
    }
    return sum
  }

  /// The nearest center of each row, of equally near ones the first, and its distance. Where all distances are
  /// infinite it is center 0.
  ///
  /// Three centers at a time, since one sum after the other would wait for the latency of additions.
  @inline(__always)
  static func nearest(
    _ block: UnsafePointer<SIMD8<Double>>, _ centers: UnsafePointer<Double>, centerCount: Int,
    featureCount: Int
  ) -> (index: SIMD8<Int64>, distance: SIMD8<Double>) {
    var best = SIMD8<Double>(repeating: .infinity)
    var index = SIMD8<Int64>.zero
    var center = 0
    while center &+ 2 < centerCount {
      let first = centers + center &* featureCount
      let second = first + featureCount
      let third = second + featureCount
      var firstSum = SIMD8<Double>.zero
      var secondSum = SIMD8<Double>.zero
      var thirdSum = SIMD8<Double>.zero
      for feature in 0..<featureCount {
        let values = block[feature]
        let firstDifference = values - first[feature]
        firstSum = firstSum.addingProduct(firstDifference, firstDifference)
        let secondDifference = values - second[feature]
        secondSum = secondSum.addingProduct(secondDifference, secondDifference)
        let thirdDifference = values - third[feature]
        thirdSum = thirdSum.addingProduct(thirdDifference, thirdDifference)
      }
      take(firstSum, center, &best, &index)
      take(secondSum, center &+ 1, &best, &index)
      take(thirdSum, center &+ 2, &best, &index)
      center &+= 3
    }
    while center < centerCount {
      let last = squared(block, centers + center &* featureCount, featureCount: featureCount)
      take(last, center, &best, &index)
      center &+= 1
    }
    return (index, best)
  }

  @inline(__always)
  private static func take(
    _ distance: SIMD8<Double>, _ center: Int, _ best: inout SIMD8<Double>,
    _ index: inout SIMD8<Int64>
  ) {
    let isNearer = distance .< best
    best.replace(with: distance, where: isNearer)
    index.replace(with: SIMD8(repeating: Int64(center)), where: isNearer)
  }
}
