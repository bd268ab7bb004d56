/// The monotone function of one feature that fits the labels best by weighted least squares: Spark's `IsotonicRegression`.
package struct IsotonicRegression: Learner {
  package static let name = "IsotonicRegression"
  package static let documentation = "monotone function of one feature"
  package static let kind = LearnerKind.regression
  /// So that `featureIndex` counts features as they are given.
  package static let categoryEncoding = FeaturePreparation.CategoryEncoding.code
  package static let parameters = [
    Parameter(
      "featureIndex", .integer(0 ... .max), default: .integer(0),
      documentation: "which feature, counted from 0"),
    Parameter(
      "isotonic", .boolean, default: .boolean(true),
      documentation: "true for a function that never falls, false for one that never rises"),
  ]

  package let featureIndex: Int64
  package let isotonic: Bool

  package init(_ parameters: ParameterSet) throws(ParameterError) {
    featureIndex = parameters.integer("featureIndex")
    isotonic = parameters.boolean("isotonic")
  }

  package func makeTrainer(featureCount: Int, seed: Int64) -> any Trainer {
    IsotonicTrainer(self, featureCount: featureCount)
  }
}

/// Pools adjacent violators (Best, Chakravarti: "Active set algorithms for isotonic regression; a unifying framework",
/// Mathematical Programming 47, 1990), after sorting by the feature. Labels of equal features become their weighted mean
/// first.
final class IsotonicTrainer: Trainer {
  private struct Point {
    var feature: Double
    var label: Double
    var weight: Double
  }

  /// Consecutive points of one value.
  private struct Pool {
    var label: Double
    var weight: Double
    var first: Double
    var last: Double
  }

  private let learner: IsotonicRegression
  private let featureCount: Int
  private var order = RowOrder()
  private var points: [Point] = []
  private var pools: [Pool] = []
  private var trained: IsotonicModel

  init(_ learner: IsotonicRegression, featureCount: Int) {
    self.learner = learner
    self.featureCount = featureCount
    trained = IsotonicModel(
      featureCount: featureCount, featureIndex: 0, boundaries: [], predictions: [])
  }

  var model: any Model { trained }

  /// - Complexity: O(rows log rows), and O(rows) where they are sorted by the feature.
  func fit(_ examples: Examples) throws(TrainingError) {
    guard let index = Int(exactly: learner.featureIndex), index < featureCount else {
      throw .noSuchFeature(index: learner.featureIndex, count: featureCount)
    }
    try load(examples, column: examples.features[index])
    Self.joinEqualFeatures(&points)
    Self.pool(points, into: &pools)
    var boundaries: [Double] = []
    var predictions: [Double] = []
    for pool in pools {
      let label = learner.isotonic ? pool.label : -pool.label
      guard label.isFinite else { throw .notFinite }
      boundaries.append(pool.first)
      predictions.append(label)
      if pool.first < pool.last {
        boundaries.append(pool.last)
        predictions.append(label)
      }
    }
    trained = IsotonicModel(
      featureCount: featureCount, featureIndex: index, boundaries: boundaries,
      predictions: predictions)
  }

  /// The examples with a weight above 0 in the order of the feature; a falling function rises over negated labels.
  private func load(
    _ examples: Examples, column: UnsafePointer<Double>
  ) throws(TrainingError) {
    let rowCount = examples.rowCount
    var isSorted = true
    var last = -Double.infinity
    var weightSum = 0.0
    for row in 0..<rowCount {
      let weight = examples.weight(row)
      guard weight > 0 else { continue }
      guard column[row].isFinite, examples.label[row].isFinite else { throw .notFinite }
      if column[row] < last { isSorted = false }
      last = column[row]
      weightSum += weight
    }
    guard weightSum > 0 else { throw .noExamples }
    guard weightSum.isFinite else { throw .notFinite }
    // Stable: the same rows in the same order give the same bits.
    let entries = isSorted ? nil : order.sort(column, count: rowCount)
    let sign = learner.isotonic ? 1.0 : -1.0
    var points: [Point] = []
    swap(&points, &self.points)
    points.removeAll(keepingCapacity: true)
    points.reserveCapacity(rowCount)
    for position in 0..<rowCount {
      let row = entries?[position].row ?? position
      let weight = examples.weight(row)
      guard weight > 0 else { continue }
      points.append(
        Point(feature: column[row], label: sign * examples.label[row], weight: weight))
    }
    swap(&points, &self.points)
  }

  // Of the type and not of the trainer: each access to one of its properties would be checked.

  private static func joinEqualFeatures(_ points: inout [Point]) {
    var count = 0
    for point in points {
      if count > 0, points[count - 1].feature == point.feature {
        let weight = points[count - 1].weight + point.weight
        points[count - 1].label +=
          (point.label - points[count - 1].label) * (point.weight / weight)
        points[count - 1].weight = weight
      } else {
        points[count] = point
        count += 1
      }
    }
    points.removeLast(points.count - count)
  }

  private static func pool(_ points: [Point], into pools: inout [Pool]) {
    pools.removeAll(keepingCapacity: true)
    for point in points {
      var pool = Pool(
        label: point.label, weight: point.weight, first: point.feature, last: point.feature)
      while let before = pools.last, before.label >= pool.label {
        let weight = before.weight + pool.weight
        pool.label = before.label + (pool.label - before.label) * (pool.weight / weight)
        pool.weight = weight
        pool.first = before.first
        pools.removeLast()
      }
      pools.append(pool)
    }
  }
}
