/// A tree of numbers by the least squares: Spark's `DecisionTreeRegressor`.
package struct DecisionTreeRegressor: Learner {
  package static let name = "DecisionTreeRegressor"
  package static let documentation = "a decision tree that lowers the variance of the label"
  package static let kind = LearnerKind.regression
  package static let categoryEncoding = FeaturePreparation.CategoryEncoding.code
  package static let parameters = (TreeParameters.declarations + [.varianceImpurity]).byName

  private let tree: TreeParameters

  package init(_ parameters: ParameterSet) throws(ParameterError) {
    tree = TreeParameters(parameters)
  }

  package func makeTrainer(featureCount: Int, seed: Int64) -> any Trainer {
    ForestTrainer(
      tree, target: RegressionTarget(), treeCount: 1, subsetSize: featureCount, sampling: .all,
      featureCount: featureCount, seed: seed,
      makeModel: { DecisionTreeModel(trees: $0, featureImportances: $1) })
  }
}
