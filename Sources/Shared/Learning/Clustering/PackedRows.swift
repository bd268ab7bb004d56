/// Rows as k-means reads them, in memory that is kept from one set of rows to the next: row after row, to add them to
/// sums, and in blocks of eight, to compute eight distances at once.
///
/// A block has, for each feature in turn, the values of its eight rows. The last one is filled up with copies of the last row,
/// whose weight there is 0. Rows of weight 0 are not taken in: they have no say, not even as a center to begin with.
///
/// Unsafe: the three pieces of memory have room for `capacity` blocks of `featureCount` features; nobody else frees
/// them, and rows cannot be copied. All offsets come from `blockCount`, at most `capacity`.
struct PackedRows: ~Copyable {
  let featureCount: Int
  private(set) var rowCount = 0
  private(set) var lanes: UnsafeMutablePointer<SIMD8<Double>>
  private(set) var values: UnsafeMutablePointer<Double>
  /// From 0 to 1, the largest 1: a factor that all weights share changes no clusters, and sums stay finite.
  private(set) var weights: UnsafeMutablePointer<Double>
  /// Whether all rows were given without a weight, and so count once.
  private(set) var hasUnitWeights = false
  private var capacity: Int

  /// Values up to here have squares whose sums are finite.
  static var largestValue: Double { 1e140 }

  init(featureCount: Int) {
    self.featureCount = featureCount
    capacity = 0
    lanes = .allocate(capacity: 0)
    values = .allocate(capacity: 0)
    weights = .allocate(capacity: 0)
  }

  deinit {
    lanes.deallocate()
    values.deallocate()
    weights.deallocate()
  }

  var blockCount: Int { (rowCount + 7) / 8 }

  /// The features of a row.
  @inline(__always)
  func row(_ row: Int) -> UnsafeMutablePointer<Double> { values + row &* featureCount }

  private mutating func reserve(rowCount: Int) {
    let blocks = (rowCount + 7) / 8
    if blocks <= capacity { return }
    lanes.deallocate()
    values.deallocate()
    weights.deallocate()
    capacity = blocks
    lanes = .allocate(capacity: blocks * featureCount)
    lanes.initialize(repeating: .zero, count: blocks * featureCount)
    values = .allocate(capacity: blocks * 8 * featureCount)
    values.initialize(repeating: 0, count: blocks * 8 * featureCount)
    weights = .allocate(capacity: blocks * 8)
    weights.initialize(repeating: 0, count: blocks * 8)
  }

  /// Lays the rows out in blocks as well.
  private mutating func fillBlocks() {
    guard rowCount > 0 else { return }
    for block in 0..<rowCount / 8 { fill(block) }
    fillLastBlock()
  }

  /// Fills up the last block, if it is not whole.
  private mutating func fillLastBlock() {
    if rowCount & 7 == 0 { return }
    for row in rowCount..<blockCount * 8 {
      weights[row] = 0
      self.row(row).update(from: self.row(rowCount - 1), count: featureCount)
    }
    fill(blockCount - 1)
  }

  /// Writes the eight rows of a block one after the other: four features of four rows at a time.
  private func transpose(
    _ source: UnsafePointer<SIMD8<Double>>, to target: UnsafeMutablePointer<Double>
  ) {
    var feature = 0
    while feature &+ 3 < featureCount {
      let (a, b) = (source[feature], source[feature &+ 1])
      let (c, d) = (source[feature &+ 2], source[feature &+ 3])
      Self.store(
        a.lowHalf, b.lowHalf, c.lowHalf, d.lowHalf, target + feature, stride: featureCount)
      Self.store(
        a.highHalf, b.highHalf, c.highHalf, d.highHalf,
        target + (4 &* featureCount &+ feature), stride: featureCount)
      feature &+= 4
    }
    while feature < featureCount {
      for index in 0..<8 { target[index &* featureCount &+ feature] = source[feature][index] }
      feature &+= 1
    }
  }

  /// The first of all four, then the second of all four...
  @inline(__always)
  private static func store(
    _ a: SIMD4<Double>, _ b: SIMD4<Double>, _ c: SIMD4<Double>, _ d: SIMD4<Double>,
    _ target: UnsafeMutablePointer<Double>, stride: Int
  ) {
    let rows = UnsafeMutableRawPointer(target)
    let distance = 8 &* stride
    rows.storeBytes(of: SIMD4(a[0], b[0], c[0], d[0]), as: SIMD4<Double>.self)
    (rows + distance).storeBytes(of: SIMD4(a[1], b[1], c[1], d[1]), as: SIMD4<Double>.self)
    (rows + 2 &* distance).storeBytes(of: SIMD4(a[2], b[2], c[2], d[2]), as: SIMD4<Double>.self)
    (rows + 3 &* distance).storeBytes(of: SIMD4(a[3], b[3], c[3], d[3]), as: SIMD4<Double>.self)
  }

  private func fill(_ block: Int) {
    let source = row(8 &* block)
    let target = lanes + block &* featureCount
    for feature in 0..<featureCount {
      var lane = SIMD8<Double>()
      for index in 0..<8 { lane[index] = source[index &* featureCount &+ feature] }
      target[feature] = lane
    }
  }

