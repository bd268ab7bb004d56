/// Solves the least squares with an elastic-net penalty of one block of statistics after the other, in memory that it keeps.
///
/// The objective is Spark's (`WeightedLeastSquares`, with its label scaled):
///
///     1 / (2 n) sum (label - intercept - w . features)^2
///       + regParam (elasticNetParam sum sigma_j |w_j| + (1 - elasticNetParam) / (2 delta) sum (sigma_j w_j)^2)
///
/// n is the sum of the weights, which are 1 unless examples have some, and the first sum is weighted; delta is the label's
/// standard deviation, sigma_j that of feature j with `standardization` and else 1 (deviations of the population, n in the
/// denominator). Features are scaled to unit length.
///
/// An L1 part takes coordinate descent on the correlations, which the statistics give. Without one a Cholesky factorisation
/// of the co-moments takes the feature of which most is left first (Higham: "Accuracy and Stability of Numerical
/// Algorithms", section 10.3), which shows rank. Without an intercept the normal equations are those of the centred
/// examples and one more example, sqrt(n) times the means; it joins the factor by Givens rotations (Golub, Van Loan: "Matrix
/// Computations", section 6.5), which keeps the digits that sums of uncentred squares lose.
///
/// Unsafe: what it works on lies in one piece of memory, `scratch`, and `active`, of a size that the number of features
/// fixes; nobody else sees either, and a solver cannot be copied. The checks of arrays
/// took almost a third of a solution with few features (grouped training in `make bench`).
struct LeastSquaresSolver: ~Copyable {
  /// Of the blocks that are to come.
  var statistics: LeastSquaresStatistics
  let learner: LinearRegression

  private(set) var intercept = 0.0
  private(set) var coefficients: [Double]
  /// The features that are not constant: the first `activeCount`.
  private let active: UnsafeMutablePointer<Int>
  private var activeCount = 0
  private let scratch: UnsafeMutablePointer<Double>
  /// Standard deviation of each active feature, in the order of the features.
  private let deviations: UnsafeMutablePointer<Double>
  /// Length of each active feature: the root of its co-moment with itself.
  private let lengths: UnsafeMutablePointer<Double>
  /// What the penalty makes of each active feature's scaled co-moment with itself, and what of it the
  /// factorisation has left.
  private let diagonal: UnsafeMutablePointer<Double>
  private let remaining: UnsafeMutablePointer<Double>
  /// What the factor is solved for, then the solution in scaled features.
  private let solution: UnsafeMutablePointer<Double>
  /// The example that stands for the means.
  private let meanExample: UnsafeMutablePointer<Double>
  /// The means of the features of the last block that was solved.
  private let means: UnsafeMutablePointer<Double>
  /// Where coordinate descent begins.
  private let zeros: UnsafeMutablePointer<Double>
  /// The lower Cholesky factor, a row of `featureCount` values an active feature.
  private let factor: UnsafeMutablePointer<Double>
  /// The share of a feature's squares that its mean must add where the centred examples add nothing.
  private var meanTolerance = 0.0

  init(_ learner: LinearRegression, statistics: LeastSquaresStatistics) {
    self.statistics = statistics
    self.learner = learner
    let count = statistics.featureCount
    coefficients = Array(repeating: 0, count: count)
    active = .allocate(capacity: count)
    active.initialize(repeating: 0, count: count)
    scratch = .allocate(capacity: count * (8 + count))
    scratch.initialize(repeating: 0, count: count * (8 + count))
    deviations = scratch
    lengths = scratch + count
    diagonal = scratch + 2 * count
    remaining = scratch + 3 * count
    solution = scratch + 4 * count
    meanExample = scratch + 5 * count
    zeros = scratch + 6 * count
    means = scratch + 7 * count
    factor = scratch + 8 * count
  }

  deinit {
    active.deallocate()
    scratch.deallocate()
  }

