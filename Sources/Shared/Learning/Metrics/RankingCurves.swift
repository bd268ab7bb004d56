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

  private var entries: [Entry] = []
  private var hasOrder = true

  /// Takes the examples of a weight above 0; the label `positive` is the positive one.
  @inline(__always)
  mutating func fill(_ examples: Examples, positive: Int, score: (Int) -> Double) {
    entries.removeAll(keepingCapacity: true)
    entries.reserveCapacity(examples.rowCount)
    hasOrder = true
    for row in 0..<examples.rowCount {
      let weight = examples.weight(row)
      if weight <= 0 { continue }
      let score = score(row)
      if score.isNaN { hasOrder = false }
      entries.append(
        Entry(score: score, weight: weight, isPositive: examples.label[row] == Double(positive)))
    }
  }

  /// The areas; nil where there are not both kinds of examples, or scores that have no order.
  mutating func areas() -> Areas? {
    guard hasOrder else { return nil }
    var positives = 0.0
    var negatives = 0.0
    for entry in entries {
      if entry.isPositive { positives += entry.weight } else { negatives += entry.weight }
    }
    guard positives > 0, negatives > 0 else { return nil }
    entries.sort { $0.score > $1.score }

    var areas = Areas(underROC: 0, underPR: 0, averagePrecision: 0)
    var truePositives = 0.0
    var falsePositives = 0.0
    var precision: Double?
    var index = 0
    while index < entries.count {
      let score = entries[index].score
      let (trueBefore, falseBefore) = (truePositives, falsePositives)
      while index < entries.count, entries[index].score == score {
        if entries[index].isPositive {
          truePositives += entries[index].weight
        } else {
          falsePositives += entries[index].weight
        }
        index += 1
      }
      let next = truePositives / (truePositives + falsePositives)
      let recall = (truePositives - trueBefore) / positives
      areas.underROC +=
        (falsePositives - falseBefore) / negatives * ((truePositives + trueBefore) / 2 / positives)
      areas.underPR += recall * ((next + (precision ?? next)) / 2)
      areas.averagePrecision += recall * next
      precision = next
    }
    return areas
  }
}
