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
    }
  }
}
