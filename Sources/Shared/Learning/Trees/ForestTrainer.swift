/// Trains trees on labels that stay the same from tree to tree: a decision tree, or a forest of them.
final class ForestTrainer<Target: TreeTarget & ~Copyable>: Trainer {
  private let parameters: TreeParameters
  private let treeCount: Int
  private let subsetSize: Int
  private let seed: Int64
  private let makeModel: (Trees, _ featureImportances: [Double]) -> any Model
  private var target: Target
  private var rows = TrainingRows()
  private var bins: FeatureBins
  private var sampler: RowSampler
  private var memory = GrowerMemory()
  private var gains = WorkingMemory<Double>()
  private var importances: FeatureImportances
  private var trees: Trees

  init(
    _ parameters: TreeParameters, target: consuming Target, treeCount: Int, subsetSize: Int,
    sampling: RowSampling, featureCount: Int, seed: Int64,
    makeModel: @escaping (Trees, _ featureImportances: [Double]) -> any Model
  ) {
    self.parameters = parameters
    self.treeCount = treeCount
    self.subsetSize = subsetSize
    self.seed = seed
    self.makeModel = makeModel
    self.target = target
    bins = FeatureBins(maxBins: parameters.maxBins)
    sampler = RowSampler(sampling)
    importances = FeatureImportances(featureCount: featureCount)
    trees = Trees(featureCount: featureCount, classCount: 0, categoryCounts: [])
  }

  var model: any Model { makeModel(trees, importances.shares) }

  /// Features are binned once for all trees. Tree t takes its random choices from stream t of the seed.
  func fit(_ examples: Examples) throws(TrainingError) {
    let selected = try rows.select(examples)
    try target.load(examples, selected)
    let binned = try bins.bin(
      examples, rows: selected.rows, count: selected.count, weights: selected.weights)
    trees.reset(for: examples, classCount: target.classCount)
    importances.reset()
    let limits = parameters.limits(weight: selected.totalWeight)
    let gains = gains.reserve(binned.featureCount)
    for tree in 0..<treeCount {
      var random = SeededRandom(seed: seed, stream: tree)
      let sampleRows = memory.reserveRows(selected.count)
      let sample = sampler.draw(
        selected, rowCount: examples.rowCount, into: sampleRows, random: &random)
      let criterion = target.criterion(sample, rows: sampleRows)
      gains.update(repeating: 0, count: binned.featureCount)
      let growth = Growth(
        bins: binned,
        views: memory.views(
          binned, width: criterion.width, summaryWidth: criterion.summaryWidth),
        limits: limits, maxDepth: parameters.maxDepth, minInfoGain: parameters.minInfoGain,
        subsetSize: subsetSize, importances: gains)
      criterion.grow(growth, count: sample.count, into: &trees, random: &random)
      importances.addShares(of: gains)
    }
  }
}
