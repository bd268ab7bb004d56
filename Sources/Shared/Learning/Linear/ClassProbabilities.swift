/// Turns logarithms of likelihoods into probabilities.
enum ClassProbabilities {
  /// Writes the probabilities of `rowCount` examples, `classCount` doubles each, row after row.
  ///
  /// Eight examples at a time, whose logarithms stay where they are computed until they are probabilities.
  /// - Parameter logarithms: writes those of up to eight examples from `row` on: for each class its eight lanes, of which
  ///   those behind `count` may be any.
  @inline(__always)
  static func write(
    rowCount: Int, classCount: Int, to predictions: UnsafeMutablePointer<Double>,
    logarithms: (_ row: Int, _ count: Int, _ lanes: UnsafeMutablePointer<SIMD8<Double>>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: SIMD8<Double>.self, capacity: classCount) { memory in
      // Unsafe: a class each, which `logarithms` initialises.
      let lanes = memory.baseAddress!
      var row = 0
      while row < rowCount {
        let count = min(LaneMemory.count, rowCount &- row)
        logarithms(row, count, lanes)
        let target = predictions + row &* classCount
        let largest = largest(lanes, classCount: classCount)
        if LaneMemory.areFinite(largest) {
          normalise(lanes, classCount: classCount, largest: largest)
          store(lanes, classCount: classCount, target, count: count)
        } else {
          storeOneByOne(lanes, classCount: classCount, largest: largest, target, count: count)
        }
        row &+= LaneMemory.count
      }
    }
  }

  /// The largest logarithm of each example.
  @inline(__always)
  private static func largest(
    _ lanes: UnsafePointer<SIMD8<Double>>, classCount: Int
  ) -> SIMD8<Double> {
    var largest = lanes[0]
    for index in 1..<classCount {
      largest.replace(with: lanes[index], where: lanes[index] .> largest)
    }
    return largest
  }

  /// Replaces logarithms by their softmax, where the largest of them is finite.
  @inline(__always)
  private static func normalise(
    _ lanes: UnsafeMutablePointer<SIMD8<Double>>, classCount: Int, largest: SIMD8<Double>
  ) {
    var sum = SIMD8<Double>.zero
    for index in 0..<classCount {
      lanes[index] = ElementaryFunctions.exp(lanes[index] - largest)
      sum += lanes[index]
    }
    let share = 1 / sum
    for index in 0..<classCount { lanes[index] *= share }
  }

  @inline(__always)
  private static func store(
    _ lanes: UnsafePointer<SIMD8<Double>>, classCount: Int,
    _ target: UnsafeMutablePointer<Double>, count: Int
  ) {
    if classCount == 2, count == LaneMemory.count {
      var pairs = SIMD16<Double>()
      pairs.evenHalf = lanes[0]
      pairs.oddHalf = lanes[1]
      UnsafeMutableRawPointer(target).storeBytes(of: pairs, as: SIMD16<Double>.self)
      return
    }
    for index in 0..<classCount {
      for lane in 0..<count { target[lane &* classCount &+ index] = lanes[index][lane] }
    }
  }

  /// Where an example has an infinite logarithm: what becomes of the others does not depend on it.
  @inline(never)
  private static func storeOneByOne(
    _ lanes: UnsafeMutablePointer<SIMD8<Double>>, classCount: Int, largest: SIMD8<Double>,
    _ target: UnsafeMutablePointer<Double>, count: Int
  ) {
    for index in 0..<classCount {
      for lane in 0..<count { target[lane &* classCount &+ index] = lanes[index][lane] }
    }
    normalise(lanes, classCount: classCount, largest: largest)
    for lane in 0..<count {
      let values = target + lane &* classCount
      if largest[lane].isFinite {
        for index in 0..<classCount { values[index] = lanes[index][lane] }
      } else {
        normaliseInfinite(values, count: classCount)
      }
    }
  }

  /// Values that are all minus infinity, of which none is the likelier, become equal probabilities, and so do several that
  /// are infinite.
  private static func normaliseInfinite(_ values: UnsafeMutablePointer<Double>, count: Int) {
    var largest = values[0]
    for index in 1..<count { largest = max(largest, values[index]) }
    var likeliest = 0.0
    for index in 0..<count where values[index] == largest { likeliest += 1 }
    for index in 0..<count {
      values[index] = largest.isNaN ? .nan : values[index] == largest ? 1 / likeliest : 0
    }
  }
}
