/// One iteration after the other of iteratively reweighted least squares, on a design of unit deviations.
///
/// Unsafe: a view of a design and of `memoryNeeded` doubles, which outlive it.
struct ReweightedLeastSquares {
  /// What is added to the normal equations, as a share of the sum of the working weights; to be set before `solve`.
  let penalties: UnsafeMutablePointer<Double>
  /// The coefficients of the columns.
  let parameters: UnsafeMutablePointer<Double>

  private let family: GeneralizedLinearFamily
  private let link: LinkFunction
  private let dimension: Int
  private let rowCount: Int
  private let stride: Int
  private let columns: UnsafePointer<Double>
  private let weights: UnsafePointer<Double>
  private let labels: UnsafePointer<Double>
  private let solution: UnsafeMutablePointer<Double>
  private let factor: UnsafeMutablePointer<Double>
  private let predictors: UnsafeMutablePointer<Double>
  private let means: UnsafeMutablePointer<Double>
  private let workingWeights: UnsafeMutablePointer<Double>
  /// Working labels times working weights.
  private let workingLabels: UnsafeMutablePointer<Double>
  private let scratch: UnsafeMutablePointer<Double>

  static func memoryNeeded(dimension: Int, stride: Int) -> Int {
    dimension * (3 + dimension) + 4 * stride + ColumnKernels.gramScratch
  }

  init(
    _ design: borrowing Design, family: GeneralizedLinearFamily, link: LinkFunction,
    memory: UnsafeMutablePointer<Double>
  ) {
    self.family = family
    self.link = link
    dimension = design.columnCount
    rowCount = design.rowCount
    stride = design.stride
    columns = UnsafePointer(design.columns)
    weights = UnsafePointer(design.weights)
    labels = UnsafePointer(design.labels)
    var pieces = MemoryPieces(memory)
    penalties = pieces.take(dimension)
    parameters = pieces.take(dimension)
    solution = pieces.take(dimension)
    factor = pieces.take(dimension * dimension)
    predictors = pieces.take(stride)
    means = pieces.take(stride)
    workingWeights = pieces.take(stride)
    workingLabels = pieces.take(stride)
    scratch = pieces.take(ColumnKernels.gramScratch)
    for row in rowCount..<stride { predictors[row] = 0 }
  }

  /// Begins with a mean for each example: the family's, or, where the link takes one of them not, the mean label.
  func start(weightSum: Double) throws(TrainingError) {
    for index in 0..<dimension { parameters[index] = 0 }
    var isFinite = true
    for row in 0..<rowCount {
      let mean = family.startingMean(label: labels[row], weight: weights[row] * weightSum)
      predictors[row] = link.predictor(mean)
      if !predictors[row].isFinite { isFinite = false }
    }
    if !isFinite {
      let mean = ColumnKernels.dot(labels, weights, count: stride)
      let predictor = link.predictor(mean)
      guard predictor.isFinite else {
        throw .labelOutOfRange(mean, needed: "whose mean the link takes")
      }
      for row in 0..<rowCount { predictors[row] = predictor }
    }
    setMeans()
    linearise()
  }

  private func setMeans() {
    var row = 0
    while row < stride {
      LaneMemory.store(link.means(LaneMemory.load(predictors, row)), means, row)
      row &+= LaneMemory.count
    }
  }

