import Learning
import Testing

@Suite struct ElasticNetTests {
  /// The documented objective.
  private func objective(_ model: LinearModel, _ fixture: LinearFixture.Case) -> Double {
    let shares = shares(fixture.weights, count: fixture.labels.count)
    func mean(_ values: [Double]) -> Double { zip(values, shares).reduce(0) { $0 + $1.0 * $1.1 } }
    func deviation(_ values: [Double]) -> Double {
      let center = mean(values)
      return mean(values.map { ($0 - center) * ($0 - center) }).squareRoot()
    }
    let label = fixture.labels
    let errors = predictions(model, fixture.set.features).indices.map { row in
      let value = model.coefficients.indices.reduce(model.intercept) {
        $0 + model.coefficients[$1] * fixture.set.features[$1][row]
      }
      return (label[row] - value) * (label[row] - value)
    }
    let regParam = fixture.double("regParam", default: 0)
    let ratio = fixture.double("elasticNetParam", default: 0)
    var penalty = 0.0
    for (coefficient, column) in zip(model.coefficients, fixture.set.features) {
      let unit = fixture.boolean("standardization", default: true) ? deviation(column) : 1
      let scaled = unit * coefficient
      penalty += ratio * scaled.magnitude + (1 - ratio) / (2 * deviation(label)) * scaled * scaled
    }
    return mean(errors) / 2 + regParam * penalty
  }

  /// Convex optima to 1e-6 of the objective, against the better of Spark's and scikit-learn's; without a penalty there is
  /// a closed form, to 1e-8 of the largest coefficient.
  @Test(arguments: LinearFixture.cases(of: "LinearRegression"))
  func reachesTheOptimum(fixture: LinearFixture.Case) throws {
    let model = try #require(fixture.fit() as? LinearModel)
    let expected = try #require(fixture.objective)
    let found = objective(model, fixture)
    #expect(found <= expected + 1e-6 * expected)
    let coefficients = try #require(fixture.coefficients)
    let largest = coefficients.map(\.magnitude).max() ?? 0
    let isPenalised = fixture.double("regParam", default: 0) > 0
    for (found, wanted) in zip(model.coefficients, coefficients) {
      #expect((found - wanted).magnitude <= (isPenalised ? 1e-3 : 1e-8) * largest)
    }
  }

  /// Of a feature that has no say nothing is left, not even rounding.
  @Test func anL1PenaltyLeavesExactZeros() throws {
    let set = try #require(LinearFixture.shared.data["diabetes"])
    let model = try #require(
      fitModel(
        "LinearRegression", ["regParam": .double(20), "elasticNetParam": .double(1)],
        set.features, set.label) as? LinearModel)
    #expect(model.coefficients.contains(0))
    #expect(model.coefficients.contains { $0 != 0 })
  }

  /// A penalty as large as the largest slope at zero leaves nothing: its value is known in closed form.
  @Test(arguments: [true, false])
  func thePenaltyThatLeavesNothingIsTheLargestCovariance(intercept: Bool) throws {
    let set = try #require(LinearFixture.shared.data["diabetes"])
    let count = Double(set.label.count)
    let level = intercept ? set.label.reduce(0, +) / count : 0
    let largest = set.features.map { column in
      let mean = column.reduce(0, +) / count
      let deviation = (column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
      let center = intercept ? mean : 0
      let shared = zip(column, set.label).reduce(0) { $0 + ($1.0 - center) * ($1.1 - level) }
      return (shared / count / deviation).magnitude
    }.max()!
    func model(_ regParam: Double) throws -> LinearModel {
      try #require(
        fitModel(
          "LinearRegression",
          [
            "regParam": .double(regParam), "elasticNetParam": .double(1),
            "fitIntercept": .boolean(intercept),
          ], set.features, set.label) as? LinearModel)
    }
    let nothing = try model(largest * 1.0001)
    #expect(nothing.coefficients.allSatisfy { $0 == 0 })
    let one = try model(largest * 0.999)
    #expect(one.coefficients.filter { $0 != 0 }.count == 1)
  }

  @Test func trainsOnMergedPartsAsOnTheWhole() throws {
    let set = try #require(LinearFixture.shared.data["diabetes"])
    let learner = try LinearRegression.make([
      "regParam": .double(1), "elasticNetParam": .double(0.5),
    ])
    let featureCount = set.features.count
    let statistics = learner.statistics(featureCount: featureCount)
    var merged = [Double](repeating: 0, count: statistics.width)
    for rows in [0..<100, 100..<101, 101..<442] {
      let part = statisticsBlock(
        statistics, set.features.map { Array($0[rows]) }, Array(set.label[rows]))
      merged.withUnsafeMutableBufferPointer {
        statistics.merge(
          part, count: 1, blocks: [0], into: $0.baseAddress!, stride: statistics.width)
      }
    }
    let trainer = learner.makeStatisticsTrainer(featureCount: featureCount)
    try trainer.fit(statistics: merged)
    let found = try #require(trainer.linearModel)
    let whole = try #require(
      fitModel(
        "LinearRegression", ["regParam": .double(1), "elasticNetParam": .double(0.5)],
        set.features, set.label) as? LinearModel)
    for (a, b) in zip(found.coefficients, whole.coefficients) {
      #expect((a - b).magnitude < 1e-8 * (1 + b.magnitude))
    }
  }

  @Test func moreFeaturesThanRowsAndCollinearOnesHaveAnOptimum() throws {
    var generator = SeededGenerator(state: 4)
    var columns = (0..<12).map { _ in
      (0..<6).map { _ in Double.random(in: -1...1, using: &generator) }
    }
    columns.append(columns[0])
    let label = (0..<6).map { _ in Double.random(in: -1...1, using: &generator) }
    for ratio in [0.5, 1] {
      let model = try #require(
        fitModel(
          "LinearRegression", ["regParam": .double(0.05), "elasticNetParam": .double(ratio)],
          columns, label) as? LinearModel)
      #expect(model.coefficients.allSatisfy { $0.isFinite })
      #expect(model.coefficients.contains { $0 != 0 })
    }
  }
}
