/// Naive Bayes: features that are independent of each other within a class. Spark's `NaiveBayes`.
///
/// Not mergeable: classes are numbered anew for each group, in the order that the group's rows decide, so that sums by class
/// of two hosts do not line up before all labels of the group are known.
package struct NaiveBayes: Learner {
  package enum ModelType: String, Hashable, Sendable, CaseIterable {
    /// Counts (Manning, Raghavan, Schuetze: "Introduction to Information Retrieval", section 13.2).
    case multinomial
    /// Counts, by what the other classes have not (Rennie et al.: "Tackling the Poor Assumptions of Naive Bayes Text
    /// Classifiers", ICML 2003, without the normalisation of the weights).
    case complement
    /// Zeros and ones (Manning et al., section 13.3).
    case bernoulli
    /// Normal distributions (John, Langley: "Estimating Continuous Distributions in Bayesian Classifiers", UAI 1995).
    case gaussian
  }

  package static let name = "NaiveBayes"
  package static let documentation =
    "naive Bayes (multinomial, complement, bernoulli or gaussian features)"
  package static let kind = LearnerKind.classification
  package static let categoryEncoding = FeaturePreparation.CategoryEncoding.indicators
  package static let parameters = [
    Parameter(
      "modelType", .string(ModelType.allCases.map(\.rawValue)), default: .string("multinomial"),
      documentation: "how features are distributed within a class"),
    Parameter(
      "smoothing", .double(0 ... .infinity), default: .double(1),
      documentation: "what is added to each count; not for gaussian features"),
  ]

  /// Less smoothing counts as so much: a count of 0 would be impossible for ever, and two of them undecidable.
  private static let leastSmoothing = 1e-10

  package let modelType: ModelType
  package let smoothing: Double

  package init(_ parameters: ParameterSet) throws(ParameterError) {
    // The domain of the parameter has these words only.
    modelType = ModelType(rawValue: parameters.string("modelType")) ?? .multinomial
    smoothing = max(parameters.double("smoothing"), Self.leastSmoothing)
  }

  package func makeTrainer(featureCount: Int, seed: Int64) -> any Trainer {
    NaiveBayesTrainer(self, featureCount: featureCount)
  }
}
