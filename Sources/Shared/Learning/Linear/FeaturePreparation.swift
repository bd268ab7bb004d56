/// How the features of a group become those that its learner sees: nulls filled in, numbers scaled, categories turned into
/// columns. Learned on the rows for training, part of the model, applied alike to every row that is predicted.
///
/// Features keep their order; the columns of one category feature stand in place of it, in the ascending order of the codes.
package struct FeaturePreparation: Hashable, Sendable {
  /// What stands for a null among the training rows' values of the feature (null is NaN here).
  package enum Imputation: String, Hashable, Sendable, CaseIterable {
    case none
    case mean
    /// The middle one, of an even number the mean of the two in the middle.
    case median
    /// The most frequent one, of several the least.
    case mode
  }

  package enum Scaling: String, Hashable, Sendable, CaseIterable {
    case none
    /// To mean 0 and, by the sample's deviation as in Spark's `StandardScaler`, deviation 1; a constant becomes 0.
    case standard
    /// To 0...1; a constant becomes 0.5, as in Spark's `MinMaxScaler`.
    case minmax
  }

  /// What becomes of categories.
  package enum CategoryEncoding: String, Hashable, Sendable, CaseIterable {
    /// They stay codes, for learners that split categories.
    case code
    /// A column for each category that training has seen.
    case indicators
    /// A column for each but the last, whose rows are all zeros (Spark's `dropLast`): with an intercept all columns
    /// would be collinear.
    case indicatorsButLast
  }

  private let features: [PreparedFeature]
  /// The number of categories of each feature; 0 for numbers.
  private let categoryCounts: [Int32]

  /// Learns from examples whose nulls are NaN; label and weights are not looked at.
  ///
  /// Of categories the most frequent one stands for nulls unless `imputation` is `none`; without a replacement a null
  /// category is as one that training has not seen: all zeros. A feature that is null in all rows counts as 0.
  ///
  /// Throws `notFinite` when a mean or a scale leaves the range of doubles.
  /// - Complexity: O(rows * features), and for medians and modes O(rows log rows * features)
  package init(
    _ examples: Examples, imputation: Imputation, scaling: Scaling, categories: CategoryEncoding
  ) throws(TrainingError) {
    var features: [PreparedFeature] = []
    var counts: [Int32] = []
    for feature in examples.features.indices {
      let values = UnsafeBufferPointer(
        start: examples.features[feature], count: examples.rowCount)
      let count = examples.categoryCount(feature)
      counts.append(Int32(clamping: count))
      features.append(
        try count > 0
          ? Self.category(values, imputation, categories)
          : Self.number(values, imputation, scaling))
    }
    self.features = features
    categoryCounts = counts
  }

  private static func number(
    _ values: UnsafeBufferPointer<Double>, _ imputation: Imputation, _ scaling: Scaling
  ) throws(TrainingError) -> PreparedFeature {
    let present = values.filter { !$0.isNaN }
    let replacement = replacement(present, imputation)
    // Rows whose null is filled in are among those that are scaled.
    let filled =
      replacement.isNaN ? present : values.map { $0.isNaN ? replacement : $0 }
    var (center, scale, shift) = (0.0, 1.0, 0.0)
    switch scaling {
    case .none: break
    case .standard:
      center = mean(filled)
      let squares = filled.reduce(0) { $0 + ($1 - center) * ($1 - center) }
      let deviation = filled.count > 1 ? (squares / Double(filled.count - 1)).squareRoot() : 0
      guard deviation.isFinite else { throw .notFinite }
      scale = deviation > 2 * Double.ulpOfOne * center.magnitude ? 1 / deviation : 0
    case .minmax:
      let (least, largest) = (filled.min() ?? 0, filled.max() ?? 0)
      center = least
      scale = largest > least ? 1 / (largest - least) : 0
      shift = scale == 0 ? 0.5 : 0
      guard (largest - least).isFinite else { throw .notFinite }
    }
    guard center.isFinite, scale.isFinite else { throw .notFinite }
    guard imputation == .none || replacement.isFinite else { throw .notFinite }
    return .number(replacement: replacement, center: center, scale: scale, shift: shift)
  }

  private static func category(
    _ values: UnsafeBufferPointer<Double>, _ imputation: Imputation, _ encoding: CategoryEncoding
  ) -> PreparedFeature {
    let present = values.filter { !$0.isNaN }.sorted()
    let replacement = imputation == .none ? .nan : mode(present)
    var codes: [Int32] = []
    for value in present {
      guard let code = Int32(exactly: value), code != codes.last else { continue }
      codes.append(code)
    }
    switch encoding {
    case .code: return .code(replacement: replacement)
    case .indicators: return .indicators(codes: codes, replacement: replacement)
    case .indicatorsButLast:
      return .indicators(codes: Array(codes.dropLast()), replacement: replacement)
    }
  }

  private static func replacement(_ present: [Double], _ imputation: Imputation) -> Double {
    switch imputation {
    case .none: return .nan
    case .mean: return mean(present)
    case .median:
      let sorted = present.sorted()
      if sorted.isEmpty { return 0 }
      let middle = sorted.count / 2
      return sorted.count % 2 == 1
        ? sorted[middle] : 0.5 * sorted[middle - 1] + 0.5 * sorted[middle]
    case .mode: return mode(present.sorted())
    }
  }

  /// By updates, whose sums do not leave the range of doubles; 0 of nothing.
  private static func mean(_ values: [Double]) -> Double {
    var mean = 0.0
    for (index, value) in values.enumerated() { mean += (value - mean) / Double(index + 1) }
    return mean
  }

  /// The most frequent of ascending values; 0 of nothing.
  private static func mode(_ sorted: [Double]) -> Double {
    var best = 0.0
    var bestCount = 0
    var count = 0
    for (index, value) in sorted.enumerated() {
      count = index > 0 && sorted[index - 1] == value ? count + 1 : 1
      if count > bestCount { (best, bestCount) = (value, count) }
    }
    return best
  }
}

