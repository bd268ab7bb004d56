import Learning
import Testing

@Suite struct LinearRegressionTests {
  /// The model of all rows behind one block of statistics.
  private func fit(
    _ learner: any MergeableLearner, _ features: [[Double]], _ label: [Double]
  ) throws -> LinearModel {
    let trainer = learner.makeStatisticsTrainer(featureCount: features.count)
    let statistics = learner.statistics(featureCount: features.count)
    try trainer.fit(statistics: statisticsBlock(statistics, features, label))
    return try #require(trainer.linearModel)
  }

  private func errorName(_ error: TrainingError) -> String {
    String("\(error)".prefix { $0 != "(" })
  }

  @Test(arguments: LearningFixture.models)
  func agreesWithNumpyAndScikitLearn(fixture: LearningFixture.Case) throws {
    let expected = try #require(fixture.coefficients)
    let intercept = try #require(fixture.intercept)
    let tolerance = try #require(fixture.tolerance)
    let model = try fit(fixture.learner, fixture.features, fixture.label)
    if fixture.name == "features of very different size" {
      for (found, wanted) in zip(model.coefficients, expected) {
        #expect((found - wanted).magnitude <= tolerance * wanted.magnitude)
      }
    }
    let largest = expected.map(\.magnitude).max() ?? 0
    for (found, wanted) in zip(model.coefficients, expected) {
      #expect((found - wanted).magnitude <= tolerance * largest)
      if wanted == 0 { #expect(found == 0) }
    }
    #expect((model.intercept - intercept).magnitude <= tolerance * max(1, intercept.magnitude))
  }

  @Test(arguments: LearningFixture.models)
  func trainsOnRowsAsOnStatistics(fixture: LearningFixture.Case) throws {
    let learner = try fixture.learner
    let trainer = learner.makeTrainer(featureCount: fixture.features.count, seed: 1)
    try withExamples(fixture.features, fixture.label) { try trainer.fit($0) }
    #expect(try trainer.linearModel == fit(learner, fixture.features, fixture.label))
  }

  @Test(arguments: LearningFixture.models)
  func measuresItselfFromStatisticsAndFromPredictions(fixture: LearningFixture.Case) throws {
    let learner = try fixture.learner
    let trainer = learner.makeStatisticsTrainer(featureCount: fixture.features.count)
    let block = statisticsBlock(
      learner.statistics(featureCount: fixture.features.count), fixture.features, fixture.label)
    try trainer.fit(statistics: block)
    let merged = trainer.errors(statistics: block)
    let predicted = withExamples(fixture.features, fixture.label) { examples in
      var predictions = [Double](repeating: 0, count: examples.rowCount)
      predictions.withUnsafeMutableBufferPointer {
        trainer.predict(examples, into: $0.baseAddress!)
      }
      return RegressionErrors(
        predictions: predictions, labels: examples.label, count: examples.rowCount)
    }
    let mean = fixture.label.reduce(0, +) / Double(fixture.label.count)
    let variance =
      fixture.label.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(fixture.label.count)
    let spread = variance.squareRoot()
    let train = try #require(fixture.train)
    for metric in LearnerKind.regression.metrics {
      guard let expected = train[metric.rawValue].flatMap({ $0 }) else { continue }
      // Exact fits: scikit-learn's own rounding is all that is left to compare.
      let found = try #require(predicted.value(of: metric))
      #expect((found - expected).magnitude <= 1e-8 * max(1, expected.magnitude), "\(metric)")
      guard metric.isMergeable else { continue }
      let fromStatistics = try #require(merged.value(of: metric))
      let unit =
        switch metric {
        case .rmse: spread
        case .mse, .var: variance
        default: 1.0
        }
      #expect((fromStatistics - expected).magnitude <= 1e-7 * unit, "\(metric)")
    }
  }

  @Test(arguments: LearningFixture.failures)
  func refusesWhatHasNoModel(fixture: LearningFixture.Case) throws {
    let error = #expect(throws: TrainingError.self) {
      try fit(fixture.learner, fixture.features, fixture.label)
    }
    #expect(errorName(try #require(error)) == fixture.error)
  }

