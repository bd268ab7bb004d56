/// A model whose prediction is a function of linear functions, to which its Shapley values refer: of a generalised linear
/// model the linear predictor, of a logistic regression the margin of class 1 or of each class (none where training saw
/// one class).
///
/// The values are closed: feature j adds coefficient_j (feature_j - mean_j) compared with the mean of training. Features
/// are taken as independent (Strumbelj, Kononenko: "Explaining prediction models and individual predictions with feature
/// contributions", Knowledge and Information Systems 41, 2014; Lundberg, Lee: "A Unified Approach to Interpreting Model
/// Predictions", NIPS 2017, corollary 1).
package protocol LinearlyExplained: ShapleyModel {
  /// The functions with the means of their features in training, one for each explained output.
  var linearFunctions: [LinearModel] { get }
}

extension LinearlyExplained {
  package var explainedOutputCount: Int { linearFunctions.count }

  package var expectedValues: [Double] { linearFunctions.map(\.valueAtMeans) }

  /// - Complexity: O(rows * features * outputs)
  package func shapleyValues(_ examples: Examples, into values: UnsafeMutablePointer<Double>) {
    let functions = linearFunctions
    for (output, function) in functions.enumerated() {
      function.writeContributions(
        examples, into: values + output * featureCount, stride: functions.count * featureCount)
    }
  }
}

extension LinearModel {
  /// The value at the means of training (where these are not known, at 0), from which contributions count.
  fileprivate var valueAtMeans: Double {
    var value = intercept
    for (coefficient, mean) in zip(coefficients, featureMeans) where coefficient != 0 {
      value += coefficient * mean
    }
    return value
  }

  /// Writes `featureCount` doubles for each example, of which those of the next one lie `stride` behind.
  fileprivate func writeContributions(
    _ examples: Examples, into values: UnsafeMutablePointer<Double>, stride: Int
  ) {
    for feature in 0..<featureCount {
      let coefficient = coefficients[feature]
      let mean = featureMeans.isEmpty ? 0 : featureMeans[feature]
      let column = examples.features[feature]
      for row in 0..<examples.rowCount {
        // A feature without a say contributes nothing, infinite or not.
        values[row * stride + feature] =
          coefficient == 0 ? 0 : coefficient * (column[row] - mean)
      }
    }
  }
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