  /// The examples that a group must have. Ridge regression is defined for fewer than there are unknowns,
  /// but needs two for a standard deviation.
  var neededExamples: Int {
    regParam > 0 ? 2 : statistics.featureCount + (fitIntercept ? 1 : 0)
  }

  /// The means of the features of the last block that was solved.
  var featureMeans: [Double] { coefficients.indices.map { means[$0] } }

  private var regParam: Double { learner.regParam }
  private var fitIntercept: Bool { learner.fitIntercept }
  private var standardization: Bool { learner.standardization }

  /// Sets `intercept`, `coefficients` and `featureMeans`; they are undefined when it throws.
  /// - Complexity: O(features cubed), or with an L1 penalty O(features squared) a sweep, without an allocation.
  mutating func solve(_ block: UnsafePointer<Double>) throws(TrainingError) {
    let count = statistics.exampleCount(block)
    if count <= 0 { throw .noExamples }
    if count < neededExamples { throw .tooFewExamples(count: count, needed: neededExamples) }
    for index in 0..<statistics.width where !block[index].isFinite { throw .notFinite }
    // A sum of weights from another host may be anything.
    if block[0] <= 0 { throw .noExamples }

    for feature in coefficients.indices {
      coefficients[feature] = 0
      means[feature] = statistics.mean(block, of: feature)
    }
    let label = statistics.featureCount
    let meanLabel = statistics.mean(block, of: label)
    let labelDeviation = statistics.deviation(block, of: label)
    if isConstant(label, deviation: labelDeviation, block) {
      // As in Spark, there is nothing to explain.
      if fitIntercept || meanLabel == 0 {
        intercept = fitIntercept ? meanLabel : 0
        return
      }
      if regParam > 0 { throw .constantLabel }
    }
    selectActive(block)
    if regParam > 0, learner.elasticNetParam > 0 {
      try descend(block, labelDeviation: labelDeviation)
    } else {
      let penalty = regParam > 0 ? regParam / labelDeviation : 0
      try factorise(block, exampleCount: Double(count), penalty: penalty)
      if !fitIntercept { try addMeanExample(block) }
      solveTransposed()
    }
    intercept = fitIntercept ? meanLabel : 0
    for position in 0..<activeCount {
      let feature = active[position]
      let coefficient = solution[position] / lengths[position]
      coefficients[feature] = coefficient
      if fitIntercept { intercept -= coefficient * statistics.mean(block, of: feature) }
    }
    guard intercept.isFinite, coefficients.allSatisfy(\.isFinite) else { throw .notFinite }
  }
}

// MARK: Scaling

extension LeastSquaresSolver {
  /// Whether a variable varies by no more than the rounding of its values.
  private func isConstant(
    _ variable: Int, deviation: Double, _ block: UnsafePointer<Double>
  ) -> Bool {
    let mean = statistics.mean(block, of: variable)
    return deviation <= 2 * Double.ulpOfOne * mean.magnitude
  }

  private mutating func selectActive(_ block: UnsafePointer<Double>) {
    activeCount = 0
    for feature in 0..<statistics.featureCount {
      let deviation = statistics.deviation(block, of: feature)
      if isConstant(feature, deviation: deviation, block) { continue }
      active[activeCount] = feature
      deviations[activeCount] = deviation
      lengths[activeCount] = statistics.coMoments(block, row: feature)[feature].squareRoot()
      activeCount += 1
    }
  }
}

// MARK: Factorisation

extension LeastSquaresSolver {
  private func at(_ row: Int, _ column: Int) -> Int { row * statistics.featureCount + column }

  /// The co-moment of two active features over the lengths of both.
  private func scaledCoMoment(_ block: UnsafePointer<Double>, _ row: Int, _ column: Int) -> Double {
    let (first, second) = (active[row], active[column])
    // Divided one by one: the product of two lengths could leave the range of doubles.
    return statistics.coMoments(block, row: max(first, second))[min(first, second)]
      / lengths[row] / lengths[column]
  }

