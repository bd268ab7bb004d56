/// All combinations of listed values, the last dimension changing fastest.
package struct GridSearch: SearchPlan {
  private let space: SearchSpace
  private let counts: [Int]
  private let count: Int
  private var record = TrialRecord()

  /// A grid has no more points than that.
  package static let largestCount = 1_000_000

  /// Throws where a dimension is a range of doubles, or the grid too large. Whole numbers in a range are all taken.
  package init(_ space: SearchSpace) throws(SearchSpaceError) {
    self.space = space
    var counts: [Int] = []
    var count = 1
    for dimension in space.dimensions {
      switch dimension.values {
      case .choices(let choices): counts.append(choices.count)
      case .integers(let range, _): counts.append(Int(range.upperBound - range.lowerBound) + 1)
      case .doubles: throw .notAGrid(name: dimension.name)
      }
      let product = count.multipliedReportingOverflow(by: counts[counts.count - 1])
      guard !product.overflow, product.partialValue <= Self.largestCount else {
        throw .gridTooLarge(limit: Self.largestCount)
      }
      count = product.partialValue
    }
    self.counts = counts
    self.count = count
  }

  package mutating func suggest() -> Trial? {
    guard record.trials.count < count else { return nil }
    var rest = record.trials.count
    var choices: [Trial.Choice] = []
    for (dimension, count) in zip(space.dimensions, counts).reversed() {
      let value: ParameterValue
      switch dimension.values {
      case .integers(let range, _): value = .integer(range.lowerBound + Int64(rest % count))
      case .choices, .doubles: value = dimension.values.value(at: Double(rest % count))
      }
      choices.append(Trial.Choice(name: dimension.name, value: value))
      rest /= count
    }
    return record.append(choices.reversed(), share: 1)
  }

  package mutating func report(_ number: Int, loss: Double?) {
    _ = record.report(number, loss: loss)
  }

  package var best: (trial: Trial, loss: Double)? { record.best }
}
