extension DecisionTreeModel: ShapleyModel {
  package var explainedOutputCount: Int { trees.leafWidth }

  package var expectedValues: [Double] { TreeShapley(trees).expectedSums(leafOutput) }

  private var leafOutput: LeafOutput { trees.classCount == 0 ? .value : .share }

  package func shapleyValues(_ examples: Examples, into values: UnsafeMutablePointer<Double>) {
    values.update(
      repeating: 0, count: examples.rowCount * trees.leafWidth * trees.featureCount)
    TreeShapley(trees).add(examples, leafOutput, to: values)
  }
}

/// Of boosted classes the explained output is half of the log odds of class 1, which is a sum as Shapley values are.
extension TreeEnsembleModel: ShapleyModel {
  package var explainedOutputCount: Int { trees.leafWidth }

  package var expectedValues: [Double] {
    TreeShapley(trees).expectedSums(leafOutput).map { $0 / divisor }
  }

  private var leafOutput: LeafOutput { trees.classCount == 0 ? .value : .share }

  private var divisor: Double { combination == .mean ? Double(trees.treeCount) : 1 }

  package func shapleyValues(_ examples: Examples, into values: UnsafeMutablePointer<Double>) {
    let count = examples.rowCount * trees.leafWidth * trees.featureCount
    values.update(repeating: 0, count: count)
    TreeShapley(trees).add(examples, leafOutput, to: values)
    for index in 0..<count { values[index] /= divisor }
  }
}
