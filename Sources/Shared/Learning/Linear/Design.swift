/// The examples of one group as a model that is linear in its parameters sees them: columns of unit deviation (and, with
/// an intercept, of mean 0, followed by a column of ones), weights that sum to 1, labels.
///
/// Scaling changes no optimum, only how well the digits of a double serve it: whoever penalises coefficients does so in
/// the units of the features, by `deviations`. Examples of weight 0 are left out, as are features that are constant;
/// their coefficients are 0, as in Spark.
///
/// Unsafe: all memory belongs to this value, which cannot be copied. Columns are `stride` doubles apart, and those from
/// `rowCount` to `stride` are zero, as are their weights.
struct Design: ~Copyable {
  /// The divisor of the variance.
  enum Variance {
    /// As Spark's `Summarizer`: the sum of weights minus the sum of their squares over it; n - 1 without weights.
    case sample
    /// The sum of weights; n without.
    case population
  }

  let featureCount: Int
  let hasIntercept: Bool
  let variance: Variance

  /// Examples with a weight above 0.
  private(set) var rowCount = 0
  /// From one column to the next.
  private(set) var stride = 0
  /// The features that are not constant: the first `activeCount`.
  private let active: UnsafeMutablePointer<Int>
  private(set) var activeCount = 0
  /// Mean and standard deviation of each active feature.
  private let means: UnsafeMutablePointer<Double>
  /// In the order of the active columns.
  let deviations: UnsafeMutablePointer<Double>
  private var memory = WorkingMemory<Double>()
  private(set) var columns: UnsafeMutablePointer<Double>
  private(set) var weights: UnsafeMutablePointer<Double>
  private(set) var labels: UnsafeMutablePointer<Double>
  private(set) var weightSum = 0.0

  init(featureCount: Int, hasIntercept: Bool, variance: Variance) {
    self.featureCount = featureCount
    self.hasIntercept = hasIntercept
    self.variance = variance
    active = .allocate(capacity: featureCount)
    active.initialize(repeating: 0, count: featureCount)
    means = .allocate(capacity: 2 * featureCount)
    means.initialize(repeating: 0, count: 2 * featureCount)
    deviations = means + featureCount
    let empty = memory.reserve(1)
    columns = empty
    weights = empty
    labels = empty
  }

  deinit {
    active.deallocate()
    means.deallocate()
  }

  /// The active features and the ones.
  var columnCount: Int { activeCount + (hasIntercept ? 1 : 0) }

  /// The feature behind an active column.
  func feature(_ column: Int) -> Int { active[column] }

  /// Replaces the examples by these.
  ///
  /// Throws `noExamples` when no weight is above 0, and `notFinite` when a feature, a label or a sum is infinite.
  /// - Complexity: O(rows * features); it copies them.
  mutating func load(_ examples: Examples) throws(TrainingError) {
    precondition(examples.features.count == featureCount)
    let rows = Self.weightedRowCount(examples)
    if rows == 0 { throw .noExamples }
    rowCount = rows
    stride = ColumnKernels.padded(rows)
    var pieces = MemoryPieces(memory.reserve(stride * (featureCount + 3)))
    weights = pieces.take(stride)
    labels = pieces.take(stride)
    columns = pieces.take(stride * (featureCount + 1))
    try copyWeights(examples)
    try copy(examples.label, of: examples, to: labels)
    let divisor = varianceDivisor()
    activeCount = 0
    for feature in 0..<featureCount {
      let column = columns + activeCount * stride
      try copy(examples.features[feature], of: examples, to: column)
      try standardise(column, feature: feature, divisor: divisor)
    }
    if hasIntercept {
      let ones = columns + activeCount * stride
      for row in 0..<rowCount { ones[row] = 1 }
      clearPadding(ones)
    }
  }

  private static func weightedRowCount(_ examples: Examples) -> Int {
    guard let weights = examples.weights else { return examples.rowCount }
    var count = 0
    for row in 0..<examples.rowCount where weights[row] > 0 { count &+= 1 }
    return count
  }

