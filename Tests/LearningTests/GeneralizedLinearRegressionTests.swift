import Learning
import Testing

@Suite struct GeneralizedLinearRegressionTests {
  /// Spark names the link of tweedie's families by its power alone.
  private func fit(_ fixture: LinearFixture.Case) throws -> GeneralizedLinearModel {
    var more: [String: ParameterValue] = ["maxIter": .integer(200), "tol": .double(1e-12)]
    if fixture.parameters["linkPower"] != nil { more["link"] = .string("power") }
    return try #require(fixture.fit(more) as? GeneralizedLinearModel)
  }

  /// Statsmodels' maximum of the likelihood, or Spark's with a penalty, to 1e-6 of the deviation that a coefficient
  /// makes in the linear predictor: the fixed point is where the iteration ends, not an objective of its own.
  @Test(arguments: LinearFixture.cases(of: "GeneralizedLinearRegression"))
  func agreesWithStatsmodelsAndSpark(fixture: LinearFixture.Case) throws {
    let model = try fit(fixture)
    let shares = shares(fixture.weights, count: fixture.labels.count)
    let units = fixture.set.features.map { sampleDeviation($0, shares) }
    let coefficients = try #require(fixture.coefficients)
    let largest = zip(coefficients, units).map { ($0 * $1).magnitude }.max() ?? 0
    for (index, unit) in units.enumerated() {
      let difference = model.linear.coefficients[index] - coefficients[index]
      #expect((difference * unit).magnitude <= 1e-6 * largest)
    }
    let intercept = try #require(fixture.intercept)
    #expect((model.linear.intercept - intercept).magnitude <= 1e-5 * max(1, intercept.magnitude))
  }

  @Test func theGaussianFamilyIsLeastSquares() throws {
    let set = try #require(LinearFixture.shared.data["diabetes"])
    let model = try #require(
      fitModel("GeneralizedLinearRegression", [:], set.features, set.label)
        as? GeneralizedLinearModel)
    let linear = try #require(
      fitModel("LinearRegression", [:], set.features, set.label) as? LinearModel)
    for (a, b) in zip(model.linear.coefficients, linear.coefficients) {
      #expect((a - b).magnitude <= 1e-8 * (1 + b.magnitude))
    }
  }

  @Test(arguments: [
    ("poisson", -1.0), ("poisson", -1e-9), ("gamma", 0), ("binomial", 1.5), ("binomial", -0.1),
  ])
  func refusesLabelsThatTheFamilyDoesNotHave(family: String, label: Double) {
    let error = #expect(throws: TrainingError.self) {
      try fitModel(
        "GeneralizedLinearRegression", ["family": .string(family)], [[1, 2, 3, 4]],
        [0.5, 0.25, label, 0.75])
    }
    guard case .labelOutOfRange(label, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func refusesALinkThatTheFamilyDoesNotHave() throws {
    let learner = try #require(LearnerRegistry.learner(named: "GeneralizedLinearRegression"))
    #expect(throws: ParameterError.self) {
      try learner.validate(["family": .string("poisson"), "link": .string("probit")])
    }
    #expect(throws: ParameterError.self) {
      try learner.validate(["family": .string("tweedie"), "variancePower": .double(0.5)])
    }
    for family in ["gaussian", "binomial", "poisson", "gamma", "tweedie"] {
      _ = try learner.validate(["family": .string(family)])
    }
  }

  @Test func collinearFeaturesAreAnErrorWithoutAPenalty() throws {
    let x = [1.0, 2, 3, 5, 8, 13]
    let columns = [x, x.map { 2 * $0 + 1 }]
    let label = [1.0, 0, 2, 1, 3, 2]
    #expect(throws: TrainingError.collinear(feature: 1)) {
      try fitModel(
        "GeneralizedLinearRegression", ["family": .string("poisson")], columns, label)
    }
    let model = try #require(
      fitModel(
        "GeneralizedLinearRegression",
        ["family": .string("poisson"), "regParam": .double(0.1)], columns, label)
        as? GeneralizedLinearModel)
    #expect(model.linear.coefficients.allSatisfy { $0.isFinite })
  }

  @Test func separableLabelsEndWithFiniteCoefficients() throws {
    let x = (0..<20).map { Double($0) }
    for link in ["logit", "probit", "cloglog"] {
      let model = try #require(
        fitModel(
          "GeneralizedLinearRegression",
          ["family": .string("binomial"), "link": .string(link), "maxIter": .integer(500)], [x],
          x.map { $0 < 10 ? 0 : 1 }) as? GeneralizedLinearModel)
      #expect(model.linear.coefficients[0].isFinite && model.linear.coefficients[0] > 1)
    }
  }

  @Test func countsThatAreAllZeroHaveATinyMean() throws {
    let model = try fitModel(
      "GeneralizedLinearRegression", ["family": .string("poisson")], [[1, 2, 3, 4]], [0, 0, 0, 0])
    for prediction in predictions(model, [[1, 4]]) { #expect(prediction >= 0 && prediction < 1e-3) }
  }

  @Test func predictsTheMeanAndNotItsLink() throws {
    let model = GeneralizedLinearModel(
      linear: LinearModel(intercept: 0, coefficients: [1]), link: .log)
    let found = predictions(model, [[0, 1, 1000, -.infinity]])
    #expect(found[0] == 1)
    #expect((found[1] - 2.718281828459045).magnitude < 1e-15)
    #expect(found[2] == .infinity)
    #expect(found[3] == 0)
  }
}
