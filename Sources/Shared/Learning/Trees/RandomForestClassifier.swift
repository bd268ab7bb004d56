/// The mean of the shares of classes in trees that are grown on random rows, with random features at each node (Breiman,
/// "Random forests", 2001): Spark's `RandomForestClassifier`.
package struct RandomForestClassifier: Learner {
  package static let name = "RandomForestClassifier"
  package static let documentation = "the mean of decision trees of random rows and features"
  package static let kind = LearnerKind.classification
  package static let categoryEncoding = FeaturePreparation.CategoryEncoding.code
  package static let parameters =
    (TreeParameters.declarations + ForestParameters.declarations
    + [ClassImpurityName.declaration]).byName

  private let tree: TreeParameters
  private let forest: ForestParameters
  private let impurity: ClassImpurityName

  package init(_ parameters: ParameterSet) throws(ParameterError) {
    tree = TreeParameters(parameters)
    forest = try ForestParameters(parameters, learner: Self.name)
    impurity = ClassImpurityName(parameters)
  }

  package func makeTrainer(featureCount: Int, seed: Int64) -> any Trainer {
    ForestTrainer(
      tree, target: ClassTarget(impurity: impurity), treeCount: forest.treeCount,
      subsetSize: forest.subsetStrategy.subsetSize(
        of: featureCount, treeCount: forest.treeCount, isClassification: true),
      sampling: forest.sampling, featureCount: featureCount, seed: seed,
      makeModel: {
        TreeEnsembleModel(trees: $0, combination: .mean, featureImportances: $1)
      })
  }
}
