/// Gradient-boosted trees of numbers: Spark's `GBTRegressor`.
package struct GBTRegressor: Learner {
  package static let name = "GBTRegressor"
  package static let documentation = "trees of which each predicts what those before leave"
  package static let kind = LearnerKind.regression
  package static let categoryEncoding = FeaturePreparation.CategoryEncoding.code
  package static let parameters =
    (TreeParameters.declarations + BoostingParameters.declarations + [
      Parameter(
        "lossType", .string(["squared", "absolute"]), default: .string("squared"),
        documentation: "what is minimised: squared or absolute errors")
    ]).byName

  private let tree: TreeParameters
  private let boosting: BoostingParameters
  private let loss: BoostingLoss

  package init(_ parameters: ParameterSet) throws(ParameterError) {
    tree = TreeParameters(parameters)
    boosting = try BoostingParameters(parameters, learner: Self.name)
    loss = parameters.string("lossType") == "absolute" ? .absolute : .squared
  }

  package func makeTrainer(featureCount: Int, seed: Int64) -> any Trainer {
    BoostedTreesTrainer(tree, boosting, loss: loss, featureCount: featureCount, seed: seed)
  }
}
