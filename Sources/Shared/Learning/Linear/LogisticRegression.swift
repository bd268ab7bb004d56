/// Logistic regression of two classes, and its generalisation to more (softmax), with an elastic-net penalty: Spark's
/// `LogisticRegression`.
///
///     mean over weights of -log(probability of the label)
///       + regParam (elasticNetParam sum sigma_j |w_j| + (1 - elasticNetParam) / 2 sum (sigma_j w_j)^2)
///
/// sigma_j is the standard deviation of feature j (of the sample) with `standardization` and else 1; intercepts are not
/// penalised. A feature that is constant has the coefficient 0.
package struct LogisticRegression: Learner {
  package enum Family: String, Hashable, Sendable, CaseIterable {
    /// Binomial for up to two classes, else multinomial.
    case auto
    case binomial
    case multinomial
  }

  package static let name = "LogisticRegression"
  package static let documentation =
    "logistic regression of two or more classes with an elastic-net penalty"
  package static let kind = LearnerKind.classification
  package static let parameters = [
    .elasticNetParam,
    Parameter(
      "family", .string(Family.allCases.map(\.rawValue)), default: .string("auto"),
      documentation: "binomial (two classes), multinomial (softmax), or auto by their number"),
    .fitIntercept,
    Parameter(
      "maxIter", .integer(0...Int64(Int32.max)), default: .integer(100),
      documentation: "the most iterations"),
    .regParam,
    .standardization,
    Parameter(
      "tol", .double(0 ... .infinity), default: .double(1e-6),
      documentation: "an iteration that promises to lower the objective by tol squared is the last"),
  ]

  package let regParam: Double
  package let elasticNetParam: Double
  package let family: Family
  package let fitIntercept: Bool
  package let standardization: Bool
  let limits: OptimiserLimits

  package init(_ parameters: ParameterSet) throws(ParameterError) {
    regParam = parameters.double("regParam")
    elasticNetParam = parameters.double("elasticNetParam")
    // The domain of the parameter has these words only.
    family = Family(rawValue: parameters.string("family")) ?? .auto
    fitIntercept = parameters.boolean("fitIntercept")
    standardization = parameters.boolean("standardization")
    limits = OptimiserLimits(parameters)
  }

  package func makeTrainer(featureCount: Int, seed: Int64) -> any Trainer {
    LogisticTrainer(self, featureCount: featureCount)
  }
}

extension OptimiserLimits {
  /// Of the parameters `maxIter` and `tol`.
  init(_ parameters: ParameterSet) {
    maxIter = Int(clamping: parameters.integer("maxIter"))
    tol = parameters.double("tol")
  }
}
