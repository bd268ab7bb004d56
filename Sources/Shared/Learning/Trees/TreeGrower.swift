/// Grows a tree on binned examples, depth first and left before right, by the best split of each node.
///
/// A node's histogram has the statistics of its examples for each bin of each feature. The smaller child's is summed from its
/// examples, the larger one's is what that leaves of the parent's (Ke et al., "LightGBM: A highly efficient gradient
/// boosting decision tree", 2017, section 2.1). Where nodes look at some of the features only (Breiman, "Random forests",
/// 2001), each sums those of its own.
///
/// Unsafe: it works in the memory behind `views` and `bins`, whose sizes `GrowerMemory` fixes.
struct TreeGrower<Criterion: SplitCriterion> {
  let criterion: Criterion
  let bins: BinnedFeatures
  let views: GrowerViews
  let limits: ChildLimits
  let maxDepth: Int
  let minInfoGain: Double
  let subsetSize: Int
  let importances: UnsafeMutablePointer<Double>
  private var leafCount = 0

  init(criterion: Criterion, _ growth: Growth) {
    self.criterion = criterion
    bins = growth.bins
    views = growth.views
    limits = growth.limits
    maxDepth = growth.maxDepth
    minInfoGain = growth.minInfoGain
    subsetSize = min(growth.subsetSize, growth.views.features.count)
    importances = growth.importances
  }

  private var looksAtAll: Bool { subsetSize == views.features.count }

  /// Appends a tree of the first `count` of the views' rows, of which there is at least one.
  /// - Complexity: O(rows * features) for each level, without an allocation but for what the tree takes.
  mutating func grow(count: Int, into trees: inout Trees, random: inout SeededRandom) {
    trees.beginTree()
    leafCount = 0
    let summary = views.summary(depth: 0, side: 0)
    let rounding = criterion.summarise(views.rows, count: count, into: summary)
    let root = Node(
      start: 0, end: count, depth: 0, summary: summary, rounding: rounding, histogram: nil)
    grow(root, freeHistogram: 0, &trees, &random)
  }

  private struct Node {
    let start: Int
    let end: Int
    let depth: Int
    let summary: UnsafeMutablePointer<Double>
    /// What a split must gain to be more than rounding.
    let rounding: Double
    /// Of all features; nil where it is not summed yet.
    let histogram: UnsafeMutablePointer<Double>?

    var count: Int { end &- start }

    func with(_ histogram: UnsafeMutablePointer<Double>) -> Node {
      Node(
        start: start, end: end, depth: depth, summary: summary, rounding: rounding,
        histogram: histogram)
    }
  }

  /// Whether a node may have children at all.
  private func isOpen(_ node: Node) -> Bool {
    node.depth < maxDepth && node.rounding < .infinity
      && criterion.exampleCount(node.summary) >= 2 * limits.exampleCount
      && criterion.weight(node.summary) >= 2 * limits.weight
  }

  /// Recursion ends at `maxDepth`, which is at most `Trees.depthLimit`.
  private mutating func grow(
    _ node: Node, freeHistogram: Int, _ trees: inout Trees, _ random: inout SeededRandom
  ) {
    guard isOpen(node), subsetSize > 0 else { return endLeaf(node, &trees) }
    var free = freeHistogram
    let histogram: UnsafeMutablePointer<Double>
    if let summed = node.histogram {
      histogram = summed
    } else {
      histogram = views.histogram(free)
      free &+= looksAtAll ? 1 : 0
      if !looksAtAll { chooseFeatures(&random) }
      sum(node.start, node.count, into: histogram)
    }
    guard let split = bestSplit(node, histogram) else { return endLeaf(node, &trees) }
    importances[split.feature] += split.gain * criterion.weight(node.summary)

    let index = trees.reserveNode()
    if split.isCategorical {
      markCategories(split, histogram)
    } else {
      for bin in 0..<bins.layouts[split.feature].binCount {
        views.goesLeft[bin] = bin <= split.bin ? 1 : 0
      }
    }
    let middle = partition(node, by: split.feature)
    var (left, right) = (
      child(node.start, middle, node.depth &+ 1, side: 0),
      child(middle, node.end, node.depth &+ 1, side: 1)
    )
    let set =
      split.isCategorical
      ? appendSet(split, histogram, unseenLeft: isHeavier(left, right), to: &trees) : 0
    let threshold = split.isCategorical ? 0 : threshold(of: split, histogram)
    if looksAtAll, isOpen(left) || isOpen(right) {
      (left, right) = withHistograms(left, right, parent: histogram, spare: free)
      free &+= 1
    }
    grow(left, freeHistogram: free, &trees, &random)
    let next = trees.nodeCount
    grow(right, freeHistogram: free, &trees, &random)
    trees.set(
      split.isCategorical
        ? .category(feature: split.feature, set: set, right: next)
        : .number(
          feature: split.feature, threshold: threshold, right: next), at: index)
  }

  private mutating func endLeaf(_ node: Node, _ trees: inout Trees) {
    criterion.appendLeaf(node.summary, to: &trees)
    views.leafEnds[leafCount] = Int32(truncatingIfNeeded: node.end)
    leafCount &+= 1
  }

