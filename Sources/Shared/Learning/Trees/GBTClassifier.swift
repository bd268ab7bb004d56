/// Gradient-boosted trees of two classes: Spark's `GBTClassifier`.
package struct GBTClassifier: Learner {
  package static let name = "GBTClassifier"
  package static let documentation = "trees of which each mends the odds of two classes"
  package static let kind = LearnerKind.classification
  package static let categoryEncoding = FeaturePreparation.CategoryEncoding.code
  package static let parameters =
    (TreeParameters.declarations + BoostingParameters.declarations + [
      Parameter(
        "lossType", .string(["logistic"]), default: .string("logistic"),
        documentation: "what is minimised: the logistic loss")
    ]).byName

  private let tree: TreeParameters
  private let boosting: BoostingParameters

  package init(_ parameters: ParameterSet) throws(ParameterError) {
    tree = TreeParameters(parameters)
    boosting = try BoostingParameters(parameters, learner: Self.name)
  }

  package func makeTrainer(featureCount: Int, seed: Int64) -> any Trainer {
    BoostedTreesTrainer(
      tree, boosting, loss: .logistic, featureCount: featureCount, seed: seed)
  }
}
