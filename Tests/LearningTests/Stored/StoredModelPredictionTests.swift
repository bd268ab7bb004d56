import Learning
import Testing

/// What stored models make of rows before preparation.
@Suite struct StoredModelPredictionTests {
  @Test(arguments: StoredModelCase.all)
  func predictsWhatTheModelDoesOfPreparedRows(tested: StoredModelCase) throws {
    let stored = tested.stored
    guard let preparation = stored.preparation else {
      if stored.kind != .forecasting {
        #expect(stored.predictions(tested.rows) == stored.model.predictions(tested.rows))
      }
      return
    }
    let label = [Double](repeating: 0, count: tested.rows[0].count)
    let rows = TreeRows(features: tested.rows, label: label)
    let prepared = StoredModelCase.apply(preparation, rows)
    #expect(stored.predictions(tested.rows) == stored.model.predictions(prepared))
  }

  /// 20,000 rows are more than a block of prepared ones.
  @Test(arguments: StoredModelCase.all)
  func manyRowsArePredictedAsFewAre(tested: StoredModelCase) {
    guard tested.stored.kind != .forecasting else { return }
    let many = tested.rows.map { column in (0..<20_004).map { column[$0 % column.count] } }
    let few = tested.stored.predictions(tested.rows)
    let found = tested.stored.predictions(many)
    #expect(found.count == few.count * 1667)
    #expect(found.indices.allSatisfy { found[$0] == few[$0 % few.count] })
    #expect(tested.stored.predictions(tested.rows.map { [$0[1]] }).count > 0)
    #expect(tested.stored.predictions(tested.rows.map { _ in [] }).isEmpty)
  }

  @Test func aForecastCountsItsRows() throws {
    let stored = try StoredModelCase.named("seasonal naive").stored
    let steps = stored.predictions([], rowCount: 20_000)
    #expect(steps.count == 20_000)
    #expect(steps.indices.allSatisfy { steps[$0] == steps[$0 % 4] })
    #expect(Set(steps).count == 4)
  }

  /// Without an imputation a null reaches the model, whatever its output is.
  @Test(arguments: StoredModelCase.all.filter { $0.stored.preparation == nil })
  func aNullThatReachesTheModelHasNoPrediction(tested: StoredModelCase) {
    guard tested.stored.kind != .forecasting else { return }
    for feature in tested.rows.indices { expectNoPrediction(tested, feature, row: 5) }
  }

  @Test func aNullCategoryOfATreeHasNoPrediction() throws {
    let tested = try StoredModelCase.named("tree of classes")
    for feature in 0..<3 { expectNoPrediction(tested, feature, row: 0) }
  }

  /// Outputs of each form without an imputation: numbers, probabilities, scores, clusters.
  @Test(arguments: StoredModelCase.all.filter { $0.stored.kind != .forecasting })
  func allValuesOfARowWithoutAFeatureAreNaN(tested: StoredModelCase) throws {
    let stored = tested.stored
    let preparation = stored.preparation
    let rowCount = 12
    let label = [Double](repeating: 0, count: rowCount)
    let prepared =
      preparation.map {
        StoredModelCase.apply($0, TreeRows(features: tested.rows, label: label))
      } ?? tested.rows
    let plain = StoredModel(
      learner: stored.learner, kind: stored.kind,
      features: prepared.indices.map { .init(name: "column \($0)") }, classes: stored.classes,
      model: stored.model)
    let plainCase = StoredModelCase(name: tested.name, stored: plain, rows: prepared)
    for feature in prepared.indices { expectNoPrediction(plainCase, feature, row: 7) }
  }

  @Test(arguments: ["linear", "generalized linear", "support vectors", "k-means"])
  func anImputedNullHasAPrediction(name: String) throws {
    let tested = try StoredModelCase.named(name)
    for feature in tested.rows.indices {
      var rows = tested.rows
      rows[feature][3] = .nan
      #expect(!tested.stored.predictions(rows).contains { $0.isNaN })
    }
  }

  @Test func aNullAndAnUnseenCategoryInIndicatorsAreAllZeros() throws {
    let tested = try StoredModelCase.named("naive Bayes of zeros and ones")
    let found = tested.stored.predictions([[.nan, -1, 9]])
    #expect(found.allSatisfy { $0 > 0 && $0 < 1 })
    #expect(found[0..<3] == found[3..<6] && found[0..<3] == found[6..<9])
  }

  private func expectNoPrediction(_ tested: StoredModelCase, _ feature: Int, row: Int) {
    let width = tested.stored.model.output.width
    let known = tested.stored.predictions(tested.rows)
    var rows = tested.rows
    rows[feature][row] = .nan
    let found = tested.stored.predictions(rows)
    for index in found.indices {
      #expect(index / width == row ? found[index].isNaN : found[index] == known[index])
    }
    guard let outputCount = tested.stored.expectedValues?.count,
      let values = tested.stored.shapley(rows), let knownValues = tested.stored.shapley(tested.rows)
    else { return }
    let perRow = outputCount * tested.rows.count
    for index in values.indices {
      #expect(index / perRow == row ? values[index].isNaN : values[index] == knownValues[index])
    }
  }
}
