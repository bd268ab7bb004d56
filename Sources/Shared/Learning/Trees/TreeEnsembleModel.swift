import Glibc

/// Several trees whose leaves together make a prediction: a forest, or trees that were boosted.
package struct TreeEnsembleModel: Hashable {
  /// What becomes of the leaves that an example comes to.
  package enum Combination: UInt8, Hashable, Sendable {
    /// Their mean; of classes the mean of their shares.
    case mean = 0
    case sum = 1
    /// The probability of two classes from their sum F, half of the log odds: 1 / (1 + exp(-2 F)) is that of class 1.
    case logistic = 2
  }

  /// At least one tree; of classes only where the combination is a mean.
  package let trees: Trees
  package let combination: Combination
  package let featureImportances: [Double]
}

extension TreeEnsembleModel: Model {
  package static let form = ModelForm.treeEnsemble

  package var output: ModelOutput {
    switch combination {
    case .mean: trees.classCount == 0 ? .value : .probabilities(trees.classCount)
    case .sum: .value
    case .logistic: .probabilities(2)
    }
  }

  package var featureCount: Int { trees.featureCount }

  /// - Complexity: O(rows * trees * depth), without an allocation.
  package func predict(_ examples: Examples, into predictions: UnsafeMutablePointer<Double>) {
    if trees.classCount > 0 {
      addShares(examples, into: predictions)
    } else {
      addValues(examples, into: predictions)
      if combination == .logistic { makeProbabilities(predictions, examples.rowCount) }
    }
  }

  private func addValues(_ examples: Examples, into sums: UnsafeMutablePointer<Double>) {
    let rowCount = examples.rowCount
    sums.update(repeating: 0, count: rowCount)
    trees.withReader { reader in
      for root in trees.roots {
        for row in 0..<rowCount {
          let leaf = reader.leaf(root: root, examples.features, row: row)
          sums[row] += reader.leafValues[leaf]
        }
      }
    }
    if combination == .mean { divide(sums, count: rowCount) }
  }

  private func addShares(_ examples: Examples, into sums: UnsafeMutablePointer<Double>) {
    let rowCount = examples.rowCount
    let width = trees.classCount
    sums.update(repeating: 0, count: rowCount * width)
    trees.withReader { reader in
      for root in trees.roots {
        for row in 0..<rowCount {
          let leaf = reader.leaf(root: root, examples.features, row: row)
          for index in 0..<width {
            sums[row &* width &+ index] +=
              reader.leafValues[leaf &* width &+ index] / reader.leafCovers[leaf]
          }
        }
      }
    }
    divide(sums, count: rowCount * width)
  }

  private func divide(_ sums: UnsafeMutablePointer<Double>, count: Int) {
    let treeCount = Double(trees.treeCount)
    for index in 0..<count { sums[index] /= treeCount }
  }

  /// Backwards, since each sum becomes two probabilities.
  private func makeProbabilities(_ sums: UnsafeMutablePointer<Double>, _ rowCount: Int) {
    for row in (0..<rowCount).reversed() {
      let probability = 1 / (1 + exp(-2 * sums[row]))
      sums[2 &* row] = 1 - probability
      sums[2 &* row &+ 1] = probability
    }
  }

  package func write(to writer: inout ModelWriter) {
    writer.append(combination.rawValue)
    trees.write(to: &writer)
    writer.append(featureImportances)
  }

  package init(from reader: inout ModelReader) throws(ModelFormatError) {
    let byte = try reader.byte()
    guard let combination = Combination(rawValue: byte) else { throw .outOfRange(Int64(byte)) }
    let trees = try Trees(from: &reader)
    guard trees.treeCount > 0 else { throw .outOfRange(0) }
    guard trees.classCount == 0 || combination == .mean else {
      throw .outOfRange(Int64(trees.classCount))
    }
    self.init(
      trees: trees, combination: combination,
      featureImportances: try reader.doubles(for: trees))
  }
}

extension TreeEnsembleModel: FeatureImportanceModel {}