  @Test func noRowsHaveNoModel() throws {
    #expect(throws: TrainingError.noExamples) { try fit(LinearRegression.make(), [[], []], []) }
    let trainer = try LinearRegression.make().makeTrainer(featureCount: 2, seed: 1)
    #expect(throws: TrainingError.noExamples) {
      try withExamples([[], []], []) { try trainer.fit($0) }
    }
  }

  @Test(arguments: [1e308, -1e308, Double.infinity, -Double.infinity])
  func valuesThatLeaveTheRangeOfDoublesAreAnError(value: Double) throws {
    for column in 0..<3 {
      var columns = (0..<3).map { _ in (0..<20).map { _ in Double.random(in: -1...1) } }
      columns[column][7] = value
      columns[column][8] = -value / 2
      #expect(throws: TrainingError.notFinite) {
        try fit(LinearRegression.make(), Array(columns[0..<2]), columns[2])
      }
    }
  }

  @Test(arguments: [1e-300, 1e-150, 1e150])
  func extremeScalesStillFit(scale: Double) throws {
    let x = (0..<20).map { Double($0) * scale }
    let model = try fit(LinearRegression.make(), [x], (0..<20).map { Double($0) * 2 + 1 })
    if scale == 1e-300 {
      // The squares underflow: the feature does not vary as far as doubles can tell.
      #expect(model.coefficients == [0])
    } else {
      #expect((model.coefficients[0] * scale - 2).magnitude < 1e-12)
      #expect((model.intercept - 1).magnitude < 1e-11)
    }
  }

  @Test(arguments: [1e-300, 1e300, Double.greatestFiniteMagnitude])
  func extremePenaltiesStillFit(regParam: Double) throws {
    let x = (0..<20).map { Double($0) }
    for standardization in [true, false] {
      let learner = try LinearRegression.make([
        "regParam": .double(regParam), "standardization": .boolean(standardization),
      ])
      let model = try fit(learner, [x], x.map { $0 * 2 + 1 })
      #expect(regParam < 1 ? model.coefficients[0].rounded() == 2 : model.coefficients[0] < 1e-290)
      #expect(model.intercept.isFinite)
    }
  }

  @Test func sortedValuesFarFromZeroKeepTheirDigits() throws {
    let rows = 100_000
    let x = (0..<rows).map { 1e6 + Double($0) / Double(rows) }
    let z = (0..<rows).map { 1e6 + Double(($0 * 7919) % rows) / Double(rows) }
    let y = zip(x, z).map { 3 * ($0 - 1e6) - 2 * ($1 - 1e6) + 1 }
    let model = try fit(LinearRegression.make(), [x, z], y)
    #expect((model.coefficients[0] - 3).magnitude < 1e-8)
    #expect((model.coefficients[1] + 2).magnitude < 1e-8)
  }

  /// Whether `features` are told to be collinear, in rows of seeded noise at several sizes and distances from zero.
  private func isCollinear(
    intercept: Bool, seed: UInt64, rows: Int, offset: Double, dependent: ([Double]) -> Double
  ) throws -> Bool {
    var generator = SeededGenerator(state: seed)
    let sizes = [1e-3, 1, 1e3, 1]
    var columns = sizes.map { size in
      (0..<rows).map { _ in offset + size * Double.random(in: -1...1, using: &generator) }
    }
    let label = columns[1].map { $0 + Double.random(in: -1...1, using: &generator) }
    let last = (0..<rows).map { row in dependent(columns.map { $0[row] }) }
    columns.insert(last, at: Int(seed % 5))
    do {
      _ = try fit(LinearRegression.make(["fitIntercept": .boolean(intercept)]), columns, label)
      return false
    } catch TrainingError.collinear {
      return true
    }
  }

  @Test(arguments: [true, false], [0, 1, 1e3, 1e6])
  func findsCollinearFeaturesOfAllSizes(intercept: Bool, offset: Double) throws {
    for seed in 0..<UInt64(20) {
      for rows in [8, 30, 1000] {
        #expect(
          try isCollinear(intercept: intercept, seed: seed, rows: rows, offset: offset) { x in
            0.3 * x[0] - 1.7 * x[1] + 0.1 * x[2] + x[3]
          })
      }
    }
  }

  @Test(arguments: [true, false], [0, 1, 1e3])
  func takesFeaturesThatAreOnlySimilar(intercept: Bool, offset: Double) throws {
    for seed in 0..<UInt64(20) {
      var generator = SeededGenerator(state: ~seed)
      for rows in [8, 30, 1000] {
        #expect(
          try !isCollinear(intercept: intercept, seed: seed, rows: rows, offset: offset) { x in
            x[2] + x[1] + 1e-2 * Double.random(in: -1...1, using: &generator)
          })
      }
    }
  }

  @Test func aFeatureThatVariesByRoundingAloneIsConstant() throws {
    let x = (0..<30).map { Double($0) }
    let noise = (0..<30).map { $0 % 3 == 0 ? 0.1 + 0.2 : 0.3 }
    let model = try fit(LinearRegression.make(), [x, noise], x.map { $0 * 2 + 1 })
    #expect(model.coefficients[1] == 0)
    #expect((model.coefficients[0] - 2).magnitude < 1e-12)
  }

  @Test func aTrainerForgetsTheGroupBefore() throws {
    let learner = try LinearRegression.make()
    let statistics = learner.statistics(featureCount: 1)
    let trainer = learner.makeStatisticsTrainer(featureCount: 1)
    let x = [1.0, 2, 3, 4]
    try trainer.fit(statistics: statisticsBlock(statistics, [x], [5, 7, 9, 11]))
    try trainer.fit(statistics: statisticsBlock(statistics, [[2, 2, 2]], [5, 7, 9]))
    #expect(trainer.linearModel == LinearModel(intercept: 7, coefficients: [0]))
  }

  @Test func errorsNameTheFeature() {
    #expect(
      TrainingError.collinear(feature: 1).message(features: ["a", "b"])
        == "feature 'b' is a linear combination of the other features: "
        + "leave one of them out, or set regParam")
    #expect(
      TrainingError.tooFewExamples(count: 1, needed: 4).message(features: [])
        == "1 row for training, but at least 4 are needed")
  }
}
