import Glibc

/// How mixed the classes of a node are: with weights w_k of the classes and w of all, the purity of sum term(w_k) and w. The larger its
/// sum over both children, the better the split.
protocol ClassImpurity: BitwiseCopyable {
  static func term(_ weight: Double) -> Double
  static func purity(_ terms: Double, weight: Double) -> Double
}

/// Gini's index: 1 - sum p^2 (Breiman et al., "Classification and Regression Trees", 1984, section 4.3).
struct GiniImpurity: ClassImpurity {
  @inline(__always) static func term(_ weight: Double) -> Double { weight * weight }
  @inline(__always) static func purity(_ terms: Double, weight: Double) -> Double { terms / weight }
}

/// Shannon's entropy in bits: - sum p log2 p (Quinlan, "Induction of decision trees", 1986).
struct EntropyImpurity: ClassImpurity {
  @inline(__always) static func term(_ weight: Double) -> Double {
    weight > 0 ? weight * log2(weight) : 0
  }
  @inline(__always) static func purity(_ terms: Double, weight: Double) -> Double {
    terms - term(weight)
  }
}

/// Splits that make the classes less mixed.
///
/// Unsafe: a view of memory of `ClassTarget`.
struct ClassCriterion: SplitCriterion {
  let impurity: ClassImpurityName
  let classCount: Int
  /// The class and the weight of each example, and where `isWeighted` how often it counts.
  let classes: UnsafePointer<Int32>
  let weights: UnsafePointer<Double>
  let counts: UnsafePointer<Double>
  let isWeighted: Bool
  let weightScale: Double
  /// Room for the weights of the classes left of a split.
  let left: UnsafeMutablePointer<Double>

  /// The weights of the classes, then the number of examples where that is not their sum.
  var width: Int { classCount + (isWeighted ? 1 : 0) }
  var summaryWidth: Int { width }

  func summarise(
    _ rows: UnsafePointer<Int32>, count: Int, into summary: UnsafeMutablePointer<Double>
  ) -> Double {
    summary.update(repeating: 0, count: width)
    for position in 0..<count {
      let row = Int(rows[position])
      summary[Int(classes[row])] += weights[row]
      if isWeighted { summary[classCount] += counts[row] }
    }
    var present = 0
    for index in 0..<classCount where summary[index] > 0 { present &+= 1 }
    return present > 1 ? 1e-14 : .infinity
  }

  func accumulate(
    _ rows: UnsafePointer<Int32>, count: Int, _ bins: BinnedFeatures,
    features: UnsafeBufferPointer<Int32>, into histogram: UnsafeMutablePointer<Double>
  ) {
    for position in 0..<count {
      let row = Int(rows[position])
      let weight = weights[row]
      let codes = bins.codes + row &* bins.featureCount
      let cells = histogram + Int(classes[row])
      for index in 0..<features.count {
        let feature = Int(features[index])
        cells[(bins.layouts[feature].firstBin &+ Int(codes[feature])) &* width] += weight
      }
    }
    if isWeighted { countExamples(rows, count, bins, features, histogram + classCount) }
  }

  private func countExamples(
    _ rows: UnsafePointer<Int32>, _ count: Int, _ bins: BinnedFeatures,
    _ features: UnsafeBufferPointer<Int32>, _ cells: UnsafeMutablePointer<Double>
  ) {
    for position in 0..<count {
      let row = Int(rows[position])
      let codes = bins.codes + row &* bins.featureCount
      for index in 0..<features.count {
        let feature = Int(features[index])
        let bin = bins.layouts[feature].firstBin &+ Int(codes[feature])
        cells[bin &* width] += counts[row]
      }
    }
  }

  func exampleCount(_ statistics: UnsafePointer<Double>) -> Double {
    isWeighted ? statistics[classCount] : weight(statistics)
  }

  func weight(_ statistics: UnsafePointer<Double>) -> Double {
    var weight = 0.0
    for index in 0..<classCount { weight += statistics[index] }
    return weight
  }

  func search(
    _ bins: UnsafePointer<Double>, binCount: Int, summary: UnsafePointer<Double>,
    limits: ChildLimits, best: Double
  ) -> ScoredBin? {
    switch impurity {
    case .gini: search(bins, binCount, summary, limits, best, by: GiniImpurity.self)
    case .entropy: search(bins, binCount, summary, limits, best, by: EntropyImpurity.self)
    }
  }

  @inline(__always)
  private func search<Impurity: ClassImpurity>(
    _ bins: UnsafePointer<Double>, _ binCount: Int, _ summary: UnsafePointer<Double>,
    _ limits: ChildLimits, _ best: Double, by _: Impurity.Type
  ) -> ScoredBin? {
    let (width, classCount) = (width, classCount)
    let (weight, count) = (weight(summary), exampleCount(summary))
    left.update(repeating: 0, count: classCount)
    var (leftWeight, leftCount) = (0.0, 0.0)
    var score = best
    var found = -1
    var statistics = bins
    for bin in 0..<(binCount &- 1) {
      let binWeight = self.weight(statistics)
      let added = isWeighted ? statistics[classCount] : binWeight
      defer { statistics += width }
      if added == 0 { continue }
      leftWeight += binWeight
      leftCount += added
      var (leftTerms, rightTerms) = (0.0, 0.0)
      for index in 0..<classCount {
        let classWeight = left[index] + statistics[index]
        left[index] = classWeight
        leftTerms += Impurity.term(classWeight)
        rightTerms += Impurity.term(summary[index] - classWeight)
      }
      if leftCount < limits.exampleCount { continue }
      if count - leftCount < limits.exampleCount { break }
      let rightWeight = weight - leftWeight
      guard leftWeight >= limits.weight, rightWeight >= limits.weight else { continue }
      let candidate =
        Impurity.purity(leftTerms, weight: leftWeight)
        + Impurity.purity(rightTerms, weight: rightWeight)
      if candidate > score { (score, found) = (candidate, bin) }
    }
    return found >= 0 ? ScoredBin(score: score, bin: found) : nil
  }

  func gain(score: Double, summary: UnsafePointer<Double>) -> Double {
    let purity =
      switch impurity {
      case .gini: purity(summary, by: GiniImpurity.self)
      case .entropy: purity(summary, by: EntropyImpurity.self)
      }
    return (score - purity) / weight(summary)
  }

  @inline(__always)
  private func purity<Impurity: ClassImpurity>(
    _ summary: UnsafePointer<Double>, by _: Impurity.Type
  ) -> Double {
    var terms = 0.0
    for index in 0..<classCount { terms += Impurity.term(summary[index]) }
    return Impurity.purity(terms, weight: weight(summary))
  }

  var gainUnit: Double { 1 }

  /// Of two classes one share says all; of more, each class's share is tried.
  var orderingCount: Int { classCount <= 2 ? 1 : classCount }

  func orderValue(_ bin: UnsafePointer<Double>, ordering: Int) -> Double {
    let index = classCount == 2 ? 1 : ordering
    return bin[index] / weight(bin)
  }

  func appendLeaf(_ summary: UnsafePointer<Double>, to trees: inout Trees) {
    var cover = 0.0
    for index in 0..<classCount {
      let weight = summary[index] * weightScale
      trees.append(leafValue: weight)
      cover += weight
    }
    trees.appendLeaf(cover: cover)
  }
}