  /// Cholesky of the scaled co-moments plus the penalty; `solution` becomes the factor's inverse times the
  /// co-moments with the label. Active features change their order to that of the pivots.
  ///
  /// A pivot is what the features before leave of a feature, as a share of its variance. It is zero up to
  /// rounding when all that are left are linear combinations of those: with an intercept that is an error;
  /// without one the means may still tell features apart, so that their rows end there.
  private mutating func factorise(
    _ block: UnsafePointer<Double>, exampleCount: Double, penalty: Double
  ) throws(TrainingError) {
    var precision = PivotPrecision(count: exampleCount)
    for position in 0..<activeCount {
      let feature = active[position]
      let deviation = deviations[position]
      precision.note(
        deviation: deviation, mean: statistics.mean(block, of: feature),
        relativeMean: statistics.relativeMean(block, of: feature))
      let scaled = standardization ? penalty : penalty / deviation / deviation
      diagonal[position] = 1 + min(scaled, .greatestFiniteMagnitude)
      remaining[position] = diagonal[position]
    }
    let labelMoments = statistics.coMoments(block, row: statistics.featureCount)

    for step in 0..<activeCount {
      moveLargestPivot(to: step)
      let share = remaining[step] / diagonal[step]
      guard share > precision.tolerance else {
        if fitIntercept { throw .collinear(feature: active[step]) }
        endRows(at: step, precision)
        return
      }
      precision.note(pivot: share)
      let pivot = remaining[step].squareRoot()
      factor[at(step, step)] = pivot
      var target = labelMoments[active[step]] / lengths[step]
      for k in 0..<step { target -= factor[at(step, k)] * solution[k] }
      solution[step] = target / pivot
      for row in step + 1..<activeCount {
        var value = scaledCoMoment(block, row, step)
        for k in 0..<step { value -= factor[at(row, k)] * factor[at(step, k)] }
        factor[at(row, step)] = value / pivot
        remaining[row] -= factor[at(row, step)] * factor[at(row, step)]
      }
    }
  }

  private mutating func moveLargestPivot(to step: Int) {
    var best = step
    var bestShare = remaining[step] / diagonal[step]
    for row in step + 1..<activeCount {
      let share = remaining[row] / diagonal[row]
      if share > bestShare { (best, bestShare) = (row, share) }
    }
    if best == step { return }
    swap(&active[step], &active[best])
    swap(&lengths[step], &lengths[best])
    swap(&diagonal[step], &diagonal[best])
    swap(&remaining[step], &remaining[best])
    for k in 0..<step { swap(&factor[at(step, k)], &factor[at(best, k)]) }
  }

  private mutating func endRows(at step: Int, _ precision: PivotPrecision) {
    for row in step..<activeCount {
      for column in step...row { factor[at(row, column)] = 0 }
      solution[row] = 0
    }
    meanTolerance = precision.tolerance
  }

  /// Rotates one more example into the factor: sqrt(n) times the means.
  private mutating func addMeanExample(_ block: UnsafePointer<Double>) throws(TrainingError) {
    let weight = block[0].squareRoot()
    for position in 0..<activeCount {
      meanExample[position] =
        weight * statistics.mean(block, of: active[position]) / lengths[position]
      guard (meanExample[position] * meanExample[position]).isFinite else { throw .notFinite }
      remaining[position] = diagonal[position] + meanExample[position] * meanExample[position]
    }
    var target = weight * statistics.mean(block, of: statistics.featureCount)
    for row in 0..<activeCount {
      let before = factor[at(row, row)]
      let added = meanExample[row] * meanExample[row]
      // A feature that the centred examples do not tell apart must be told apart by its mean.
      if before == 0, added <= remaining[row] * meanTolerance {
        throw .collinear(feature: active[row])
      }
      let after = (before * before + added).squareRoot()
      let cosine = before / after
      let sine = meanExample[row] / after
      factor[at(row, row)] = after
      for below in row + 1..<activeCount {
        let value = factor[at(below, row)]
        factor[at(below, row)] = cosine * value + sine * meanExample[below]
        meanExample[below] = cosine * meanExample[below] - sine * value
      }
      let value = solution[row]
      solution[row] = cosine * value + sine * target
      target = cosine * target - sine * value
    }
  }

