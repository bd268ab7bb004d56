/// The curves of a ranking of examples into positive and negative ones, and the areas under them, in memory that it
/// keeps.
///
/// Points lie between examples of different scores only, so that the order of equal scores has no say (Fawcett, "An
/// introduction to ROC analysis", 2006, algorithms 1 and 3).
struct RankingCurves {
  struct Areas {
    /// By trapezoids, which counts pairs of equal scores half.
    var underROC: Double
    /// By trapezoids, as Spark's `areaUnderPR`.
    var underPR: Double
    /// By steps, as scikit-learn's `average_precision_score`.
    var averagePrecision: Double
  }

  private struct Entry {
    var score: Double
    var weight: Double
    var isPositive: Bool
  }

  /// Of weighted examples.
  private var entries: [Entry] = []
  /// The scores of examples that all count once: there is nothing else to sort.
  private let scores = RankedScores()
  private var hasOrder = true

  /// Takes the examples of a weight above 0; the label `positive` is the positive one.
  @inline(__always)
  mutating func fill(_ examples: Examples, positive: Int, score: (Int) -> Double) {
    entries.removeAll(keepingCapacity: true)
    hasOrder = true
    let positive = Double(positive)
    guard let weights = examples.weights else {
      hasOrder = scores.fill(
        count: examples.rowCount, isPositive: { examples.label[$0] == positive }, score: score)
      return
    }
    scores.removeAll()
    for row in 0..<examples.rowCount where weights[row] > 0 {
      let score = score(row)
      if score.isNaN { hasOrder = false }
      entries.append(
        Entry(score: score, weight: weights[row], isPositive: examples.label[row] == positive))
    }
  }

  /// The area under the first curve alone, as `areas` has it.
  mutating func areaUnderROC() -> Double? {
    guard hasOrder else { return nil }
    return entries.isEmpty ? scores.areaUnderROC() : areasOfEntries()?.underROC
  }

  /// The areas; nil where there are not both kinds of examples, or scores that have no order.
  mutating func areas() -> Areas? {
    guard hasOrder else { return nil }
    return entries.isEmpty ? areasOfScores() : areasOfEntries()
  }

  private mutating func areasOfEntries() -> Areas? {
    var positives = 0.0
    var negatives = 0.0
    for entry in entries {
      if entry.isPositive { positives += entry.weight } else { negatives += entry.weight }
    }
    guard var curve = Curve(positives: positives, negatives: negatives) else { return nil }
    entries.sort { $0.score > $1.score }
    var index = 0
    while index < entries.count {
      let score = entries[index].score
      var (truths, falsehoods) = (0.0, 0.0)
      while index < entries.count, entries[index].score == score {
        if entries[index].isPositive {
          truths += entries[index].weight
        } else {
          falsehoods += entries[index].weight
        }
        index += 1
      }
      curve.add(truePositives: truths, falsePositives: falsehoods)
    }
    return curve.areas
  }

  private func areasOfScores() -> Areas? {
    let counts = (scores.positiveCount, scores.negativeCount)
    guard var curve = Curve(positives: Double(counts.0), negatives: Double(counts.1)) else {
      return nil
    }
    let (positives, negatives) = scores.sort()
    // From the largest score on.
    var (positive, negative) = counts
    while positive > 0 || negative > 0 {
      let score = max(
        positive > 0 ? positives[positive - 1] : 0, negative > 0 ? negatives[negative - 1] : 0)
      let before = (positive, negative)
      while positive > 0, positives[positive - 1] == score { positive -= 1 }
      while negative > 0, negatives[negative - 1] == score { negative -= 1 }
      curve.add(
        truePositives: Double(before.0 - positive), falsePositives: Double(before.1 - negative))
    }
    return curve.areas
  }
}

/// The points of both curves, from the highest score down.
private struct Curve {
  private let positives: Double
  private let negatives: Double
  private var truePositives = 0.0
  private var falsePositives = 0.0
  private var precision: Double?
  private(set) var areas = RankingCurves.Areas(underROC: 0, underPR: 0, averagePrecision: 0)

  /// Nil where there are not both kinds of examples.
  init?(positives: Double, negatives: Double) {
    guard positives > 0, negatives > 0 else { return nil }
    self.positives = positives
    self.negatives = negatives
  }

  /// Goes on to the next point: what the examples of the next score weigh.
  mutating func add(truePositives truths: Double, falsePositives falsehoods: Double) {
    let trueBefore = truePositives
    truePositives += truths
    falsePositives += falsehoods
    let next = truePositives / (truePositives + falsePositives)
    let recall = truths / positives
    areas.underROC +=
      falsehoods / negatives * ((truePositives + trueBefore) / 2 / positives)
    areas.underPR += recall * ((next + (precision ?? next)) / 2)
    areas.averagePrecision += recall * next
    precision = next
  }
}
