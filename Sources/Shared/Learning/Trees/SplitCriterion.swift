/// What a split is to gain, and the statistics of examples that tell it: `width` doubles for each bin of a histogram.
///
protocol SplitCriterion: BitwiseCopyable {
  /// Doubles of a bin.
  var width: Int { get }
  /// Doubles of what `summarise` writes: those of a bin first.
  var summaryWidth: Int { get }

  /// Writes the statistics of a node's examples and returns what a split must gain to be more than rounding:
  /// infinity where all labels are equal.
  func summarise(
    _ rows: UnsafePointer<Int32>, count: Int, into summary: UnsafeMutablePointer<Double>
  ) -> Double

  /// Adds examples to the bins of some features.
  /// - Complexity: O(count * features), without an allocation.
  func accumulate(
    _ rows: UnsafePointer<Int32>, count: Int, _ bins: BinnedFeatures,
    features: UnsafeBufferPointer<Int32>, into histogram: UnsafeMutablePointer<Double>)

  /// The number of examples behind statistics, and their weight.
  func exampleCount(_ statistics: UnsafePointer<Double>) -> Double
  func weight(_ statistics: UnsafePointer<Double>) -> Double

  /// Looks through the splits behind each bin but the last for one with a higher score than `best`, the first of equal
  /// ones. Scores of one node are ordered as gains are.
  func search(
    _ bins: UnsafePointer<Double>, binCount: Int, summary: UnsafePointer<Double>,
    limits: ChildLimits, best: Double
  ) -> ScoredBin?

  /// What a split of this score gains for each unit of weight, in the unit of what
  /// `summarise` returns; times `gainUnit` it is the gain as people know it.
  func gain(score: Double, summary: UnsafePointer<Double>) -> Double

  var gainUnit: Double { get }

  /// The orders in which categories are tried.
  var orderingCount: Int { get }
  /// What orders categories, of one that has examples.
  func orderValue(_ bin: UnsafePointer<Double>, ordering: Int) -> Double

  /// Appends the values of a leaf.
  func appendLeaf(_ summary: UnsafePointer<Double>, to trees: inout Trees)

  /// Appends a tree of the first `count` of the growth's rows.
  ///
  /// Not to be implemented: there is one implementation, and it is a requirement so that the grower is compiled for each
  /// criterion, whose calls then are direct ones (a generic class is not compiled for each of its arguments).
  func grow(
    _ growth: Growth, count: Int, into trees: inout Trees, random: inout SeededRandom)
}

extension SplitCriterion {
  func grow(
    _ growth: Growth, count: Int, into trees: inout Trees, random: inout SeededRandom
  ) {
    var grower = TreeGrower(criterion: self, growth)
    grower.grow(count: count, into: &trees, random: &random)
  }
}

/// How a tree is to be grown, and what on.
struct Growth: BitwiseCopyable {
  let bins: BinnedFeatures
  let views: GrowerViews
  let limits: ChildLimits
  let maxDepth: Int
  let minInfoGain: Double
  /// How many of the features that can be split a node looks at.
  let subsetSize: Int
  /// Of each feature the sum of gain times weight over its splits, in the criterion's unit: to be added to.
  let importances: UnsafeMutablePointer<Double>
}

/// What both children of a split must have.
struct ChildLimits: BitwiseCopyable {
  /// At least 1.
  let exampleCount: Double
  /// Greater than 0.
  let weight: Double
}

/// A split behind a bin.
struct ScoredBin: BitwiseCopyable {
  let score: Double
  /// The last bin that goes left.
  let bin: Int
}
