/// Least squares with an optional L2 penalty: Spark's `LinearRegression` with its normal-equation solver.
///
/// A feature that is constant over the examples gets the coefficient 0, as in Spark. Without a penalty a
/// feature that the others determine is an error rather than an arbitrary choice of coefficients.
package struct LinearRegression: MergeableLearner {
  package static let name = "LinearRegression"
  package static let documentation = "linear least squares with an optional L2 penalty"
  package static let kind = LearnerKind.regression
  package static let parameters = [
    Parameter(
      "elasticNetParam", .double(0...1), default: .double(0),
      documentation: "the share of the L1 penalty; only 0, which is an L2 penalty"),
    Parameter(
      "fitIntercept", .boolean, default: .boolean(true),
      documentation: "whether the model has an intercept"),
    Parameter(
      "regParam", .double(0 ... .infinity), default: .double(0),
      documentation: "the weight of the penalty; 0 for none"),
    Parameter(
      "standardization", .boolean, default: .boolean(true),
      documentation: "whether the penalty is on coefficients of features scaled to unit deviation"),
  ]

  package let regParam: Double
  package let fitIntercept: Bool
  package let standardization: Bool

  package init(_ parameters: ParameterSet) throws(ParameterError) {
    guard parameters.double("elasticNetParam") == 0 else {
      throw .unsupported(
        learner: Self.name, name: "elasticNetParam",
        value: .double(parameters.double("elasticNetParam")),
        supported: "only 0 (an L2 penalty) is, since an L1 penalty has no closed form")
    }
    regParam = parameters.double("regParam")
    fitIntercept = parameters.boolean("fitIntercept")
    standardization = parameters.boolean("standardization")
  }

  package func statistics(featureCount: Int) -> any TrainingStatistics {
    LeastSquaresStatistics(featureCount: featureCount)
  }

  package func makeTrainer(featureCount: Int, seed: Int64) -> any Trainer {
    makeStatisticsTrainer(featureCount: featureCount)
  }

  package func makeStatisticsTrainer(featureCount: Int) -> any StatisticsTrainer {
    LinearRegressionTrainer(self, featureCount: featureCount)
  }
}

/// Trains linear regressions on statistics; rows it turns into statistics first.
final class LinearRegressionTrainer: StatisticsTrainer {
  private let statistics: LeastSquaresStatistics
  private var solver: LeastSquaresSolver
  /// One block of statistics, for training on rows.
  private var block: [Double]
  /// All rows go to block 0.
  private var blockIndices: [Int32] = []

  init(_ learner: LinearRegression, featureCount: Int) {
    statistics = LeastSquaresStatistics(featureCount: featureCount)
    solver = LeastSquaresSolver(
      statistics: statistics, regParam: learner.regParam, fitIntercept: learner.fitIntercept,
      standardization: learner.standardization)
    block = Array(repeating: 0, count: statistics.width)
  }

  var linearModel: LinearModel? {
    LinearModel(intercept: solver.intercept, coefficients: solver.coefficients)
  }

  var model: any Model {
    LinearModel(intercept: solver.intercept, coefficients: solver.coefficients)
  }

  func fit(_ examples: Examples) throws(TrainingError) {
    for index in block.indices { block[index] = 0 }
    if blockIndices.count < examples.rowCount {
      blockIndices = Array(repeating: 0, count: examples.rowCount)
    }
    block.withUnsafeMutableBufferPointer { block in
      blockIndices.withUnsafeBufferPointer { indices in
        guard let indices = indices.baseAddress, let block = block.baseAddress else { return }
        statistics.accumulate(examples, blocks: indices, into: block, stride: statistics.width)
      }
    }
    try solver.solve(block)
  }

  func fit(statistics block: UnsafePointer<Double>) throws(TrainingError) {
    try solver.solve(block)
  }

  func errors(statistics block: UnsafePointer<Double>) -> PredictionErrors {
    solver.errors(block)
  }
}
