/// Count, means and co-moments of the features and the label: all that least squares needs of its examples.
///
/// With p variables (the features in their order, then the label) a block is
///
///     count | p origins | p means | p (p + 1) / 2 co-moments, the lower triangle by rows
///
/// where the co-moment of a and b is the sum of (a - mean of a) (b - mean of b). Centred sums do not cancel
/// as sums of squares do: a feature around 1e6 with a spread of 1 keeps its digits. The origins are the
/// first example; means are relative to them. Without them a mean far from zero would be rounded to
/// the digits of its own size at each step, in sorted data always to the same side.
///
/// With weights the count is the sum of the weights, means and co-moments are weighted, and the number of examples with
/// a weight above 0 follows as one more double.
///
/// One example at a time is added by Welford's update, two blocks are joined by Chan's formula
/// (Chan, Golub, LeVeque: "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances", 1979;
/// "Algorithms for Computing the Sample Variance", The American Statistician 37, 1983).
package struct LeastSquaresStatistics: TrainingStatistics, Hashable {
  package let featureCount: Int
  package let isWeighted: Bool

  package init(featureCount: Int, isWeighted: Bool = false) {
    self.featureCount = featureCount
    self.isWeighted = isWeighted
  }

  package var name: String { isWeighted ? "weighted_least_squares" : "least_squares" }
  package var width: Int { momentsWidth + (isWeighted ? 1 : 0) }

  /// Where the number of weighted examples stands.
  var momentsWidth: Int { 1 + 2 * variableCount + variableCount * (variableCount + 1) / 2 }

  /// The features and the label.
  var variableCount: Int { featureCount + 1 }

  package func exampleCount(_ block: UnsafePointer<Double>) -> Int64 {
    // A block may come from another host: nothing about it is taken for granted.
    Int64(exactly: block[isWeighted ? momentsWidth : 0].rounded()) ?? 0
  }

  func mean(_ block: UnsafePointer<Double>, of variable: Int) -> Double {
    block[1 + variable] + block[1 + variableCount + variable]
  }

  /// The mean of a variable minus its origin.
  func relativeMean(_ block: UnsafePointer<Double>, of variable: Int) -> Double {
    block[1 + variableCount + variable]
  }

  /// The co-moments of variable `row` with variables 0...row.
  func coMoments(_ block: UnsafePointer<Double>, row: Int) -> UnsafePointer<Double> {
    block + (1 + 2 * variableCount + row * (row + 1) / 2)
  }

  /// The standard deviation of a variable over the population.
  func deviation(_ block: UnsafePointer<Double>, of variable: Int) -> Double {
    (coMoments(block, row: variable)[variable] / block[0]).squareRoot()
  }

  package func merge(
    _ sources: UnsafePointer<Double>, count: Int, blocks: UnsafePointer<Int32>,
    into base: UnsafeMutablePointer<Double>, stride: Int
  ) {
    precondition(stride >= width)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: variableCount) { scratch in
      let differences = scratch.baseAddress!
      for index in 0..<count {
        prefetchBlock(after: index, of: count, blocks, base, stride)
        if blocks[index] < 0 { continue }
        merge(sources + index * width, into: base + Int(blocks[index]) * stride, differences)
      }
    }
  }

  private func merge(
    _ source: UnsafePointer<Double>, into target: UnsafeMutablePointer<Double>,
    _ differences: UnsafeMutablePointer<Double>
  ) {
    let added = source[0]
    let present = target[0]
    if added == 0 { return }
    if present == 0 {
      target.update(from: source, count: width)
      return
    }
    let total = present + added
    let share = added / total
    target[0] = total
    if isWeighted { target[momentsWidth] += source[momentsWidth] }
    let p = variableCount
    let means = target + (1 + p)
    for variable in 0..<p {
      // Of the means. Origins are subtracted from each other first: they are of one size.
      let difference =
        (source[1 + variable] - target[1 + variable])
        + (source[1 + p + variable] - means[variable])
      differences[variable] = difference
      means[variable] = means[variable].addingProduct(difference, share)
    }
    let weight = present * share
    var coMoments = means + p
    var sourceCoMoments = source + (1 + 2 * p)
    for row in 0..<p {
      let weighted = differences[row] * weight
      for column in 0...row {
        coMoments[column] = (coMoments[column] + sourceCoMoments[column])
          .addingProduct(weighted, differences[column])
      }
      coMoments += row + 1
      sourceCoMoments += row + 1
    }
  }
}
