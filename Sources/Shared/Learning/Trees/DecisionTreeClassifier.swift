/// A tree of classes: Spark's `DecisionTreeClassifier`.
package struct DecisionTreeClassifier: Learner {
  package static let name = "DecisionTreeClassifier"
  package static let documentation = "a decision tree whose leaves have shares of classes"
  package static let kind = LearnerKind.classification
  package static let categoryEncoding = FeaturePreparation.CategoryEncoding.code
  package static let parameters =
    (TreeParameters.declarations + [ClassImpurityName.declaration]).byName

  private let tree: TreeParameters
  private let impurity: ClassImpurityName

  package init(_ parameters: ParameterSet) throws(ParameterError) {
    tree = TreeParameters(parameters)
    impurity = ClassImpurityName(parameters)
  }

  package func makeTrainer(featureCount: Int, seed: Int64) -> any Trainer {
    ForestTrainer(
      tree, target: ClassTarget(impurity: impurity), treeCount: 1, subsetSize: featureCount,
      sampling: .all,
      featureCount: featureCount, seed: seed,
      makeModel: { DecisionTreeModel(trees: $0, featureImportances: $1) })
  }
}
