extension LeastSquaresSolver {
  /// How well the model predicts the examples behind a block, which need not be those that it was solved for.
  ///
  /// The sums of squares are quadratic forms of the co-moments: their rounding is relative to the squares of the
  /// label, so that a root of a mean of them is exact to about 1e-7 of the label's spread. What rounding
  /// makes negative is 0.
  func errors(_ block: UnsafePointer<Double>) -> PredictionErrors {
    let label = statistics.featureCount
    let labelMoments = statistics.coMoments(block, row: label)
    var explained = 0.0
    var shared = 0.0
    var meanPrediction = intercept
    for feature in 0..<label where coefficients[feature] != 0 {
      let coefficient = coefficients[feature]
      let moments = statistics.coMoments(block, row: feature)
      var product = 0.5 * coefficient * moments[feature]
      for other in 0..<feature where coefficients[other] != 0 {
        product += coefficients[other] * moments[other]
      }
      explained += 2 * coefficient * product
      shared += coefficient * labelMoments[feature]
      meanPrediction += coefficient * statistics.mean(block, of: feature)
    }
    let deviations = labelMoments[label]
    let squares = deviations - 2 * shared + explained
    let bias = statistics.mean(block, of: label) - meanPrediction
    return .regression(
      RegressionErrors(
        count: statistics.exampleCount(block),
        weightSum: block[0],
        squaredErrors: (squares < 0 ? 0 : squares) + block[0] * bias * bias,
        squaredDeviations: deviations,
        explainedSquares: (explained < 0 ? 0 : explained) + block[0] * bias * bias))
  }
}