  private func child(_ start: Int, _ end: Int, _ depth: Int, side: Int) -> Node {
    let summary = views.summary(depth: depth, side: side)
    let rounding = criterion.summarise(views.rows + start, count: end &- start, into: summary)
    return Node(
      start: start, end: end, depth: depth, summary: summary, rounding: rounding, histogram: nil)
  }

  private func isHeavier(_ left: Node, _ right: Node) -> Bool {
    criterion.weight(left.summary) >= criterion.weight(right.summary)
  }
}

// MARK: Histograms

extension TreeGrower {
  /// The features that a node looks at.
  private var candidates: UnsafeBufferPointer<Int32> {
    UnsafeBufferPointer(rebasing: views.features[0..<subsetSize])
  }

  /// Brings the features that the next node looks at to the front (Fisher and Yates' shuffle, cut short).
  private func chooseFeatures(_ random: inout SeededRandom) {
    let features = views.features
    for index in 0..<subsetSize {
      let other = index &+ random.index(below: features.count &- index)
      (features[index], features[other]) = (features[other], features[index])
    }
  }

  private func sum(_ start: Int, _ count: Int, into histogram: UnsafeMutablePointer<Double>) {
    if looksAtAll {
      histogram.update(repeating: 0, count: bins.binCount &* criterion.width)
    } else {
      for feature in candidates {
        let layout = bins.layouts[Int(feature)]
        (histogram + layout.firstBin &* criterion.width)
          .update(repeating: 0, count: layout.binCount &* criterion.width)
      }
    }
    criterion.accumulate(
      views.rows + start, count: count, bins, features: candidates, into: histogram)
  }

  /// The children with the histograms that they need; the parent's becomes that of the larger one.
  private func withHistograms(
    _ left: Node, _ right: Node, parent: UnsafeMutablePointer<Double>, spare: Int
  ) -> (Node, Node) {
    let leftIsSmaller = left.count <= right.count
    let (smaller, larger) = leftIsSmaller ? (left, right) : (right, left)
    let histogram = views.histogram(spare)
    sum(smaller.start, smaller.count, into: histogram)
    if isOpen(larger) {
      for index in 0..<(bins.binCount &* criterion.width) { parent[index] -= histogram[index] }
    }
    return leftIsSmaller
      ? (left.with(histogram), right.with(parent)) : (left.with(parent), right.with(histogram))
  }
}

// MARK: Splits

/// A split that a node takes.
struct ChosenSplit: BitwiseCopyable {
  var score = -Double.infinity
  /// The last bin that goes left; for categories its place in their order.
  var bin = 0
  /// -1 while there is none.
  var feature = -1
  var isCategorical = false
  /// The order of categories, of those that the criterion has.
  var ordering = 0
  /// For each unit of weight, in the criterion's unit.
  var gain = 0.0
}

extension TreeGrower {
  private func bestSplit(
    _ node: Node, _ histogram: UnsafeMutablePointer<Double>
  ) -> ChosenSplit? {
    var best = ChosenSplit()
    for candidate in candidates {
      let feature = Int(candidate)
      let layout = bins.layouts[feature]
      let first = histogram + layout.firstBin &* criterion.width
      if layout.isCategorical {
        searchCategories(feature, first, layout.binCount, summary: node.summary, &best)
      } else if let found = criterion.search(
        first, binCount: layout.binCount, summary: node.summary, limits: limits, best: best.score)
      {
        best = ChosenSplit(score: found.score, bin: found.bin, feature: feature)
      }
    }
    guard best.feature >= 0 else { return nil }
    best.gain = criterion.gain(score: best.score, summary: node.summary)
    guard best.gain > node.rounding, best.gain * criterion.gainUnit >= minInfoGain else {
      return nil
    }
    return best
  }

  /// Half-way between the node's examples to the left and those to the right: bins between them are empty here, and where
  /// they are split makes no difference to these examples.
  private func threshold(of split: ChosenSplit, _ histogram: UnsafePointer<Double>) -> Double {
    let layout = bins.layouts[split.feature]
    var next = split.bin &+ 1
    while next < layout.binCount &- 1,
      criterion.exampleCount(histogram + (layout.firstBin &+ next) &* criterion.width) == 0
    {
      next &+= 1
    }
    let low = bins.threshold(split.feature, after: split.bin)
    let high = bins.threshold(split.feature, after: next &- 1)
    return low < high ? SplitCandidates.midpoint(low, high) : low
  }

  /// Moves the examples of bins that go left to the front, all in their order, and returns where the others begin.
  private func partition(_ node: Node, by feature: Int) -> Int {
    let (rows, spare, goesLeft) = (views.rows, views.spareRows, views.goesLeft)
    let (codes, stride) = (bins.codes + feature, bins.featureCount)
    var left = node.start
    var right = 0
    for position in node.start..<node.end {
      let row = rows[position]
      let step = Int(goesLeft[Int(codes[Int(row) &* stride])])
      rows[left] = row
      spare[right] = row
      left &+= step
      right &+= 1 &- step
    }
    (rows + left).update(from: spare, count: right)
    return left
  }
}
