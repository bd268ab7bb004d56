/// SHAP values of a linear function in closed form: what feature j adds to the value at an example, compared with the mean of
/// training, is coefficient_j (feature_j - mean_j). Together they are the value minus the value at the means. Features are
/// taken as independent (Strumbelj, Kononenko: "Explaining prediction models and individual predictions with feature
/// contributions", Knowledge and Information Systems 41, 2014; Lundberg, Lee: "A Unified Approach to Interpreting Model
/// Predictions", NIPS 2017, corollary 1).
extension LinearModel {
  /// The value at the means of training (where these are not known, at 0), from which the contributions count.
  package var baseValue: Double {
    var value = intercept
    for (coefficient, mean) in zip(coefficients, featureMeans) where coefficient != 0 {
      value += coefficient * mean
    }
    return value
  }

  /// Writes `featureCount` doubles for each example, row after row; label and weights are not looked at.
  /// - Complexity: O(rows * features)
  package func writeShapValues(
    _ examples: Examples, into values: UnsafeMutablePointer<Double>
  ) {
    for feature in 0..<featureCount {
      let coefficient = coefficients[feature]
      let mean = featureMeans.isEmpty ? 0 : featureMeans[feature]
      let column = examples.features[feature]
      for row in 0..<examples.rowCount {
        // A feature without a say contributes nothing, infinite or not.
        values[row * featureCount + feature] =
          coefficient == 0 ? 0 : coefficient * (column[row] - mean)
      }
    }
  }
}

/// A model whose prediction is a function of linear functions, to which SHAP values refer: of a generalised linear model
/// the linear predictor, of a logistic regression the margin of class 1 or of each class.
package protocol LinearlyExplained: Model {
  /// The functions with the means of their features in training.
  var linearFunctions: [LinearModel] { get }
}

extension LinearModel: LinearlyExplained {
  package var linearFunctions: [LinearModel] { [self] }
}

extension GeneralizedLinearModel: LinearlyExplained {
  package var linearFunctions: [LinearModel] { [linear] }
}

extension LinearSupportVectorModel: LinearlyExplained {
  package var linearFunctions: [LinearModel] { [linear] }
}

extension LogisticModel: LinearlyExplained {
  package var linearFunctions: [LinearModel] {
    intercepts.indices.map { row in
      LinearModel(
        intercept: intercepts[row],
        coefficients: Array(coefficients[row * featureCount..<(row + 1) * featureCount]),
        featureMeans: featureMeans)
    }
  }
}
