/// The mean of trees that are grown on random rows, with random features at each node (Breiman, "Random forests",
/// 2001): Spark's `RandomForestRegressor`.
package struct RandomForestRegressor: Learner {
  package static let name = "RandomForestRegressor"
  package static let documentation = "the mean of decision trees of random rows and features"
  package static let kind = LearnerKind.regression
  package static let categoryEncoding = FeaturePreparation.CategoryEncoding.code
  package static let parameters =
    (TreeParameters.declarations + ForestParameters.declarations + [.varianceImpurity]).byName

  private let tree: TreeParameters
  private let forest: ForestParameters

  package init(_ parameters: ParameterSet) throws(ParameterError) {
    tree = TreeParameters(parameters)
    forest = try ForestParameters(parameters, learner: Self.name)
  }

  package func makeTrainer(featureCount: Int, seed: Int64) -> any Trainer {
    ForestTrainer(
      tree, target: RegressionTarget(), treeCount: forest.treeCount,
      subsetSize: forest.subsetStrategy.subsetSize(
        of: featureCount, treeCount: forest.treeCount, isClassification: false),
      sampling: forest.sampling, featureCount: featureCount, seed: seed,
      makeModel: {
        TreeEnsembleModel(trees: $0, combination: .mean, featureImportances: $1)
      })
  }
}
