/// A decision tree: the mean label of the leaf that an example comes to, or the shares of its classes.
package struct DecisionTreeModel: Hashable {
  /// One tree.
  package let trees: Trees
  package let featureImportances: [Double]
}

extension DecisionTreeModel: Model {
  package static let form = ModelForm.decisionTree

  package var output: ModelOutput {
    trees.classCount == 0 ? .value : .probabilities(trees.classCount)
  }

  package var featureCount: Int { trees.featureCount }

  /// - Complexity: O(rows * depth), without an allocation.
  package func predict(_ examples: Examples, into predictions: UnsafeMutablePointer<Double>) {
    let width = trees.leafWidth
    trees.withReader { reader in
      for row in 0..<examples.rowCount {
        let leaf = reader.leaf(root: 0, examples.features, row: row)
        if trees.classCount == 0 {
          predictions[row] = reader.leafValues[leaf]
          continue
        }
        for index in 0..<width {
          predictions[row &* width &+ index] =
            reader.leafValues[leaf &* width &+ index] / reader.leafCovers[leaf]
        }
      }
    }
  }

  package func write(to writer: inout ModelWriter) {
    trees.write(to: &writer)
    writer.append(featureImportances)
  }

  package init(from reader: inout ModelReader) throws(ModelFormatError) {
    let trees = try Trees(from: &reader)
    guard trees.treeCount == 1 else { throw .outOfRange(Int64(trees.treeCount)) }
    self.init(trees: trees, featureImportances: try reader.doubles(for: trees))
  }
}

extension DecisionTreeModel: FeatureImportanceModel {}

extension ModelReader {
  /// A double for each feature of the trees.
  mutating func doubles(for trees: Trees) throws(ModelFormatError) -> [Double] {
    let values = try doubles()
    guard values.count == trees.featureCount else { throw .outOfRange(Int64(values.count)) }
    return values
  }
}
