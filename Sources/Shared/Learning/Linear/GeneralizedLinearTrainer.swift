/// Iteratively reweighted least squares (McCullagh, Nelder: "Generalized Linear Models", section 2.5): each iteration solves the
/// normal equations of the label's linearisation around the last means.
final class GeneralizedLinearTrainer: Trainer {
  /// A pivot of the first normal equations below this share shows a linear combination.
  private static let collinearShare = 1e-12
  private static let maximalHalvings = 30
  /// After a change below this the working weights hardly change: as long as each change is this share of the one before,
  /// the factor of the normal equations serves once more.
  private static let smallChange = 1e-3
  private static let settlingShare = 0.1

  private let learner: GeneralizedLinearRegression
  private var design: Design
  private var memory = WorkingMemory<Double>()
  private var trained: GeneralizedLinearModel

  init(_ learner: GeneralizedLinearRegression, featureCount: Int) {
    self.learner = learner
    design = Design(
      featureCount: featureCount, hasIntercept: learner.fitIntercept, variance: .population)
    trained = GeneralizedLinearModel(
      linear: LinearModel(
        intercept: 0, coefficients: Array(repeating: 0, count: featureCount)),
      link: learner.link)
  }

  var model: any Model { trained }

  /// The linear predictor.
  var linearModel: LinearModel? { trained.linear }

  func fit(_ examples: Examples) throws(TrainingError) {
    try design.load(examples)
    for row in 0..<design.rowCount where !learner.family.takes(label: design.labels[row]) {
      throw .labelOutOfRange(design.labels[row], needed: learner.family.labels)
    }
    let dimension = design.columnCount
    if learner.regParam == 0, design.rowCount < dimension {
      throw .tooFewExamples(count: Int64(design.rowCount), needed: dimension)
    }
    let iteration = ReweightedLeastSquares(
      design, family: learner.family, link: learner.link,
      memory: memory.reserve(
        ReweightedLeastSquares.memoryNeeded(dimension: dimension, stride: design.stride)))
    try setPenalties(iteration.penalties)
    try iteration.start(weightSum: design.weightSum)
    try iterate(iteration)
    var linear = try design.linearModel(iteration.parameters)
    linear.featureMeans = design.featureMeans()
    trained = GeneralizedLinearModel(linear: linear, link: learner.link)
  }

  private func iterate(_ iteration: ReweightedLeastSquares) throws(TrainingError) {
    var isSettling = false
    var lastChange = Double.infinity
    for round in 0..<learner.limits.maxIter {
      if isSettling {
        iteration.solveAgain()
      } else if let column = iteration.solve(tolerance: round == 0 ? Self.collinearShare : 0) {
        // Later on it is the working weights that vanish: the labels are separable and the means as good as theirs.
        guard round == 0 else { return }
        guard design.activeCount > 0 else { throw .notFinite }
        throw .collinear(feature: design.feature(min(column, design.activeCount - 1)))
      }
      let change = iteration.advance(maximalHalvings: round == 0 ? 0 : Self.maximalHalvings)
      guard let change, change > learner.limits.tol else { return }
      isSettling = change < Self.smallChange && change < lastChange * Self.settlingShare
      lastChange = change
    }
  }

  /// As shares of the sum of the working weights, for coefficients of scaled columns.
  private func setPenalties(_ penalties: UnsafeMutablePointer<Double>) throws(TrainingError) {
    let isLeastSquares = learner.family == .gaussian && learner.link == .identity
    var weight = learner.regParam
    if isLeastSquares, weight > 0, design.activeCount > 0 {
      let deviation = design.labelDeviation()
      guard deviation.isFinite else { throw .notFinite }
      // As `LinearRegression`: the penalty is on a label of unit deviation. Labels that are all equal need none.
      weight = deviation > 0 ? weight / deviation : .greatestFiniteMagnitude
    }
    for column in 0..<design.columnCount {
      penalties[column] = 0
      if column == design.activeCount { continue }
      let unit = isLeastSquares ? 1 : design.deviations[column]
      penalties[column] = min(weight / unit / unit, 1e300)
    }
  }
}