  /// Solves with the transposed factor, in place.
  private mutating func solveTransposed() {
    for row in (0..<activeCount).reversed() {
      var value = solution[row]
      for below in row + 1..<activeCount { value -= factor[at(below, row)] * solution[below] }
      solution[row] = value / factor[at(row, row)]
    }
  }
}

// MARK: Coordinate descent

extension LeastSquaresSolver {
  /// Minimises the objective in features and a label of unit deviation, where it is, over the label's variance,
  ///
  ///     1/2 v . R v - t . v + sum of l1_j |v_j| + sum of l2_j / 2 v_j^2
  ///
  /// with the correlations R of the features and t of them with the label; `solution` becomes v in units of length.
  private mutating func descend(
    _ block: UnsafePointer<Double>, labelDeviation: Double
  ) throws(TrainingError) {
    let labelLength = labelDeviation * block[0].squareRoot()
    let labelMoments = statistics.coMoments(block, row: statistics.featureCount)
    let meanLabel = statistics.mean(block, of: statistics.featureCount)
    let penalty = regParam / labelDeviation
    let (correlations, slopes, penalties) = (factor, diagonal, remaining)
    for row in 0..<activeCount {
      // Without an intercept the moments are those around zero: the means stand in for another example.
      let mean = statistics.mean(block, of: active[row]) / deviations[row]
      meanExample[row] = fitIntercept ? 0 : mean
      slopes[row] =
        -(labelMoments[active[row]] / lengths[row] / labelLength
        + meanExample[row] * (meanLabel / labelDeviation))
      let unit = standardization ? 1 : deviations[row]
      penalties[row] = min(
        penalty * learner.elasticNetParam / unit, .greatestFiniteMagnitude)
      for column in 0...row {
        let value = scaledCoMoment(block, row, column) + meanExample[row] * meanExample[column]
        correlations[row * activeCount + column] = value
        correlations[column * activeCount + row] = value
      }
      let square = penalty * (1 - learner.elasticNetParam) / unit / unit
      correlations[row * (activeCount + 1)] += min(square, .greatestFiniteMagnitude)
      guard slopes[row].isFinite, correlations[row * (activeCount + 1)].isFinite else {
        throw .notFinite
      }
      solution[row] = 0
    }
    CoordinateDescent(
      order: activeCount, hessian: correlations, gradient: slopes, origin: zeros,
      penalties: penalties, steps: solution, product: meanExample
    ).minimise(rounds: learner.limits.maxIter, tolerance: learner.limits.tol * learner.limits.tol)
    for row in 0..<activeCount { solution[row] *= labelLength }
  }
}

/// How large rounding can make the pivot of a feature that is a linear combination of those before it.
private struct PivotPrecision {
  private let rootCount: Double
  /// The largest distance of a mean from its origin, and from zero, in deviations.
  private var offset = 0.0
  private var distance = 0.0
  private var smallestPivot = 1.0

  init(count: Double) {
    rootCount = count.squareRoot()
  }

  mutating func note(deviation: Double, mean: Double, relativeMean: Double) {
    offset = max(offset, relativeMean.magnitude / deviation)
    distance = max(distance, mean.magnitude / deviation)
  }

  mutating func note(pivot: Double) {
    smallestPivot = min(smallestPivot, pivot)
  }

  /// The rounding of the sums grows like a random walk and with the offsets that are subtracted; that of the
  /// values themselves is relative to their distance from zero. A small pivot before multiplies both. The
  /// factors leave the coefficients of an accepted feature at least two digits.
  var tolerance: Double {
    let sums = 64 * Double.ulpOfOne * (rootCount + offset)
    let values = 4 * Double.ulpOfOne * distance
    return (sums + values * values) / smallestPivot
  }
}
