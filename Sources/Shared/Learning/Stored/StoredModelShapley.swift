extension StoredModel {
  /// Nil where nothing is known of what features add to the model's outputs; else the expected values of its outputs, on
  /// the scale that `shapleyValues` explains.
  package var expectedValues: [Double]? { (model as? any ShapleyModel)?.expectedValues }

  /// Writes, for each example and each of `expectedValues`, one value a feature (before preparation: the values of the columns
  /// that a category became are summed, which keeps what Shapley values sum to). Only where `expectedValues` is there.
  ///
  /// All values of a row are NaN where a feature that the model sees is.
  /// - Complexity: that of the model's `shapleyValues`.
  package func shapleyValues(_ examples: Examples, into values: UnsafeMutablePointer<Double>) {
    guard let model = model as? any ShapleyModel else { return }
    let outputCount = model.explainedOutputCount
    let width = outputCount * features.count
    let owners = preparation?.columns.map(\.owner)
    forEachPreparedBlock(examples) { block, first in
      let target = values + first * width
      if let owners {
        explain(model, block, outputCount: outputCount, owners: owners, into: target)
      } else {
        model.shapleyValues(block, into: target)
      }
      block.overwriteRowsWithNulls(target, width: width)
    }
  }

  /// Sums what columns add by the features that own them.
  private func explain(
    _ model: any ShapleyModel, _ block: Examples, outputCount: Int, owners: [Int],
    into values: UnsafeMutablePointer<Double>
  ) {
    let rowCount = block.rowCount * outputCount
    values.update(repeating: 0, count: rowCount * features.count)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, rowCount * owners.count)) {
      let columns = $0.baseAddress!
      model.shapleyValues(block, into: columns)
      for row in 0..<rowCount {
        for (column, owner) in owners.enumerated() {
          values[row * features.count + owner] += columns[row * owners.count + column]
        }
      }
    }
  }
}

extension FeaturePreparation.Column {
  /// The feature that became this column.
  var owner: Int {
    switch self {
    case .feature(let feature), .indicator(let feature, _): feature
    }
  }
}
