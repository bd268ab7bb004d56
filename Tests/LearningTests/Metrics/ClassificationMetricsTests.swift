import Learning
import Testing

@Suite struct ClassificationMetricsTests {
  private let metrics = LearnerKind.classification.metrics

  private func errors(
    _ probabilities: [[Double]], _ label: [Double], weights: [Double]? = nil,
    output: ModelOutput? = nil
  ) -> PredictionErrors {
    let classCount = probabilities.first?.count ?? 2
    var evaluator = PredictionEvaluator(kind: .classification, metrics: metrics)
    return withExamples([], label: label, weights: weights, classCount: classCount) {
      evaluator.errors(
        of: probabilities.flatMap { $0 }, output: output ?? .probabilities(classCount), examples: $0
      )
    }
  }

  @Test(arguments: ClusteringFixture.shared.classification)
  func agreesWithSparkAndScikitLearn(fixture: ClusteringFixture.Classification) throws {
    let errors = errors(fixture.probabilities, fixture.label, weights: fixture.weights)
    #expect(fixture.metrics.count >= 7)
    for (name, expected) in fixture.metrics {
      let metric = try #require(Metric(rawValue: name))
      let found = try #require(errors.value(of: metric), "\(name)")
      #expect((found - expected).magnitude <= 1e-12, "\(name)")
    }
  }

  @Test(arguments: ClusteringFixture.shared.classification)
  func countsConfusions(fixture: ClusteringFixture.Classification) {
    let matrix = withExamples(
      [], label: fixture.label, weights: fixture.weights, classCount: fixture.classCount
    ) {
      ConfusionMatrix(
        predictions: fixture.probabilities.flatMap { $0 },
        output: .probabilities(fixture.classCount), examples: $0)
    }
    #expect(matrix.counts.count == fixture.confusion.count)
    for (found, expected) in zip(matrix.counts, fixture.confusion) {
      #expect((found - expected).magnitude <= 1e-10)
    }
    #expect(matrix[1, 0] == matrix.counts[fixture.classCount])
  }

