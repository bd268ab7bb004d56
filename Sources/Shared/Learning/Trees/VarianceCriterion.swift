/// Splits that lower the variance of a numeric label (Breiman et al., "Classification and Regression Trees", 1984, section 8.4).
///
/// A split of weight w into l and r with sums of labels s, t gains l r / w^2 (s / l - t / r)^2 for each unit of weight: a form
/// that loses no digits. Labels are centred at their mean and scaled by a power of two to magnitudes below 2, weights to at most 2,
/// so that no product leaves the range of doubles.
///
/// Unsafe: a view of memory of `RegressionTarget`.
struct VarianceCriterion: SplitCriterion {
  /// Of each example the weight and weight times label; where `isWeighted` also how often it counts, and nothing.
  let statistics: UnsafePointer<Double>
  /// The labels as they were given.
  let labels: UnsafePointer<Double>
  let isWeighted: Bool
  let center: Double
  let labelScale: Double
  let weightScale: Double

  /// With a count of their own, statistics are padded to a whole vector.
  var width: Int { isWeighted ? 4 : 2 }
  var summaryWidth: Int { width + 2 }
  @inline(__always) private var countSlot: Int { isWeighted ? 2 : 0 }

  func summarise(
    _ rows: UnsafePointer<Int32>, count: Int, into summary: UnsafeMutablePointer<Double>
  ) -> Double {
    if isWeighted {
      sum(rows, count, as: SIMD4<Double>.self, into: summary)
    } else {
      sum(rows, count, as: SIMD2<Double>.self, into: summary)
    }
    let (low, high) = (summary[width], summary[width + 1])
    if low == high { return .infinity }
    // Of labels this far apart; less than what one example of a billion explains.
    let range = high / labelScale - low / labelScale
    return 1e-15 * range * range
  }

  @inline(__always)
  private func sum<Vector: SIMD<Double>>(
    _ rows: UnsafePointer<Int32>, _ count: Int, as _: Vector.Type,
    into summary: UnsafeMutablePointer<Double>
  ) {
    let vectors = UnsafeRawPointer(statistics).assumingMemoryBound(to: Vector.self)
    var total = Vector.zero
    var low = Double.infinity
    var high = -Double.infinity
    for position in 0..<count {
      let row = Int(rows[position])
      total += vectors[row]
      let label = labels[row]
      low = label < low ? label : low
      high = label > high ? label : high
    }
    UnsafeMutableRawPointer(summary).assumingMemoryBound(to: Vector.self).pointee = total
    summary[width] = low
    summary[width &+ 1] = high
  }

  func accumulate(
    _ rows: UnsafePointer<Int32>, count: Int, _ bins: BinnedFeatures,
    features: UnsafeBufferPointer<Int32>, into histogram: UnsafeMutablePointer<Double>
  ) {
    if isWeighted {
      add(rows, count, bins, features, as: SIMD4<Double>.self, histogram)
    } else {
      add(rows, count, bins, features, as: SIMD2<Double>.self, histogram)
    }
  }

  @inline(__always)
  private func add<Vector: SIMD<Double>>(
    _ rows: UnsafePointer<Int32>, _ count: Int, _ bins: BinnedFeatures,
    _ features: UnsafeBufferPointer<Int32>, as _: Vector.Type,
    _ histogram: UnsafeMutablePointer<Double>
  ) {
    let vectors = UnsafeRawPointer(statistics).assumingMemoryBound(to: Vector.self)
    let bin = UnsafeMutableRawPointer(histogram).assumingMemoryBound(to: Vector.self)
    for position in 0..<count {
      let row = Int(rows[position])
      let added = vectors[row]
      let codes = bins.codes + row &* bins.featureCount
      for index in 0..<features.count {
        let feature = Int(features[index])
        bin[bins.layouts[feature].firstBin &+ Int(codes[feature])] += added
      }
    }
  }

  func exampleCount(_ statistics: UnsafePointer<Double>) -> Double { statistics[countSlot] }
  func weight(_ statistics: UnsafePointer<Double>) -> Double { statistics[0] }

  func search(
    _ bins: UnsafePointer<Double>, binCount: Int, summary: UnsafePointer<Double>,
    limits: ChildLimits, best: Double
  ) -> ScoredBin? {
    let (width, countSlot) = (width, countSlot)
    let (weight, sum, count) = (summary[0], summary[1], summary[countSlot])
    var (leftWeight, leftSum, leftCount) = (0.0, 0.0, 0.0)
    var score = best
    var found = -1
    var statistics = bins
    for bin in 0..<(binCount &- 1) {
      let added = statistics[countSlot]
      leftWeight += statistics[0]
      leftSum += statistics[1]
      leftCount += added
      statistics += width
      if added == 0 || leftCount < limits.exampleCount { continue }
      if count - leftCount < limits.exampleCount { break }
      let rightWeight = weight - leftWeight
      guard leftWeight >= limits.weight, rightWeight >= limits.weight else { continue }
      let difference = leftSum * weight - sum * leftWeight
      let candidate = difference * difference / (leftWeight * rightWeight)
      if candidate > score { (score, found) = (candidate, bin) }
    }
    return found >= 0 ? ScoredBin(score: score, bin: found) : nil
  }

  func gain(score: Double, summary: UnsafePointer<Double>) -> Double {
    score / (summary[0] * summary[0])
  }

  /// The label's unit squared.
  var gainUnit: Double { labelScale * labelScale }

  var orderingCount: Int { 1 }
  func orderValue(_ bin: UnsafePointer<Double>, ordering: Int) -> Double { bin[1] / bin[0] }

  func appendLeaf(_ summary: UnsafePointer<Double>, to trees: inout Trees) {
    let mean = center + labelScale * (summary[1] / summary[0])
    // Rounding takes no leaf out of its labels: one of equal labels has exactly them.
    trees.append(leafValue: min(max(mean, summary[width]), summary[width + 1]))
    trees.appendLeaf(cover: summary[0] * weightScale)
  }
}
