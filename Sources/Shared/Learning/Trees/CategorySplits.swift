// Splits by category. Of a number or of two classes the best subset of categories is a beginning of them in the order of their
// mean label (Fisher, "On grouping for maximum homogeneity", 1958; Breiman et al., "Classification and Regression
// Trees", 1984, section 9.4). Of more classes no order has that property: the categories are ordered by the share
// of each class in turn, one class against the rest.

extension TreeGrower {
  func searchCategories(
    _ feature: Int, _ first: UnsafePointer<Double>, _ binCount: Int,
    summary: UnsafePointer<Double>, _ best: inout ChosenSplit
  ) {
    let width = criterion.width
    for ordering in 0..<criterion.orderingCount {
      let count = order(first, binCount, ordering)
      for place in 0..<count {
        (views.sortedBins + place &* width)
          .update(from: first + Int(views.categories[place].bin) &* width, count: width)
      }
      guard
        let found = criterion.search(
          views.sortedBins, binCount: count, summary: summary, limits: limits, best: best.score)
      else { continue }
      best = ChosenSplit(
        score: found.score, bin: found.bin, feature: feature, isCategorical: true,
        ordering: ordering)
    }
  }

  /// Puts the categories that a node has examples of in order and returns their number.
  private func order(_ first: UnsafePointer<Double>, _ binCount: Int, _ ordering: Int) -> Int {
    var count = 0
    for bin in 0..<binCount {
      let statistics = first + bin &* criterion.width
      if criterion.exampleCount(statistics) == 0 { continue }
      views.categories[count] = OrderedCategory(
        bin: Int32(truncatingIfNeeded: bin),
        value: criterion.orderValue(statistics, ordering: ordering))
      count &+= 1
    }
    // Equal values keep the order of the categories, so that nothing depends on the sort.
    var categories = UnsafeMutableBufferPointer(start: views.categories, count: count)
    categories.sort {
      $0.value < $1.value || ($0.value == $1.value && $0.bin < $1.bin)
    }
    return count
  }

  /// Sets `goesLeft` for a split by category; categories without examples stay right.
  func markCategories(_ split: ChosenSplit, _ histogram: UnsafePointer<Double>) {
    let layout = bins.layouts[split.feature]
    let first = histogram + layout.firstBin &* criterion.width
    _ = order(first, layout.binCount, split.ordering)
    for bin in 0..<layout.binCount { views.goesLeft[bin] = 0 }
    for place in 0...split.bin { views.goesLeft[Int(views.categories[place].bin)] = 1 }
  }

  /// Appends the set of categories that go left, and with it what becomes of those that the node has no examples of.
  func appendSet(
    _ split: ChosenSplit, _ histogram: UnsafePointer<Double>, unseenLeft: Bool,
    to trees: inout Trees
  ) -> Int {
    let layout = bins.layouts[split.feature]
    let set = trees.appendSet(split.feature)
    for bin in 0..<layout.binCount {
      let statistics = histogram + (layout.firstBin &+ bin) &* criterion.width
      let isSeen = criterion.exampleCount(statistics) != 0
      if isSeen ? views.goesLeft[bin] == 1 : unseenLeft {
        trees.insert(category: bin, intoSetAt: set)
      }
    }
    if unseenLeft { trees.insert(category: layout.binCount, intoSetAt: set) }
    return set
  }
}