extension FeaturePreparation {
  /// A column that the learner sees.
  package enum Column: Hashable, Sendable {
    /// A number or a category's code, of the feature of this index.
    case feature(Int)
    /// 1 for this code of the feature, else 0.
    case indicator(feature: Int, code: Int32)
  }

  /// The number of features that are prepared.
  package var featureCount: Int { features.count }

  /// What the learner sees, in this order.
  package var columns: [Column] {
    features.indices.flatMap { feature -> [Column] in
      switch features[feature] {
      case .number, .code: [.feature(feature)]
      case .indicators(let codes, _): codes.map { .indicator(feature: feature, code: $0) }
      }
    }
  }

  package var columnCount: Int { features.reduce(0) { $0 + $1.width } }

  /// For each column the number of its categories, 0 for numbers and for indicators.
  package var columnCategoryCounts: [Int32] {
    features.indices.flatMap { feature -> [Int32] in
      switch features[feature] {
      case .number: [0]
      case .code: [categoryCounts[feature]]
      case .indicators(let codes, _): Array(repeating: 0, count: codes.count)
      }
    }
  }

  /// Writes `columnCount` columns, `stride` doubles apart, for the examples' features, of which NaN is null.
  ///
  /// A null without a replacement stays NaN, in indicators all zeros; so is a category that training has not seen.
  package func apply(
    _ examples: Examples, into output: UnsafeMutablePointer<Double>, stride: Int
  ) {
    precondition(examples.features.count == featureCount && stride >= examples.rowCount)
    var next = output
    for (feature, prepared) in features.enumerated() {
      prepared.apply(
        examples.features[feature], rowCount: examples.rowCount, into: next, stride: stride)
      next += prepared.width * stride
    }
  }

  package func write(to writer: inout ModelWriter) {
    writer.append(categoryCounts)
    for feature in features { feature.write(to: &writer) }
  }

  /// Reads what `write` wrote; bytes come from anybody, and `apply` cannot trap on what they say.
  package init(from reader: inout ModelReader) throws(ModelFormatError) {
    categoryCounts = try reader.int32s()
    var features: [PreparedFeature] = []
    for _ in categoryCounts { features.append(try PreparedFeature(from: &reader)) }
    self.features = features
  }
}