  /// Replaces the rows by the examples of a weight above 0, for cosine distances scaled to length 1.
  ///
  /// Throws `noExamples` (also of no features), `noWeight` where all weights are 0, `notFinite` for values beyond `largestValue`, and for
  /// cosine distances `zeroVector`.
  mutating func pack(_ examples: Examples, for measure: DistanceMeasure) throws(TrainingError) {
    guard examples.rowCount > 0, featureCount > 0 else { throw .noExamples }
    reserve(rowCount: examples.rowCount)
    var largestWeight = 0.0
    for row in 0..<examples.rowCount { largestWeight = max(largestWeight, examples.weight(row)) }
    guard largestWeight > 0 else { throw .noWeight }
    hasUnitWeights = examples.weights == nil
    if hasUnitWeights, measure == .euclidean { return try packBlocks(examples) }
    rowCount = 0
    for row in 0..<examples.rowCount {
      let weight = examples.weight(row) / largestWeight
      if weight <= 0 { continue }
      weights[rowCount] = weight
      let target = self.row(rowCount)
      for feature in 0..<featureCount {
        let value = examples.features[feature][row]
        if value.magnitude > Self.largestValue { throw .notFinite }
        target[feature] = value
      }
      if measure == .cosine, !scaleToUnitLength(target, count: featureCount, stride: 1) {
        throw .zeroVector
      }
      rowCount += 1
    }
    fillBlocks()
  }

  /// Examples that all count once, eight at a time: a row after the other would look for each of its values in another column.
  private mutating func packBlocks(_ examples: Examples) throws(TrainingError) {
    rowCount = examples.rowCount
    for row in 0..<rowCount { weights[row] = 1 }
    // Eight at a time what is beyond the largest value on either side.
    let (one, highest) = (
      SIMD8<Double>(repeating: 1), SIMD8<Double>(repeating: Self.largestValue)
    )
    let lowest = -highest
    var isTooLarge = SIMD8<Double>.zero
    for block in 0..<rowCount / 8 {
      let source = lanes + block &* featureCount
      for feature in 0..<featureCount {
        let lane = LaneMemory.load(examples.features[feature], block &* 8)
        source[feature] = lane
        isTooLarge.replace(with: one, where: lane .> highest)
        isTooLarge.replace(with: one, where: lane .< lowest)
      }
      transpose(source, to: row(block &* 8))
    }
    for row in rowCount & ~7..<rowCount {
      let target = self.row(row)
      for feature in 0..<featureCount {
        target[feature] = examples.features[feature][row]
        if target[feature].magnitude > Self.largestValue { throw .notFinite }
      }
    }
    guard isTooLarge == .zero else { throw .notFinite }
    fillLastBlock()
  }

  /// Replaces the rows by some of `other`, with their weights.
  mutating func pack(_ indices: ArraySlice<Int32>, of other: borrowing PackedRows) {
    reserve(rowCount: indices.count)
    hasUnitWeights = other.hasUnitWeights
    rowCount = 0
    for index in indices {
      row(rowCount).update(from: other.row(Int(index)), count: featureCount)
      weights[rowCount] = other.weights[Int(index)]
      rowCount += 1
    }
    fillBlocks()
  }

  /// Scales each feature to mean 0 and deviation 1 (of the population, weighted); a constant one becomes 0.
  /// - Parameter means, deviations: replaced by those of the features; of a constant one the deviation is 1.
  mutating func standardize(means: inout [Double], deviations: inout [Double]) {
    means = Array(repeating: 0, count: featureCount)
    deviations = Array(repeating: 1, count: featureCount)
    for feature in 0..<featureCount {
      var weightSum = 0.0
      var mean = 0.0
      for row in 0..<rowCount {
        weightSum += weights[row]
        mean += (values[row * featureCount + feature] - mean) * (weights[row] / weightSum)
      }
      var squares = 0.0
      for row in 0..<rowCount {
        let difference = values[row * featureCount + feature] - mean
        squares += weights[row] * difference * difference
      }
      let deviation = (squares / weightSum).squareRoot()
      let isConstant = deviation <= 4 * Double.ulpOfOne * mean.magnitude
      means[feature] = mean
      if !isConstant { deviations[feature] = deviation }
      for row in 0..<rowCount {
        let position = row * featureCount + feature
        values[position] = isConstant ? 0 : (values[position] - mean) / deviation
      }
    }
    fillBlocks()
  }

  mutating func setWeight(_ weight: Double, ofRow row: Int) {
    weights[row] = weight
    hasUnitWeights = false
  }
}

/// Scales a vector to length 1; false where it has no direction (all zeros, or something infinite), which leaves it.
@inline(__always)
func scaleToUnitLength(_ values: UnsafeMutablePointer<Double>, count: Int, stride: Int) -> Bool {
  // Divided by the largest value first, so that no square leaves the range of doubles.
  var largest = 0.0
  for index in 0..<count { largest = max(largest, values[index &* stride].magnitude) }
  guard largest > 0, largest.isFinite else { return false }
  var squares = 0.0
  for index in 0..<count {
    let value = values[index &* stride] / largest
    squares += value * value
  }
  let length = squares.squareRoot()
  for index in 0..<count { values[index &* stride] = values[index &* stride] / largest / length }
  return true
}
