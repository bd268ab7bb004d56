/// A model that knows how much each feature lowered what training minimised.
package protocol FeatureImportanceModel: Model {
  /// One value a feature, at least 0, with the sum 1; all 0 where no feature was used.
  var featureImportances: [Double] { get }
}
