/// The sums over examples that every metric of regression is a function of.
package struct RegressionErrors: Hashable, Sendable {
  /// Examples of a weight above 0.
  package var count: Int64 = 0
  /// The sum of their weights, which is `count` where they have none. All sums below are weighted.
  package var weightSum = 0.0
  /// Sum of (label - prediction) squared.
  package var squaredErrors = 0.0
  /// Sum of (label - mean label) squared.
  package var squaredDeviations = 0.0
  /// Sum of (prediction - mean label) squared.
  package var explainedSquares = 0.0
  /// Sum of |label - prediction|.
  package var absoluteErrors = 0.0
  /// Sum of |label - prediction| / max(|label|, the unit in the last place of 1).
  package var relativeErrors = 0.0
  /// Sum of 2 |label - prediction| / (|label| + |prediction|), where 0 / 0 is 0.
  package var symmetricErrors = 0.0

  /// Of statistics, which do not give the sums of absolute values.
  package init(
    count: Int64, weightSum: Double, squaredErrors: Double, squaredDeviations: Double,
    explainedSquares: Double
  ) {
    self.count = count
    self.weightSum = weightSum
    self.squaredErrors = squaredErrors
    self.squaredDeviations = squaredDeviations
    self.explainedSquares = explainedSquares
    absoluteErrors = .nan
    relativeErrors = .nan
    symmetricErrors = .nan
  }

  /// Of predictions, one for each label, in two passes: the mean label first, so that no sum of squares cancels.
  ///
  /// Unsafe: `rowCount` doubles each. Eight at a time: examples of weight 0 and lanes behind the last one count for nothing.
  /// - Parameter weights: finite and at least 0; nil where all examples count once.
  package init(
    predictions: UnsafePointer<Double>, labels: UnsafePointer<Double>, count rowCount: Int,
    weights: UnsafePointer<Double>? = nil
  ) {
    let (zero, one) = (SIMD8<Double>.zero, SIMD8<Double>(repeating: 1))
    var (counts, weightSums, deviations) = (zero, zero, zero)
    // The mean is that of the distances from the first label, which are small where labels are large and alike.
    let origin = SIMD8(repeating: rowCount > 0 ? labels[0] : 0)
    Self.forEachBlock(rowCount, weights) { row, length, weights in
      let isThere = weights .> zero
      counts.replace(with: counts + one, where: isThere)
      weightSums += weights
      let distance = LaneMemory.load(labels, row, count: length) - origin
      deviations.replace(with: deviations + weights * distance, where: isThere)
    }
    count = Int64(counts.sum())
    weightSum = weightSums.sum()
    guard count > 0 else { return }
    let meanLabel = SIMD8(repeating: origin[0] + deviations.sum() / weightSum)
    var (squares, variations, explanations) = (zero, zero, zero)
    var (magnitudes, relatives, symmetrics) = (zero, zero, zero)
    Self.forEachBlock(rowCount, weights) { row, length, weights in
      let label = LaneMemory.load(labels, row, count: length)
      let prediction = LaneMemory.load(predictions, row, count: length)
      let isThere = weights .> zero
      let error = label - prediction
      let deviation = label - meanLabel
      let explained = prediction - meanLabel
      let size = Self.magnitude(error)
      let labelSize = Self.magnitude(label)
      let least = SIMD8(repeating: Double.ulpOfOne)
      squares.replace(with: squares + weights * error * error, where: isThere)
      variations.replace(with: variations + weights * deviation * deviation, where: isThere)
      explanations.replace(with: explanations + weights * explained * explained, where: isThere)
      magnitudes.replace(with: magnitudes + weights * size, where: isThere)
      let relative = size / labelSize.replacing(with: least, where: labelSize .< least)
      relatives.replace(with: relatives + weights * relative, where: isThere)
      let symmetric = 2 * size / (labelSize + Self.magnitude(prediction))
      symmetrics.replace(
        with: symmetrics + weights * symmetric, where: isThere .& (error .!= zero))
    }
    squaredErrors = squares.sum()
    squaredDeviations = variations.sum()
    explainedSquares = explanations.sum()
    absoluteErrors = magnitudes.sum()
    relativeErrors = relatives.sum()
    symmetricErrors = symmetrics.sum()
  }

  /// Calls `body` with the first row of each eight, how many there are, and their weights, which are 0 behind the last.
  @inline(__always)
  private static func forEachBlock(
    _ rowCount: Int, _ weights: UnsafePointer<Double>?,
    _ body: (Int, Int, SIMD8<Double>) -> Void
  ) {
    var row = 0
    while row < rowCount {
      let length = min(LaneMemory.count, rowCount &- row)
      var lanes = SIMD8<Double>(repeating: 1)
      if let weights {
        lanes = LaneMemory.load(weights, row, count: length)
      } else if length < LaneMemory.count {
        for lane in length..<LaneMemory.count { lanes[lane] = 0 }
      }
      body(row, length, lanes)
      row &+= LaneMemory.count
    }
  }

  @inline(__always)
  private static func magnitude(_ values: SIMD8<Double>) -> SIMD8<Double> {
    let none = SIMD8<Double>.zero
    return values.replacing(with: -values, where: values .< none)
  }

  /// The metric; nil where it has no meaning (no examples; for `r2` fewer than two; no metric of regression).
  package func value(of metric: Metric) -> Double? {
    guard count > 0 else { return nil }
    switch metric {
    case .rmse: return (squaredErrors / weightSum).squareRoot()
    case .mse: return squaredErrors / weightSum
    case .mae: return absoluteErrors / weightSum
    case .mape: return relativeErrors / weightSum
    case .smape: return symmetricErrors / weightSum
    case .var: return explainedSquares / weightSum
    case .r2:
      guard count > 1 else { return nil }
      if squaredDeviations == 0 { return squaredErrors == 0 ? 1 : 0 }
      return 1 - squaredErrors / squaredDeviations
    default: return nil
    }
  }
}
