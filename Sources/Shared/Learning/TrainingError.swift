/// Why a group has no model. It becomes the `error` of the group's row and harms no other group.
package enum TrainingError: Error, Hashable, Sendable {
  /// No row had a label and all features.
  case noExamples
  case tooFewExamples(count: Int64, needed: Int)
  /// The feature of this index is a linear combination of the others, up to rounding.
  case collinear(feature: Int)
  /// A sum or a solution left the range of doubles.
  case notFinite
  /// Without an intercept and with `regParam`, Spark's scaling divides by the label's spread.
  case constantLabel
  /// More rows than an index of 32 bits counts.
  case tooManyExamples(count: Int64, limit: Int)
  /// The feature of this index has more categories than there are bins.
  case tooManyCategories(feature: Int, count: Int, maxBins: Int)
  /// A value of the feature of this index that is none of its categories, 0..<count.
  case categoryOutOfRange(feature: Int, value: Double, count: Int)
  /// Fewer than two classes, of which there is nothing to learn for a learner of their odds.
  case tooFewClasses(count: Int)
  /// A label of a classification that is not the index of one of its classes.
  case labelIsNoClass(Double, classCount: Int)
  /// A label that the learner's family of distributions does not have; `needed` says which it has.
  case labelOutOfRange(Double, needed: String)
  /// A value of a feature that the learner cannot count with; `needed` says what it can.
  case featureOutOfRange(feature: Int, value: Double, needed: String)
  /// The learner is told to take a feature that is not there; features are counted from 0.
  case noSuchFeature(index: Int64, count: Int)
  /// More classes than a learner of two can tell apart.
  case tooManyClasses(count: Int, allowed: Int)
  /// The weights of all rows are 0.
  case noWeight
  /// A row of zeros has no direction, which cosine distances need.
  case zeroVector
  /// A weight that is negative or infinite.
  case weightOutOfRange(Double)
  /// Two rows of a series have this time.
  case repeatedTime(Double)
  /// A label is not above 0.
  case notPositive
  /// Categories become so many columns that they do not fit into memory with so many rows.
  case tooManyColumns(count: Int, rowCount: Int)

  /// The same of the features that prepared columns were made of.
  /// - Parameter features: for each column the index of its feature.
  func mapped(to features: [Int]) -> TrainingError {
    switch self {
    case .collinear(let column): .collinear(feature: features[column])
    case .tooManyCategories(let column, let count, let maxBins):
      .tooManyCategories(feature: features[column], count: count, maxBins: maxBins)
    case .categoryOutOfRange(let column, let value, let count):
      .categoryOutOfRange(feature: features[column], value: value, count: count)
    case .featureOutOfRange(let column, let value, let needed):
      .featureOutOfRange(feature: features[column], value: value, needed: needed)
    default: self
    }
  }

  /// - Parameter features: the names of the features, in their order.
  package func message(features: [String]) -> String {
    switch self {
    case .noExamples: "no row for training has a label and all features"
    case .tooFewExamples(let count, let needed):
      "\(count) \(count == 1 ? "row" : "rows") for training, but at least \(needed) are needed"
    case .collinear(let feature):
      "feature '\(features[feature])' is a linear combination of the other features: "
        + "leave one of them out, or set regParam"
    case .notFinite:
      "the sums over the rows are not finite: there are infinite or too large values"
    case .constantLabel:
      "all labels are equal, which regParam does not allow without an intercept"
    case .tooManyExamples(let count, let limit):
      "\(count) rows for training, but a tree takes at most \(limit): train on a sample, or on smaller groups"
    case .tooManyCategories(let feature, let count, let maxBins):
      "feature '\(features[feature])' has \(count) categories, but maxBins is \(maxBins): "
        + "raise maxBins, or leave the feature out"
    case .categoryOutOfRange(let feature, let value, let count):
      "feature '\(features[feature])' is \(value), but its \(count) categories are numbered from 0"
    case .tooFewClasses(let count):
      "\(count) \(count == 1 ? "class" : "classes"), but this learner tells two apart: no model is needed"
    case .labelIsNoClass(let label, let classCount):
      "the label \(label) is none of the \(classCount) classes, which are counted from 0"
    case .labelOutOfRange(let label, let needed):
      "the label \(label) cannot be trained on, which takes labels \(needed): "
        + "leave such rows out, or take another family or link"
    case .featureOutOfRange(let feature, let value, let needed):
      "feature '\(features[feature])' is \(value), but must be \(needed)"
    case .noSuchFeature(let index, let count):
      "featureIndex is \(index), but there are \(count) features, which are counted from 0"
    case .tooManyClasses(let count, let allowed):
      "\(count) classes, but this learner tells \(allowed) apart: "
        + "join classes, or take a learner of more of them"
    case .noWeight:
      "the weights of all rows for training are zero: none of them counts"
    case .weightOutOfRange(let weight):
      "the weight \(weight) is none: weights are finite and at least 0"
    case .repeatedTime(let time):
      "two rows have the time \(time): a series has one row a step, so aggregate them first"
    case .zeroVector:
      "all features of a row are zero, which has no direction: leave such rows out, "
        + "or set distanceMeasure to euclidean"
    case .notPositive:
      "a label is not above zero, which multiplicative errors and seasons need: "
        + "use additive ones, or auto"
    case .tooManyColumns(let count, let rowCount):
      "categories become \(count) columns of \(rowCount) rows, which is too much: "
        + "leave features of many categories out, or take a learner of trees"
    }
  }
}
