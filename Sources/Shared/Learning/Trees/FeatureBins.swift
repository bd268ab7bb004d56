/// The features of one group's examples as small whole numbers: what trees are grown on.
///
/// A number's bin is its place among the feature's thresholds, a category's bin is the category. Bins of an example lie side by
/// side, so that a row of it passes the caches once for all features.
///
/// Unsafe: a view of `BinnedFeatures` is valid until the next `bin` and as long as its owner lives.
struct FeatureBins: ~Copyable {
  private let maxBins: Int
  private var candidates = SplitCandidates()
  private var codes = WorkingMemory<UInt16>()
  private var thresholds = WorkingMemory<Double>()
  private var layouts = WorkingMemory<FeatureLayout>()
  private var splittable = WorkingMemory<Int32>()

  /// - Parameter maxBins: from 2 to 65,536.
  init(maxBins: Int) { self.maxBins = maxBins }

  /// Bins the features of the examples in `rows`, of which there is at least one; the codes of other rows are undefined.
  ///
  /// - Throws: where a feature has more categories than `maxBins`, or a category that it cannot have.
  /// - Complexity: O(rows * features * log maxBins), and a sort of each feature.
  mutating func bin(
    _ examples: Examples, rows: UnsafePointer<Int32>, count: Int, weights: UnsafePointer<Double>?
  ) throws(TrainingError) -> BinnedFeatures {
    let featureCount = examples.features.count
    let codes = codes.reserve(examples.rowCount * featureCount)
    let layouts = layouts.reserve(featureCount)
    let splittable = splittable.reserve(featureCount)
    let binLimit = min(maxBins, count)
    let thresholdStride = (binLimit - 1 + 7) / 8 * 8
    let thresholds = thresholds.reserve(featureCount * thresholdStride)
    var splittableCount = 0
    var firstBin = 0
    for feature in 0..<featureCount {
      let column = examples.features[feature]
      let categoryCount = examples.categoryCount(feature)
      let firstThreshold = feature * thresholdStride
      let binCount: Int
      if categoryCount > 0 {
        binCount = categoryCount
        guard categoryCount <= maxBins else {
          throw .tooManyCategories(feature: feature, count: categoryCount, maxBins: maxBins)
        }
        try Self.copyCategories(
          column, rows, count, feature: feature, categoryCount: categoryCount,
          into: codes + feature, stride: featureCount)
      } else {
        let found = candidates.find(
          column, weights: weights, rows: rows, count: count, binLimit: binLimit,
          into: thresholds + firstThreshold)
        binCount = found + 1
        let padded = (found + 7) / 8 * 8
        for index in found..<padded { thresholds[firstThreshold + index] = .infinity }
        Self.placeNumbers(
          column, rows, count, thresholds: thresholds + firstThreshold, padded,
          into: codes + feature, stride: featureCount)
      }
      layouts[feature] = FeatureLayout(
        firstBin: firstBin, binCount: binCount, firstThreshold: firstThreshold,
        isCategorical: categoryCount > 0)
      firstBin += binCount
      if binCount > 1 {
        splittable[splittableCount] = Int32(feature)
        splittableCount += 1
      }
    }
    return BinnedFeatures(
      featureCount: featureCount, binCount: firstBin, codes: codes, layouts: layouts,
      thresholds: thresholds,
      splittable: UnsafeBufferPointer(start: splittable, count: splittableCount))
  }

  /// - Parameter thresholds: padded with infinity to a multiple of 8, so that whole vectors of few are compared: a search
  ///   of them would branch on the values, which cost two thirds of a tree of 10,000 rows.
  private static func placeNumbers(
    _ column: UnsafePointer<Double>, _ rows: UnsafePointer<Int32>, _ count: Int,
    thresholds: UnsafePointer<Double>, _ thresholdCount: Int,
    into codes: UnsafeMutablePointer<UInt16>, stride: Int
  ) {
    if thresholdCount <= 128 {
      for position in 0..<count {
        let row = Int(rows[position])
        let value = column[row]
        var less = SIMD8<Int64>.zero
        var index = 0
        while index < thresholdCount {
          let some = UnsafeRawPointer(thresholds + index).loadUnaligned(as: SIMD8<Double>.self)
          less.replace(with: less &+ 1, where: some .< value)
          index &+= 8
        }
        codes[row &* stride] = UInt16(truncatingIfNeeded: less.wrappedSum())
      }
      return
    }
    for position in 0..<count {
      let row = Int(rows[position])
      let bin = SplitCandidates.lowerBound(thresholds, thresholdCount, column[row])
      codes[row &* stride] = UInt16(truncatingIfNeeded: bin)
    }
  }

  private static func copyCategories(
    _ column: UnsafePointer<Double>, _ rows: UnsafePointer<Int32>, _ count: Int, feature: Int,
    categoryCount: Int, into codes: UnsafeMutablePointer<UInt16>, stride: Int
  ) throws(TrainingError) {
    for position in 0..<count {
      let row = Int(rows[position])
      let value = column[row]
      guard let category = Int(exactly: value), category >= 0, category < categoryCount else {
        throw .categoryOutOfRange(feature: feature, value: value, count: categoryCount)
      }
      codes[row &* stride] = UInt16(truncatingIfNeeded: category)
    }
  }
}

/// Where the bins of a feature lie in a node's histogram.
struct FeatureLayout: BitwiseCopyable {
  let firstBin: Int
  let binCount: Int
  let firstThreshold: Int
  let isCategorical: Bool
}

/// A view of binned examples.
struct BinnedFeatures: BitwiseCopyable {
  let featureCount: Int
  /// Of all features together.
  let binCount: Int
  /// Bin of feature f of example i at `i * featureCount + f`.
  let codes: UnsafePointer<UInt16>
  /// One for each feature.
  let layouts: UnsafePointer<FeatureLayout>
  private let thresholds: UnsafePointer<Double>
  /// The features that have more than one bin.
  let splittable: UnsafeBufferPointer<Int32>

  init(
    featureCount: Int, binCount: Int, codes: UnsafePointer<UInt16>,
    layouts: UnsafePointer<FeatureLayout>, thresholds: UnsafePointer<Double>,
    splittable: UnsafeBufferPointer<Int32>
  ) {
    self.featureCount = featureCount
    self.binCount = binCount
    self.codes = codes
    self.layouts = layouts
    self.thresholds = thresholds
    self.splittable = splittable
  }

  /// The largest value of a bin but the last.
  func threshold(_ feature: Int, after bin: Int) -> Double {
    thresholds[layouts[feature].firstThreshold + bin]
  }
}
