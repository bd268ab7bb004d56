import Learning
import Testing

/// Held against scikit-learn: pipelines of imputer, scaler, one-hot encoder and model, cross-validation with the same folds,
/// grid searches, permutation importances with the same shuffles.
@Suite struct GroupsAgreementTests {
  private func expectClose(_ found: Double?, _ expected: Double, _ tolerance: Double) {
    guard let found else {
      Issue.record("no value, but \(expected) is expected")
      return
    }
    let bound = tolerance * max(1, expected.magnitude)
    #expect((found - expected).magnitude <= bound, "\(found) is not \(expected)")
  }

  @Test(arguments: GroupsFixture.shared.cases)
  func agreesWithScikitLearn(_ one: GroupsFixture.Case) throws {
    let rows = one.rows
    let result = try rows.train(one.training())[0]
    #expect(result.error == nil)
    #expect(result.linearModel != nil)
    #expect((result.preparation == nil) == (one.data.contains("numbers")))

    let width = one.kind == "classification" ? 2 : 1
    let found = try rows.heldOutPredictions(result)
    #expect(found.count == width * one.predictions.count)
    for (row, expected) in one.predictions.enumerated() {
      expectClose(found[row * width + width - 1], expected, one.tolerance)
    }
    for (name, expected) in one.test {
      let metric = try #require(Metric(rawValue: name))
      expectClose(result.testErrors.value(of: metric), expected, one.tolerance)
    }
    #expect(result.validation.count == (one.folds == 0 ? 0 : one.metrics.count))
    for (name, expected) in one.validation ?? [:] {
      let index = try #require(one.metrics.firstIndex(of: name))
      expectClose(result.validation[index], expected, one.tolerance)
    }
    if let grid = one.grid, let best = one.best {
      #expect(result.choices.map(\.name) == ["regParam"])
      #expect(result.choices.map(\.value) == [.double(best)])
      #expect(result.trialCount == grid.count)
    } else {
      #expect(result.choices.isEmpty && result.trialCount == 0)
    }
  }

  @Test(arguments: GroupsFixture.shared.cases.filter { $0.permutation != nil })
  func importancesAgree(_ one: GroupsFixture.Case) throws {
    let result = try one.rows.train(
      one.training { $0.explanations = [.shap, .gain, .permutation] })[0]
    #expect(result.importances.count == 3)
    let shapley = try #require(result.importances[0])
    #expect(result.importances[1] == nil)
    let permutation = try #require(result.importances[2])
    for (found, expected) in zip(shapley, try #require(one.shap)) {
      expectClose(found, expected, 10 * one.tolerance)
    }
    for (found, expected) in zip(permutation, try #require(one.permutation)) {
      expectClose(found, expected, one.tolerance)
    }
    #expect(shapley.count == one.rows.features.count)
    #expect(permutation.count == one.rows.features.count)
  }

  @Test func forecastsAreMeasuredWindowByWindow() throws {
    let expected = GroupsFixture.shared.series
    let rows = GroupRows(
      features: [], label: expected.series, trainCount: expected.train)
    let metrics: [Metric] = [.mae, .rmse, .mase]
    let training = try GroupTraining.of(
      [("SeasonalNaive", ["season": .integer(11), "horizon": .integer(15)])], metrics: metrics
    ) {
      $0.folds = expected.folds
      $0.explanations = [.shap]
    }
    let result = try rows.train(training)[0]
    #expect(result.error == nil)
    #expect(result.trainErrors == .noExamples)
    for (index, metric) in metrics.enumerated() {
      expectClose(
        result.testErrors.value(of: metric), try #require(expected.test[metric.rawValue]), 1e-12)
      expectClose(
        result.validation[index], try #require(expected.validation[metric.rawValue]), 1e-12)
    }
    // From all rows.
    #expect(result.forecast?.means == expected.forecast)
    #expect(result.importances == [nil])
    #expect((result.model as? SeasonalNaiveModel)?.lastSeason == Array(expected.series.suffix(11)))
  }
}
