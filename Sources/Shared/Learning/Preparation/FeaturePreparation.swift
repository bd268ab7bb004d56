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

  let features: [PreparedFeature]
  /// The number of categories of each feature; 0 for numbers.
  private let categoryCounts: [Int32]

  init(features: [PreparedFeature], categoryCounts: [Int32]) {
    self.features = features
    self.categoryCounts = categoryCounts
  }

  /// What `PreparationLearner` learns, in memory of its own.
  package init(
    _ examples: Examples, imputation: Imputation, scaling: Scaling, categories: CategoryEncoding
  ) throws(TrainingError) {
    var learner = PreparationLearner(imputation: imputation, scaling: scaling)
    self = try learner.learn(examples, categories: categories)
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

  /// For each column the index of the feature that it was made of, which does not fall.
  package var columnFeatures: [Int] {
    var columnFeatures: [Int] = []
    for (feature, prepared) in features.enumerated() {
      for _ in 0..<prepared.width { columnFeatures.append(feature) }
    }
    return columnFeatures
  }

  package var columnCount: Int { features.reduce(0) { $0 + $1.width } }

  /// For each column the number of its categories, 0 for numbers and for indicators.
  package var columnCategoryCounts: [Int32] {
    var counts: [Int32] = []
    for (feature, prepared) in features.enumerated() {
      let count: Int32 = if case .code = prepared { categoryCounts[feature] } else { 0 }
      for _ in 0..<prepared.width { counts.append(count) }
    }
    return counts
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
    let categoryCounts = try reader.int32s()
    var features: [PreparedFeature] = []
    for _ in categoryCounts { features.append(try PreparedFeature(from: &reader)) }
    self.init(features: features, categoryCounts: categoryCounts)
  }
}
