import Learning
import Testing

@Suite struct IsotonicRegressionTests {
  /// A closed form, to 1e-8 of the labels' size.
  @Test(arguments: LinearFixture.cases(of: "IsotonicRegression"))
  func agreesWithScikitLearn(fixture: LinearFixture.Case) throws {
    let model = try #require(fixture.fit() as? IsotonicModel)
    let at = try #require(fixture.at)
    for (feature, expected) in zip(at, try #require(fixture.predictions)) {
      #expect((model.value(at: feature) - expected).magnitude <= 1e-8 * max(1, expected.magnitude))
    }
  }

  private func fit(
    _ feature: [Double], _ label: [Double], isotonic: Bool = true, weights: [Double]? = nil
  ) throws -> IsotonicModel {
    try #require(
      fitModel(
        "IsotonicRegression", ["isotonic": .boolean(isotonic)], [feature], label, weights: weights)
        as? IsotonicModel)
  }

  /// The example of Spark's documentation of the algorithm.
  @Test func poolsViolators() throws {
    let model = try fit([0, 1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 1, 6, 17, 16, 17, 18])
    #expect(model.boundaries == [0, 1, 3, 4, 5, 6, 7, 8])
    #expect(model.predictions == [1, 2, 2, 6, 16.5, 16.5, 17, 18])
    #expect(model.value(at: 3.5) == 4)
    #expect(model.value(at: -10) == 1)
    #expect(model.value(at: 10) == 18)
  }

  @Test func labelsOfEqualFeaturesAreAveraged() throws {
    let model = try fit([1, 0, 1, 0], [6, 1, 2, 3], weights: [1, 1, 3, 1])
    #expect(model.boundaries == [0, 1])
    #expect(model.predictions == [2, 3])
  }

  @Test func fallsWhereItIsTold() throws {
    let model = try fit([0, 1, 2], [1, 3, 2], isotonic: false)
    #expect(model.predictions == [2, 2])
    #expect(model.boundaries == [0, 2])
  }

  @Test func isMonotoneAndLeavesTheMean() throws {
    var generator = SeededGenerator(state: 9)
    for rows in [1, 2, 3, 50, 500] {
      let feature = (0..<rows).map { _ in Double(Int.random(in: 0..<40, using: &generator)) }
      let label = (0..<rows).map { _ in Double.random(in: -1...1, using: &generator) }
      let model = try fit(feature, label)
      for (a, b) in zip(model.predictions, model.predictions.dropFirst()) { #expect(a <= b) }
      let found = predictions(model, [feature]).reduce(0, +)
      #expect((found - label.reduce(0, +)).magnitude < 1e-9)
    }
  }

  @Test func refusesAFeatureThatIsNotThere() {
    #expect(throws: TrainingError.noSuchFeature(index: 1, count: 1)) {
      try fitModel("IsotonicRegression", ["featureIndex": .integer(1)], [[1, 2]], [1, 2])
    }
    #expect(throws: TrainingError.noSuchFeature(index: .max, count: 1)) {
      try fitModel("IsotonicRegression", ["featureIndex": .integer(.max)], [[1, 2]], [1, 2])
    }
  }

  @Test func valuesAtTheEndOfTheRangeInterpolate() throws {
    let model = try fit([-1.5e308, 1.5e308], [-1.5e308, 1.5e308])
    #expect(model.value(at: 0) == 0)
  }
}
