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
  /// The weights of all rows are 0.
  case noWeight
  /// A row of zeros has no direction, which cosine distances need.
  case zeroVector
  /// A label is not above 0.
  case notPositive

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
    case .noWeight:
      "the weights of all rows for training are zero: none of them counts"
    case .zeroVector:
      "all features of a row are zero, which has no direction: leave such rows out, "
        + "or set distanceMeasure to euclidean"
    case .notPositive:
      "a label is not above zero, which multiplicative errors and seasons need: "
        + "use additive ones, or auto"
    }
  }
}
