import Learning
import Testing

/// What features before preparation add to outputs.
@Suite struct StoredModelShapleyTests {
  @Test func knowsWhichModelsAreExplained() {
    let explained = Set(
      StoredModelCase.all.filter { $0.stored.expectedValues != nil }
        .map { type(of: $0.stored.model).form })
    #expect(
      explained == [
        .linear, .generalizedLinear, .logistic, .linearSupportVector, .decisionTree, .treeEnsemble,
      ])
  }

  /// Where the explained output is the prediction, expected value and contributions make it up.
  @Test(arguments: [
    "linear", "linear of plain numbers", "tree", "tree of classes", "forest", "forest of classes",
  ])
  func contributionsSumToThePrediction(name: String) throws {
    let tested = try StoredModelCase.named(name)
    let stored = tested.stored
    let expected = try #require(stored.expectedValues)
    let values = try #require(stored.shapley(tested.rows))
    let predictions = stored.predictions(tested.rows)
    let width = stored.model.output.width
    #expect(expected.count == width)
    for index in predictions.indices {
      let contributions = values[
        index * stored.features.count..<(index + 1) * stored.features.count]
      let sum = contributions.reduce(expected[index % width], +)
      #expect((sum - predictions[index]).magnitude <= 1e-9 * max(1, predictions[index].magnitude))
    }
  }

  /// A category's value is the sum of those of the columns that it became, over more rows than a block has.
  @Test(arguments: ["linear", "logistic", "boosted classes"])
  func columnsOfACategoryAreSummed(name: String) throws {
    let tested = try StoredModelCase.named(name)
    let stored = tested.stored
    let many = tested.rows.map { column in (0..<2400).map { column[$0 % column.count] } }
    let preparation = try #require(stored.preparation)
    let prepared = StoredModelCase.apply(
      preparation, TreeRows(features: many, label: [Double](repeating: 0, count: 2400)))
    let plain = StoredModel(
      learner: stored.learner, kind: stored.kind,
      features: prepared.indices.map { .init(name: "\($0)") }, classes: stored.classes,
      model: stored.model)
    let columns = try #require(plain.shapley(prepared))
    let found = try #require(stored.shapley(many))
    let outputCount = try #require(stored.expectedValues?.count)
    let width = prepared.count
    #expect(found.count == 2400 * outputCount * 3)
    for index in 0..<2400 * outputCount {
      let all = columns[index * width..<(index + 1) * width]
      #expect(found[index * 3] == all[all.startIndex])
      #expect(found[index * 3 + 1] == all[all.startIndex + 1])
      let sum = all.dropFirst(2).reduce(0, +)
      #expect((found[index * 3 + 2] - sum).magnitude < 1e-12)
    }
  }
}