  private mutating func copyWeights(_ examples: Examples) throws(TrainingError) {
    clearPadding(weights)
    guard let given = examples.weights else {
      weightSum = Double(rowCount)
      let share = 1 / weightSum
      for row in 0..<rowCount { weights[row] = share }
      return
    }
    weightSum = 0
    var target = 0
    for row in 0..<examples.rowCount where given[row] > 0 {
      weightSum += given[row]
      weights[target] = given[row]
      target &+= 1
    }
    guard weightSum.isFinite else { throw .notFinite }
    for row in 0..<rowCount { weights[row] /= weightSum }
  }

  /// Copies the rows that have a weight.
  private func copy(
    _ source: UnsafePointer<Double>, of examples: Examples,
    to target: UnsafeMutablePointer<Double>
  ) throws(TrainingError) {
    clearPadding(target)
    if rowCount == examples.rowCount {
      target.update(from: source, count: rowCount)
    } else if let weights = examples.weights {
      var next = 0
      for row in 0..<examples.rowCount where weights[row] > 0 {
        target[next] = source[row]
        next &+= 1
      }
    }
    guard ColumnKernels.areFinite(target, count: stride) else { throw .notFinite }
  }

  private func clearPadding(_ column: UnsafeMutablePointer<Double>) {
    for row in rowCount..<stride { column[row] = 0 }
  }

  private func varianceDivisor() -> Double {
    switch variance {
    case .population: 1
    case .sample: 1 - ColumnKernels.dot(weights, weights, count: stride)
    }
  }

  /// Scales the column that comes next and counts it among the active ones, if it is not constant.
  private mutating func standardise(
    _ column: UnsafeMutablePointer<Double>, feature: Int, divisor: Double
  ) throws(TrainingError) {
    // Relative to the first value, a constant column has exactly the mean 0.
    let origin = column[0]
    for row in 0..<rowCount { column[row] -= origin }
    let relativeMean = ColumnKernels.dot(column, weights, count: stride)
    for row in 0..<rowCount { column[row] -= relativeMean }
    let squares = ColumnKernels.weightedSquares(column, weights: weights, count: stride)
    let mean = origin + relativeMean
    guard squares.isFinite, mean.isFinite else { throw .notFinite }
    guard divisor > 0 else { return }
    let deviation = (squares / divisor).squareRoot()
    guard deviation > 2 * Double.ulpOfOne * mean.magnitude else { return }
    let scale = 1 / deviation
    let shift = hasIntercept ? 0 : mean
    for row in 0..<rowCount { column[row] = (column[row] + shift) * scale }
    active[activeCount] = feature
    means[activeCount] = mean
    deviations[activeCount] = deviation
    activeCount += 1
  }

  /// Throws `labelIsNoClass` for a label that is not one of 0..<classCount.
  func checkLabels(classCount: Int) throws(TrainingError) {
    let count = Double(classCount)
    for row in 0..<rowCount {
      let label = labels[row]
      guard label >= 0, label < count, label == label.rounded(.down) else {
        throw .labelIsNoClass(label, classCount: classCount)
      }
    }
  }

  /// The standard deviation of the labels over the population.
  func labelDeviation() -> Double {
    let mean = ColumnKernels.dot(labels, weights, count: stride)
    var squares = 0.0
    for row in 0..<rowCount {
      squares += weights[row] * (labels[row] - mean) * (labels[row] - mean)
    }
    return squares.squareRoot()
  }

  /// The means of the features; those of constant ones are 0, since no model depends on them.
  func featureMeans() -> [Double] {
    var result = [Double](repeating: 0, count: featureCount)
    for column in 0..<activeCount { result[active[column]] = means[column] }
    return result
  }

  /// The linear function of the features that these coefficients of columns stand for.
  ///
  /// Throws `notFinite` when it leaves the range of doubles.
  func linearModel(_ parameters: UnsafePointer<Double>) throws(TrainingError) -> LinearModel {
    var coefficients = [Double](repeating: 0, count: featureCount)
    var intercept = hasIntercept ? parameters[activeCount] : 0
    for column in 0..<activeCount {
      let coefficient = parameters[column] / deviations[column]
      coefficients[active[column]] = coefficient
      if hasIntercept { intercept -= coefficient * means[column] }
    }
    guard intercept.isFinite, coefficients.allSatisfy(\.isFinite) else { throw .notFinite }
    return LinearModel(intercept: intercept, coefficients: coefficients)
  }
}
