import Learning
import Testing

@Suite struct LinearSVCTests {
  /// The documented objective.
  private func objective(
    _ model: LinearSupportVectorModel, _ fixture: LinearFixture.Case
  ) -> Double {
    let shares = shares(fixture.weights, count: fixture.labels.count)
    let scores = predictions(model, fixture.set.features)
    var sum = 0.0
    for (row, share) in shares.enumerated() {
      let sign = fixture.labels[row] * 2 - 1
      sum += share * max(0, 1 - sign * scores[2 * row + 1])
    }
    for (coefficient, column) in zip(model.linear.coefficients, fixture.set.features) {
      let unit =
        fixture.boolean("standardization", default: true) ? sampleDeviation(column, shares) : 1
      sum += fixture.double("regParam", default: 0) / 2 * coefficient * unit * coefficient * unit
    }
    return sum
  }

  /// To 1e-6 of the objective of libsvm, whose intercept is free as well, and of linear programming without a penalty.
  @Test(arguments: LinearFixture.cases(of: "LinearSVC"))
  func reachesTheOptimum(fixture: LinearFixture.Case) throws {
    let model = try #require(fixture.fit(classCount: 2) as? LinearSupportVectorModel)
    let expected = try #require(fixture.objective)
    let found = objective(model, fixture)
    #expect(found <= expected + 1e-6)
    #expect(found >= expected - 1e-5)
    guard let coefficients = fixture.coefficients else { return }
    let largest = coefficients.map(\.magnitude).max() ?? 0
    for (found, wanted) in zip(model.linear.coefficients, coefficients) {
      #expect((found - wanted).magnitude <= 0.02 * largest)
    }
  }

  @Test func separableClassesHaveNoLossWithoutAPenalty() throws {
    let feature = [1.0, 2, 3, 10, 11, 12]
    let model = try #require(
      fitModel("LinearSVC", [:], [feature], [0, 0, 0, 1, 1, 1], classCount: 2)
        as? LinearSupportVectorModel)
    let scores = predictions(model, [feature])
    for row in 0..<3 { #expect(scores[2 * row + 1] <= -1 + 1e-5) }
    for row in 3..<6 { #expect(scores[2 * row + 1] >= 1 - 1e-5) }
    #expect(model.linear.coefficients[0].isFinite)
  }

  /// The widest margin between -1 and 1 is the line through both, half way.
  @Test func aSmallPenaltyFindsTheWidestMargin() throws {
    let model = try #require(
      fitModel(
        "LinearSVC", ["regParam": .double(1e-4), "standardization": .boolean(false)],
        [[-3, -1, 1, 2]], [0, 0, 1, 1], classCount: 2) as? LinearSupportVectorModel)
    #expect((model.linear.coefficients[0] - 1).magnitude < 1e-4)
    #expect(model.linear.intercept.magnitude < 1e-4)
  }

  @Test func aThresholdMovesTheScores() throws {
    func scores(_ threshold: Double) throws -> [Double] {
      let model = try fitModel(
        "LinearSVC", ["regParam": .double(0.1), "threshold": .double(threshold)], [[1, 2, 3, 5]],
        [0, 1, 0, 1], classCount: 2)
      return predictions(model, [[4]])
    }
    let (plain, moved) = (try scores(0), try scores(0.25))
    #expect((plain[1] - moved[1] - 0.25).magnitude < 1e-15)
    #expect(moved[0] == -moved[1])
  }

  @Test func oneClassIsCertainAndThreeAreTooMany() throws {
    let model = try fitModel("LinearSVC", [:], [[1, 2]], [0, 0], classCount: 1)
    #expect(model.output == .scores(1))
    #expect(predictions(model, [[7]]).count == 1)
    #expect(throws: TrainingError.tooManyClasses(count: 3, allowed: 2)) {
      try fitModel("LinearSVC", [:], [[1, 2, 3]], [0, 1, 2], classCount: 3)
    }
  }
}
