/// How well classes were predicted: one number a metric, of which `ClassificationEvaluator` computed those that it was
/// asked for.
package struct ClassificationErrors: Hashable, Sendable {
  /// Examples of a weight above 0; without them there are no metrics.
  package internal(set) var count: Int64 = 0
  package internal(set) var accuracy = 0.0
  package internal(set) var precision = 0.0
  package internal(set) var f1 = 0.0
  /// Nil for models without probabilities.
  package internal(set) var logLoss: Double?
  /// Nil where there are not examples of two classes, or not asked for; so are the areas below.
  package internal(set) var areaUnderROC: Double?
  package internal(set) var areaUnderPR: Double?
  package internal(set) var averagePrecision: Double?
  /// Nil where it is not asked for.
  package internal(set) var confusion: ConfusionMatrix?

  /// The metric; nil where it has no meaning.
  package func value(of metric: Metric) -> Double? {
    guard count > 0 else { return nil }
    return switch metric {
    // By definition the weighted average of the classes' recalls is the accuracy.
    case .accuracy, .recall: accuracy
    case .precision: precision
    case .f1: f1
    case .logLoss: logLoss
    case .areaUnderROC: areaUnderROC
    case .areaUnderPR: areaUnderPR
    case .averagePrecision: averagePrecision
    default: nil
    }
  }
}
