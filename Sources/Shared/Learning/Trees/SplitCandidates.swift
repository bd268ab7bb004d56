/// The thresholds at which a feature may be split: Spark's choice (`RandomForest.findSplitsForContinuousFeature`).
///
/// All midpoints between neighbouring distinct values if they are few enough; else those where the weight so far passes
/// a multiple of an equal share most closely, so that each bin holds about the same weight.
struct SplitCandidates: ~Copyable {
  private var sorting = ValueSort()
  private var distinct = WorkingMemory<Double>()
  private var distinctWeights = WorkingMemory<Double>()

  /// Writes at most `binLimit - 1` ascending thresholds and returns their number.
  ///
  /// A value is left of a threshold that is at least as large. Thresholds are less than the larger of the two values
  /// that they tell apart, also where one of those is infinite.
  mutating func find(
    _ column: UnsafePointer<Double>, weights: UnsafePointer<Double>?,
    rows: UnsafePointer<Int32>, count: Int, binLimit: Int,
    into thresholds: UnsafeMutablePointer<Double>
  ) -> Int {
    let keys = sorting.sort(column, rows: rows, count: count)
    let distinct = distinct.reserve(count)
    let distinctWeights = distinctWeights.reserve(count)
    var distinctCount = 0
    var start = 0
    for position in 1...count where position == count || keys[position] != keys[start] {
      distinct[distinctCount] = ValueSort.value(keys[start])
      distinctWeights[distinctCount] = Double(position &- start)
      distinctCount &+= 1
      start = position
    }
    if distinctCount <= binLimit {
      for index in 0..<(distinctCount &- 1) {
        thresholds[index] = Self.midpoint(distinct[index], distinct[index &+ 1])
      }
      return distinctCount &- 1
    }
    if let weights {
      for index in 0..<distinctCount { distinctWeights[index] = 0 }
      for position in 0..<count {
        let row = Int(rows[position])
        let index = Self.lowerBound(distinct, distinctCount &- 1, column[row])
        distinctWeights[index] += weights[row]
      }
    }
    return Self.spread(
      distinct, distinctWeights, distinctCount, binLimit: binLimit, into: thresholds)
  }

  private static func spread(
    _ values: UnsafePointer<Double>, _ weights: UnsafePointer<Double>, _ count: Int, binLimit: Int,
    into thresholds: UnsafeMutablePointer<Double>
  ) -> Int {
    var total = 0.0
    for index in 0..<count { total += weights[index] }
    let share = total / Double(binLimit)
    var thresholdCount = 0
    var weightBefore = weights[0]
    var target = share
    for index in 1..<count where thresholdCount < binLimit &- 1 {
      let weight = weightBefore + weights[index]
      if (weightBefore - target).magnitude < (weight - target).magnitude {
        thresholds[thresholdCount] = midpoint(values[index &- 1], values[index])
        thresholdCount &+= 1
        target += share
      }
      weightBefore = weight
    }
    return thresholdCount
  }

  /// A number that is at least `low` and less than `high`, half-way where that exists.
  static func midpoint(_ low: Double, _ high: Double) -> Double {
    let sum = low + high
    let middle = sum.isFinite ? sum / 2 : low / 2 + high / 2
    return middle >= low && middle < high ? middle : low
  }

  /// How many of the ascending `thresholds` are less than a value: its bin.
  @inline(__always)
  static func lowerBound(
    _ thresholds: UnsafePointer<Double>, _ count: Int, _ value: Double
  ) -> Int {
    var base = 0
    var rest = count
    while rest > 1 {
      let half = rest >> 1
      base &+= thresholds[base &+ half &- 1] < value ? half : 0
      rest &-= half
    }
    return rest == 1 && thresholds[base] < value ? base &+ 1 : base
  }
}
