/// The scores of positive and negative examples that all count once, in memory that copies of a value may share: they belong
/// to one thread.
///
/// Unsafe: the first `positiveCount` and `negativeCount` scores are there.
final class RankedScores {
  private(set) var positiveCount = 0
  private(set) var negativeCount = 0
  private var positives = WorkingMemory<Double>()
  private var negatives = WorkingMemory<Double>()
  private var positiveSort = ValueSort()
  private var negativeSort = ValueSort()

  func removeAll() {
    positiveCount = 0
    negativeCount = 0
  }

  /// Replaces the scores; whether all have an order, which NaN has not.
  @inline(__always)
  func fill(count: Int, isPositive: (Int) -> Bool, score: (Int) -> Double) -> Bool {
    let positives = positives.reserve(count)
    let negatives = negatives.reserve(count)
    var (positive, negative, unordered) = (0, 0, 0)
    // Each score is written to both and counted in one: a branch would be guessed wrongly half of the time.
    for row in 0..<count {
      let score = score(row)
      let step = isPositive(row) ? 1 : 0
      positives[positive] = score
      negatives[negative] = score
      positive &+= step
      negative &+= 1 &- step
      unordered |= score.isNaN ? 1 : 0
    }
    positiveCount = positive
    negativeCount = negative
    return unordered == 0
  }

  /// Both ascending, as integers of the same order.
  func sort() -> (positives: UnsafePointer<UInt64>, negatives: UnsafePointer<UInt64>) {
    (
      positiveSort.sort(positives.base, count: positiveCount),
      negativeSort.sort(negatives.base, count: negativeCount)
    )
  }

  /// The share of pairs whose positive has the larger score, those with equal scores counted half: the Mann-Whitney
  /// statistic. Nil where there are no pairs.
  func areaUnderROC() -> Double? {
    guard positiveCount > 0, negativeCount > 0 else { return nil }
    let (positives, negatives) = sort()
    var (pairs, ties) = (0.0, 0)
    var (positive, negative) = (0, 0)
    while positive < positiveCount, negative < negativeCount {
      // Without a branch, for the same reason.
      let (one, other) = (positives[positive], negatives[negative])
      let step = other < one ? 1 : 0
      ties |= one == other ? 1 : 0
      pairs += step == 1 ? 0 : Double(negative)
      negative &+= step
      positive &+= 1 &- step
    }
    pairs += Double(positiveCount &- positive) * Double(negativeCount)
    if ties != 0 { pairs += halfOfTies(positives, negatives) }
    return pairs / (Double(positiveCount) * Double(negativeCount))
  }

  private func halfOfTies(
    _ positives: UnsafePointer<UInt64>, _ negatives: UnsafePointer<UInt64>
  ) -> Double {
    var pairs = 0.0
    var (positive, negative) = (0, 0)
    while positive < positiveCount, negative < negativeCount {
      let (one, other) = (positives[positive], negatives[negative])
      if one < other {
        positive &+= 1
      } else if other < one {
        negative &+= 1
      } else {
        let before = (positive, negative)
        while positive < positiveCount, positives[positive] == one { positive &+= 1 }
        while negative < negativeCount, negatives[negative] == one { negative &+= 1 }
        pairs += Double(positive &- before.0) * Double(negative &- before.1)
      }
    }
    return pairs / 2
  }
}
