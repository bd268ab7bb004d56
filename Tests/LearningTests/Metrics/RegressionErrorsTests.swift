import Learning
import Testing

@Suite struct RegressionErrorsTests {
  private func errors(_ predictions: [Double], _ labels: [Double]) -> RegressionErrors {
    RegressionErrors(predictions: predictions, labels: labels, count: labels.count)
  }

  /// The example of Spark's documentation of `RegressionMetrics`.
  @Test func agreesWithSparksExample() throws {
    let errors = errors([2.5, 0, 2, 8], [3, -0.5, 2, 7])
    #expect(errors.value(of: .mse) == 0.375)
    #expect(errors.value(of: .mae) == 0.5)
    #expect(try (#require(errors.value(of: .rmse)) - 0.6123724356957945).magnitude < 1e-15)
    #expect(try (#require(errors.value(of: .r2)) - 0.9486081370449679).magnitude < 1e-15)
    #expect(try (#require(errors.value(of: .var)) - 8.859375).magnitude < 1e-12)
  }

  @Test func hasNoMetricOfNoRows() {
    for metric in Metric.allCases { #expect(errors([], []).value(of: metric) == nil) }
  }

  @Test func r2NeedsTwoRowsAndJudgesConstantLabelsByExactness() {
    #expect(errors([1], [1]).value(of: .r2) == nil)
    #expect(errors([1], [1]).value(of: .rmse) == 0)
    #expect(errors([1, 1], [1, 1]).value(of: .r2) == 1)
    #expect(errors([1, 2], [1, 1]).value(of: .r2) == 0)
  }

  @Test func mapeOfAZeroLabelIsHugeAndNotInfinite() throws {
    let value = try #require(errors([1, 1], [0, 1]).value(of: .mape))
    #expect(value == 1 / Double.ulpOfOne / 2)
  }

  @Test func extremeValuesGiveExtremeMetrics() throws {
    for value in [1e308, Double.infinity, .nan] {
      let errors = errors([value, 0], [0, 1])
      for metric in LearnerKind.regression.metrics {
        #expect(try !#require(errors.value(of: metric)).isZero)
      }
    }
  }
}
