/// A linear support vector machine of two classes: Spark's `LinearSVC`.
///
///     mean over weights of max(0, 1 - sign (intercept + w . features)) + regParam / 2 sum (sigma_j w_j)^2
///
/// sign is 1 for class 1 and -1 for class 0; sigma_j is the standard deviation of feature j (of the sample) with
/// `standardization` and else 1. The intercept is not penalised.
package struct LinearSVC: Learner {
  package static let name = "LinearSVC"
  package static let documentation = "linear support vector machine of two classes (hinge loss)"
  package static let kind = LearnerKind.classification
  package static let parameters = [
    .fitIntercept,
    Parameter(
      "maxIter", .integer(0...Int64(Int32.max)), default: .integer(100),
      documentation: "the most iterations"),
    .regParam,
    .standardization,
    Parameter(
      "threshold", .double(-.infinity ... .infinity), default: .double(0),
      documentation: "the score of class 1 above which an example is one of it"),
    Parameter(
      "tol", .double(0 ... .infinity), default: .double(1e-6),
      documentation: "the search ends when the objective is within a hundredth of it of the least"),
  ]

  package let regParam: Double
  package let fitIntercept: Bool
  package let standardization: Bool
  package let threshold: Double
  let limits: OptimiserLimits

  package init(_ parameters: ParameterSet) throws(ParameterError) {
    regParam = parameters.double("regParam")
    fitIntercept = parameters.boolean("fitIntercept")
    standardization = parameters.boolean("standardization")
    threshold = parameters.double("threshold")
    limits = OptimiserLimits(parameters)
  }

  package func makeTrainer(featureCount: Int, seed: Int64) -> any Trainer {
    LinearSVCTrainer(self, featureCount: featureCount)
  }
}

/// Trains linear support vector machines, one after the other.
final class LinearSVCTrainer: Trainer {
  private let learner: LinearSVC
  private var design: Design
  private var memory = WorkingMemory<Double>()
  private var trained: LinearSupportVectorModel

  init(_ learner: LinearSVC, featureCount: Int) {
    self.learner = learner
    design = Design(
      featureCount: featureCount, hasIntercept: learner.fitIntercept, variance: .sample)
    trained = LinearSupportVectorModel(
      linear: LinearModel(
        intercept: 0, coefficients: Array(repeating: 0, count: featureCount)),
      threshold: learner.threshold, classCount: 1)
  }

  var model: any Model { trained }

  var linearModel: LinearModel? { trained.linear }

  func fit(_ examples: Examples) throws(TrainingError) {
    let classCount = examples.classCount
    if classCount > 2 { throw .tooManyClasses(count: classCount, allowed: 2) }
    try design.load(examples)
    try design.checkLabels(classCount: classCount)
    let dimension = design.columnCount
    var pieces = MemoryPieces(
      memory.reserve(
        2 * dimension
          + HingeInteriorPoint.memoryNeeded(dimension: dimension, stride: design.stride)))
    let parameters = pieces.take(dimension)
    let penalties = pieces.take(dimension)
    for column in 0..<dimension {
      parameters[column] = 0
      penalties[column] = 0
      if column == design.activeCount { continue }
      let unit = learner.standardization ? 1 : design.deviations[column]
      penalties[column] = min(learner.regParam / unit / unit, 1e300)
    }
    if classCount == 2 {
      HingeInteriorPoint(
        design, penalties: penalties, limits: learner.limits,
        memory: pieces.take(
          HingeInteriorPoint.memoryNeeded(dimension: dimension, stride: design.stride))
      ).minimise(parameters)
    }
    var linear = try design.linearModel(parameters)
    linear.featureMeans = design.featureMeans()
    trained = LinearSupportVectorModel(
      linear: linear, threshold: learner.threshold, classCount: classCount)
  }
}
