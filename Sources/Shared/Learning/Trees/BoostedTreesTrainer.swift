/// Trains trees one after the other, each on what those before leave: gradient boosting as in Spark.
///
/// The first tree predicts the labels and counts in full; each further one predicts the negative gradient of the loss at
/// the sum so far and counts `stepSize` times. Leaves are means of what they predict.
final class BoostedTreesTrainer: Trainer {
  private let tree: TreeParameters
  private let boosting: BoostingParameters
  private let loss: BoostingLoss
  private let subsetSize: Int
  private let seed: Int64
  private var target = RegressionTarget()
  private var rows = TrainingRows()
  private var bins: FeatureBins
  private var sampler: RowSampler
  private var memory = GrowerMemory()
  private var labels = WorkingMemory<Double>()
  private var sums = WorkingMemory<Double>()
  private var residuals = WorkingMemory<Double>()
  private var gains = WorkingMemory<Double>()
  private var importances: FeatureImportances
  private var trees: Trees

  init(
    _ tree: TreeParameters, _ boosting: BoostingParameters, loss: BoostingLoss,
    featureCount: Int, seed: Int64
  ) {
    self.tree = tree
    self.boosting = boosting
    self.loss = loss
    self.seed = seed
    subsetSize = boosting.subsetStrategy.subsetSize(
      of: featureCount, treeCount: 1, isClassification: loss == .logistic)
    bins = FeatureBins(maxBins: tree.maxBins)
    sampler = RowSampler(boosting.sampling)
    importances = FeatureImportances(featureCount: featureCount)
    trees = Trees(featureCount: featureCount, classCount: 0, categoryCounts: [])
  }

  var model: any Model {
    TreeEnsembleModel(
      trees: trees, combination: loss == .logistic ? .logistic : .sum,
      featureImportances: importances.shares)
  }

  /// Features are binned once for all trees. Tree t takes its random choices from stream t of the seed.
  func fit(_ examples: Examples) throws(TrainingError) {
    let selected = try rows.select(examples)
    let labels = try loadLabels(examples, selected)
    let binned = try bins.bin(
      examples, rows: selected.rows, count: selected.count, weights: selected.weights)
    trees.reset(for: examples, classCount: 0)
    importances.reset()
    let sums = sums.reserve(examples.rowCount)
    let residuals = residuals.reserve(examples.rowCount)
    for position in 0..<selected.count {
      let row = Int(selected.rows[position])
      sums[row] = 0
      residuals[row] = labels[row]
    }
    let limits = tree.limits(weight: selected.totalWeight)
    let gains = gains.reserve(binned.featureCount)
    var firstScale = 1.0
    for index in 0..<boosting.treeCount {
      if index > 0 { loss.writeResiduals(labels, sums, selected, into: residuals) }
      try target.load(residuals, rowCount: examples.rowCount, selected)
      var random = SeededRandom(seed: seed, stream: index)
      let sampleRows = memory.reserveRows(selected.count)
      let sample = sampler.draw(
        selected, rowCount: examples.rowCount, into: sampleRows, random: &random)
      let criterion = target.criterion(sample, rows: sampleRows)
      gains.update(repeating: 0, count: binned.featureCount)
      let views = memory.views(
        binned, width: criterion.width, summaryWidth: criterion.summaryWidth)
      let growth = Growth(
        bins: binned, views: views, limits: limits, maxDepth: tree.maxDepth,
        minInfoGain: tree.minInfoGain, subsetSize: subsetSize, importances: gains)
      let firstLeaf = trees.leafCount
      criterion.grow(growth, count: sample.count, into: &trees, random: &random)
      if index == 0 { firstScale = criterion.labelScale }
      let unit = criterion.labelScale / firstScale
      importances.add(gains, unit: unit * unit)
      if index > 0 { trees.scaleLeaves(from: firstLeaf, by: boosting.stepSize) }
      if sample.count == selected.count {
        addLeaves(from: firstLeaf, views, to: sums)
      } else {
        addPredictions(examples, selected, to: sums)
      }
    }
  }

  /// Numbers as they are; classes as -1 and 1.
  private func loadLabels(
    _ examples: Examples, _ selected: SelectedRows
  ) throws(TrainingError) -> UnsafePointer<Double> {
    guard loss == .logistic else { return examples.label }
    let classCount = examples.classCount
    if classCount < 2 { throw .tooFewClasses(count: classCount) }
    if classCount > 2 { throw .tooManyClasses(count: classCount, allowed: 2) }
    let labels = labels.reserve(examples.rowCount)
    for position in 0..<selected.count {
      let row = Int(selected.rows[position])
      let label = examples.label[row]
      guard label == 0 || label == 1 else { throw .labelIsNoClass(label, classCount: 2) }
      labels[row] = 2 * label - 1
    }
    return UnsafePointer(labels)
  }

  /// The last tree's leaves have their examples side by side.
  private func addLeaves(
    from firstLeaf: Int, _ views: GrowerViews, to sums: UnsafeMutablePointer<Double>
  ) {
    var position = 0
    for leaf in firstLeaf..<trees.leafCount {
      let value = trees.leafValues[leaf]
      let end = Int(views.leafEnds[leaf &- firstLeaf])
      while position < end {
        sums[Int(views.rows[position])] += value
        position &+= 1
      }
    }
  }

  /// For a tree that was not grown on all examples.
  private func addPredictions(
    _ examples: Examples, _ selected: SelectedRows, to sums: UnsafeMutablePointer<Double>
  ) {
    guard let root = trees.roots.last else { return }
    trees.withReader { reader in
      for position in 0..<selected.count {
        let row = Int(selected.rows[position])
        sums[row] += reader.leafValues[reader.leaf(root: root, examples.features, row: row)]
      }
    }
  }
}