  /// Sets the working weights and labels by the predictors and means. Behind the last row weights are 0, and so are these.
  private func linearise() {
    let range = family.projectedMeans
    let (lowest, highest) = (
      SIMD8(repeating: range.lowerBound), SIMD8(repeating: range.upperBound)
    )
    var row = 0
    while row < stride {
      let predictors = LaneMemory.load(predictors, row)
      let weights = LaneMemory.load(weights, row)
      var means = LaneMemory.load(means, row)
      means.replace(with: lowest, where: means .< lowest)
      means.replace(with: highest, where: means .> highest)
      let slopes = link.slopes(predictors, means: means)
      let shares = weights * slopes / family.variances(means)
      let working = shares * slopes
      // weight * (predictor + (label - mean) / slope), where a slope of 0 gives the example no weight.
      let labels =
        (shares * (LaneMemory.load(labels, row) - means)).addingProduct(working, predictors)
      let none = SIMD8<Double>.zero
      // Zero times anything finite is zero.
      let nothing = working * none
      let isKnown = (slopes .!= none) .& (nothing .== none)
      LaneMemory.store(none.replacing(with: working, where: isKnown), workingWeights, row)
      LaneMemory.store(none.replacing(with: labels, where: isKnown), workingLabels, row)
      row &+= LaneMemory.count
    }
    for row in rowCount..<stride {
      workingWeights[row] = 0
      workingLabels[row] = 0
    }
  }

  /// Sets the solution of the normal equations; returns the column that they do not determine, if there is one.
  /// - Complexity: O(rows * columns squared)
  func solve(tolerance: Double) -> Int? {
    ColumnKernels.weightedGram(
      columns, stride: stride, columnCount: dimension, weights: workingWeights, rows: stride,
      into: factor, outputStride: dimension, scratch: scratch)
    let weightSum = ColumnKernels.sum(workingWeights, count: stride)
    for index in 0..<dimension {
      factor[index &* (dimension &+ 1)] += penalties[index] * weightSum
    }
    ColumnKernels.transposedProduct(
      columns, stride: stride, columnCount: dimension, workingLabels, into: solution, rows: stride)
    if let column = Cholesky.factorise(factor, order: dimension, tolerance: tolerance) {
      return column
    }
    Cholesky.solve(factor, order: dimension, solution)
    return nil
  }

  /// Sets the solution by the factor of the normal equations that were solved before: only their right side is of now.
  ///
  /// Where this moves nothing any more, neither do the equations of now.
  /// - Complexity: O(rows * columns)
  func solveAgain() {
    let residuals = means
    var row = 0
    while row < stride {
      let explained = LaneMemory.load(workingWeights, row) * LaneMemory.load(predictors, row)
      LaneMemory.store(LaneMemory.load(workingLabels, row) - explained, residuals, row)
      row &+= LaneMemory.count
    }
    ColumnKernels.transposedProduct(
      columns, stride: stride, columnCount: dimension, residuals, into: solution, rows: stride)
    let weightSum = ColumnKernels.sum(workingWeights, count: stride)
    for index in 0..<dimension {
      solution[index] -= penalties[index] * weightSum * parameters[index]
    }
    Cholesky.solve(factor, order: dimension, solution)
    for index in 0..<dimension { solution[index] += parameters[index] }
  }

  /// Takes the solution, halving the step while it gives means that the family does not have, and linearises anew.
  ///
  /// Returns the largest change of a coefficient as a share of the largest coefficient, at least of 1; nil when no step
  /// gives means, and nothing has changed.
  func advance(maximalHalvings: Int) -> Double? {
    var halvings = 0
    while true {
      ColumnKernels.product(
        columns, stride: stride, columnCount: dimension, solution, into: predictors, rows: stride)
      setMeans()
      if hasMeans() { break }
      guard halvings < maximalHalvings else {
        // The first solution has none before it to go back to: its means are projected into the family's range.
        if maximalHalvings == 0, arePredictorsFinite() { break }
        return nil
      }
      for index in 0..<dimension {
        solution[index] = 0.5 * (solution[index] + parameters[index])
      }
      halvings += 1
    }
    var largest = 1.0
    var change = 0.0
    for index in 0..<dimension {
      largest = max(largest, solution[index].magnitude)
      change = max(change, (solution[index] - parameters[index]).magnitude)
      parameters[index] = solution[index]
    }
    linearise()
    return change / largest
  }

  /// Whether all means are some that the family has.
  private func hasMeans() -> Bool {
    let range = family.means
    for row in 0..<rowCount where !range.contains(means[row]) { return false }
    return true
  }

  private func arePredictorsFinite() -> Bool {
    ColumnKernels.areFinite(predictors, count: stride)
  }
}
