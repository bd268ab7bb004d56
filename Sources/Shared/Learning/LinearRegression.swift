/// Least squares with an optional elastic-net penalty: Spark's `LinearRegression` with its normal-equation solver.
///
/// A feature that is constant over the examples gets the coefficient 0, as in Spark. Without a penalty a
/// feature that the others determine is an error rather than an arbitrary choice of coefficients.
package struct LinearRegression: MergeableLearner {
  package static let name = "LinearRegression"
  package static let documentation = "linear least squares with an optional elastic-net penalty"
  package static let kind = LearnerKind.regression
  package static let parameters = [
    .elasticNetParam,
    .fitIntercept,
    Parameter(
      "maxIter", .integer(0...Int64(Int32.max)), default: .integer(100),
      documentation: "with an L1 penalty, the most rounds of coordinate descent"),
    .regParam,
    .standardization,
    Parameter(
      "tol", .double(0 ... .infinity), default: .double(1e-6),
      documentation:
        "a round in which no scaled coefficient moves by more is the last, with an L1 penalty"),
  ]

  package let regParam: Double
  package let elasticNetParam: Double
  package let fitIntercept: Bool
  package let standardization: Bool
  let limits: OptimiserLimits

  package init(_ parameters: ParameterSet) throws(ParameterError) {
    elasticNetParam = parameters.double("elasticNetParam")
    regParam = parameters.double("regParam")
    fitIntercept = parameters.boolean("fitIntercept")
    standardization = parameters.boolean("standardization")
    limits = OptimiserLimits(parameters)
  }

  package func statistics(featureCount: Int, isWeighted: Bool) -> any TrainingStatistics {
    LeastSquaresStatistics(featureCount: featureCount, isWeighted: isWeighted)
  }

  package func makeTrainer(featureCount: Int, seed: Int64) -> any Trainer {
    makeStatisticsTrainer(featureCount: featureCount)
  }

  package func makeStatisticsTrainer(
    featureCount: Int, isWeighted: Bool
  ) -> any StatisticsTrainer {
    LinearRegressionTrainer(self, featureCount: featureCount, isWeighted: isWeighted)
  }
}

/// Trains linear regressions on statistics; rows it turns into statistics first.
final class LinearRegressionTrainer: StatisticsTrainer {
  /// Of the blocks that are given.
  private let statistics: LeastSquaresStatistics
  private var solver: LeastSquaresSolver
  /// One block of statistics, for training on rows.
  private var block: [Double] = []
  /// All rows go to block 0.
  private var blockIndices: [Int32] = []

  init(_ learner: LinearRegression, featureCount: Int, isWeighted: Bool) {
    statistics = LeastSquaresStatistics(featureCount: featureCount, isWeighted: isWeighted)
    solver = LeastSquaresSolver(learner, statistics: statistics)
  }

  var linearModel: LinearModel? {
    LinearModel(intercept: solver.intercept, coefficients: solver.coefficients)
  }

  var model: any Model {
    LinearModel(
      intercept: solver.intercept, coefficients: solver.coefficients,
      featureMeans: solver.featureMeans)
  }

  func fit(_ examples: Examples) throws(TrainingError) {
    let ownStatistics = LeastSquaresStatistics(
      featureCount: statistics.featureCount, isWeighted: examples.weights != nil)
    let width = ownStatistics.width
    if block.count != width { block = Array(repeating: 0, count: width) }
    for index in block.indices { block[index] = 0 }
    if blockIndices.count < examples.rowCount {
      blockIndices = Array(repeating: 0, count: examples.rowCount)
    }
    block.withUnsafeMutableBufferPointer { block in
      blockIndices.withUnsafeBufferPointer { indices in
        guard let indices = indices.baseAddress, let block = block.baseAddress else { return }
        ownStatistics.accumulate(examples, blocks: indices, into: block, stride: width)
      }
    }
    solver.statistics = ownStatistics
    try solver.solve(block)
  }

  func fit(statistics block: UnsafePointer<Double>) throws(TrainingError) {
    solver.statistics = statistics
    try solver.solve(block)
  }

  func errors(statistics block: UnsafePointer<Double>) -> PredictionErrors {
    solver.errors(block)
  }
}
