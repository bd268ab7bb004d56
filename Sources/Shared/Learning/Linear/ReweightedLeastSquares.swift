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
  private let workingWeights: UnsafeMutablePointer<Double>
  /// Working labels times working weights.
  private let workingLabels: UnsafeMutablePointer<Double>
  private let scratch: UnsafeMutablePointer<Double>

  static func memoryNeeded(dimension: Int, stride: Int) -> Int {
    dimension * (3 + dimension) + 3 * stride + ColumnKernels.rowsPerBlock
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
    workingWeights = pieces.take(stride)
    workingLabels = pieces.take(stride)
    scratch = pieces.take(ColumnKernels.rowsPerBlock)
    for row in rowCount..<stride {
      workingWeights[row] = 0
      workingLabels[row] = 0
    }
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
    linearise()
  }

  /// Sets the working weights and labels by the predictors.
  private func linearise() {
    for row in 0..<rowCount {
      let predictor = predictors[row]
      let mean = family.projected(mean: link.mean(predictor))
      let slope = link.slope(predictor, mean: mean)
      let weight = weights[row] * slope * slope / family.variance(mean)
      // weight * (predictor + (label - mean) / slope), where a slope of 0 gives the example no weight.
      guard slope != 0, weight.isFinite else {
        workingWeights[row] = 0
        workingLabels[row] = 0
        continue
      }
      workingWeights[row] = weight
      workingLabels[row] =
        weight * predictor + weights[row] * slope * (labels[row] - mean) / family.variance(mean)
    }
  }

  /// Sets the solution of the normal equations; returns the column that they do not determine, if there is one.
  /// - Complexity: O(rows * columns squared)
  func solve(tolerance: Double) -> Int? {
    ColumnKernels.weightedGram(
      columns, stride: stride, columnCount: dimension, weights: workingWeights, rows: stride,
      into: factor, outputStride: dimension, scratch: scratch)
    var weightSum = 0.0
    for row in 0..<rowCount { weightSum += workingWeights[row] }
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

  /// Takes the solution, halving the step while it gives means that the family does not have, and linearises anew.
  ///
  /// Returns the largest change of a coefficient as a share of the largest coefficient, at least of 1; nil when no step
  /// gives means, and nothing has changed.
  func advance(maximalHalvings: Int) -> Double? {
    var halvings = 0
    while true {
      ColumnKernels.product(
        columns, stride: stride, columnCount: dimension, solution, into: predictors, rows: stride)
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

  private func hasMeans() -> Bool {
    for row in 0..<rowCount where !family.has(mean: link.mean(predictors[row])) { return false }
    return true
  }

  private func arePredictorsFinite() -> Bool {
    ColumnKernels.areFinite(predictors, count: stride)
  }
}