  /// Pairs of a positive and a negative, of which equal scores count half: the definition of Mann and Whitney.
  @Test func theAreaUnderTheROCIsTheShareOfPairsInOrder() throws {
    var generator = SeededGenerator(state: 3)
    let scores = (0..<60).map { _ in Double(Int.random(in: 0..<12, using: &generator)) }
    let label = (0..<60).map { _ in Double(Int.random(in: 0..<2, using: &generator)) }
    var pairs = 0.0
    var ordered = 0.0
    for positive in 0..<60 where label[positive] == 1 {
      for negative in 0..<60 where label[negative] == 0 {
        pairs += 1
        if scores[positive] > scores[negative] { ordered += 1 }
        if scores[positive] == scores[negative] { ordered += 0.5 }
      }
    }
    let errors = errors(scores.map { [-$0, $0] }, label, output: .scores(2))
    #expect(
      try (#require(errors.value(of: .areaUnderROC)) - ordered / pairs).magnitude < 1e-12)
  }

  @Test func scoresHaveNoLogLoss() throws {
    let errors = errors([[-1, 1], [1, -1], [-2, 2]], [1, 0, 0], output: .scores(2))
    #expect(errors.value(of: .logLoss) == nil)
    #expect(try #require(errors.value(of: .areaUnderROC)) == 0.5)
    #expect(try (#require(errors.value(of: .accuracy)) - 2 / 3).magnitude < 1e-15)
  }

  @Test func oneClassHasNoCurves() throws {
    let errors = errors([[0.2, 0.8], [0.4, 0.6]], [1, 1])
    #expect(errors.value(of: .areaUnderROC) == nil)
    #expect(errors.value(of: .areaUnderPR) == nil)
    #expect(errors.value(of: .averagePrecision) == nil)
    #expect(errors.value(of: .accuracy) == 1)
    #expect(errors.value(of: .f1) == 1)
    let three = self.errors([[0.2, 0.8, 0], [0.4, 0.6, 0]], [1, 1])
    #expect(three.value(of: .areaUnderROC) == nil)
    #expect(three.value(of: .accuracy) == 1)
  }

  @Test func noRowsOrOnlyRowsOfWeightZeroHaveNoMetrics() {
    for errors in [errors([], []), errors([[0.5, 0.5]], [1], weights: [0])] {
      for metric in Metric.allCases { #expect(errors.value(of: metric) == nil) }
    }
  }

  @Test func aRowOfWeightZeroHasNoSay() {
    let with = errors([[0.2, 0.8], [0.4, 0.6], [1, 0]], [1, 0, 1], weights: [1, 2, 0])
    #expect(with == errors([[0.2, 0.8], [0.4, 0.6]], [1, 0], weights: [1, 2]))
  }

  @Test func impossibleAndUnknownClassesCostTheLargestLogLoss() throws {
    let errors = errors([[1, 0], [1, 0]], [0, 1])
    let largest = 34.538776394910684  // -log 1e-15
    #expect(try (#require(errors.value(of: .logLoss)) - largest / 2).magnitude < 1e-12)
    var evaluator = PredictionEvaluator(kind: .classification, metrics: metrics)
    let unknown = withExamples([], label: [2, 0], weights: nil, classCount: 3) {
      evaluator.errors(of: [0.5, 0.5, 1, 0], output: .probabilities(2), examples: $0)
    }
    #expect(try (#require(unknown.value(of: .logLoss)) - largest / 2).magnitude < 1e-12)
    #expect(unknown.value(of: .accuracy) == 0.5)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e308, -1, 7.5])
  func strangePredictionsAndLabelsDoNotTrap(value: Double) {
    let strange = errors([[value, 0.5], [0.5, value], [value, value]], [0, 1, value])
    #expect((strange.value(of: .accuracy) ?? 0) <= 1)
    if value.isNaN { #expect(strange.value(of: .areaUnderROC) == nil) }
  }

  @Test func onlyWhatIsAskedForIsComputed() {
    var evaluator = PredictionEvaluator(kind: .classification, metrics: [.accuracy])
    let errors = withExamples([], label: [0, 1], weights: nil, classCount: 2) {
      evaluator.errors(of: [0.5, 0.5, 0.1, 0.9], output: .probabilities(2), examples: $0)
    }
    #expect(errors.value(of: .accuracy) == 1)
    #expect(errors.value(of: .logLoss) == nil)
    #expect(errors.value(of: .areaUnderROC) == nil)
  }
}

@Suite struct MetricTests {
  @Test func knowsWhichValueIsBetter() {
    #expect(Metric.rmse.indexOfBest([3, nil, 1, 1, .nan]) == 2)
    #expect(Metric.accuracy.indexOfBest([0.3, nil, 0.9, 0.9, .nan]) == 2)
    #expect(Metric.accuracy.indexOfBest([nil, .nan]) == nil)
    #expect(Metric.logLoss.indexOfBest([.nan, .infinity]) == 1)
  }

  @Test func defaultsAreAmongTheMetricsOfAKind() {
    for kind in LearnerKind.allCases {
      #expect(!kind.defaultMetrics.isEmpty)
      #expect(Set(kind.defaultMetrics).isSubset(of: kind.metrics))
    }
    #expect(
      LearnerKind.classification.defaultMetrics.map(\.rawValue)
        == ["accuracy", "f1", "log_loss", "area_under_roc"])
  }
}

@Suite struct ForecastErrorsTests {
  @Test func scalesByTheNaiveErrorOfTheTraining() throws {
    let training = [1.0, 5, 2, 6, 4, 8]
    // |2-1|, |6-5|, |4-2|, |8-6|.
    let naive = ForecastErrors.naiveError(series: training, count: 6, season: 2)
    #expect(naive == 1.5)
    let errors = ForecastErrors(forecasts: [4, 8], actual: [7, 8], count: 2, naiveError: naive)
    #expect(errors.value(of: .mase) == 1)
    #expect(errors.value(of: .mae) == 1.5)
    #expect(try (#require(errors.value(of: .smape)) - 3.0 / 11).magnitude < 1e-15)
  }

  @Test func hasNoScaledErrorWithoutANaiveOne() {
    #expect(ForecastErrors.naiveError(series: [1, 2], count: 2, season: 2) == nil)
    let constant = ForecastErrors.naiveError(series: [3, 3, 3], count: 3, season: 1)
    #expect(constant == 0)
    for naive in [nil, constant] {
      let errors = ForecastErrors(forecasts: [4], actual: [7], count: 1, naiveError: naive)
      #expect(errors.value(of: .mase) == nil)
      #expect(errors.value(of: .mae) == 3)
    }
  }

  @Test func zeroForecastsOfZeroAreExact() {
    let errors = ForecastErrors(forecasts: [0, 0], actual: [0, 1], count: 2, naiveError: 1)
    #expect(errors.value(of: .smape) == 1)
  }
}
