import Learning
import Testing

@Suite struct WeightedLeastSquaresTests {
  private let features = [[1.0, 2, 4, 7, 3, 5], [3.0, 1, 1, 2, 8, 4]]
  private let label = [2.0, 3, 5, 11, 1, 6]

  private func block(
    _ statistics: LeastSquaresStatistics, _ features: [[Double]], _ label: [Double],
    _ weights: [Double]?
  ) -> [Double] {
    var block = [Double](repeating: 0, count: statistics.width)
    withExamples(features, label, weights: weights, classCount: 0) { examples in
      let blocks = [Int32](repeating: 0, count: label.count)
      block.withUnsafeMutableBufferPointer {
        statistics.accumulate(
          examples, blocks: blocks, into: $0.baseAddress!, stride: statistics.width)
      }
    }
    return block
  }

  @Test func weightsOfOneHaveTheBitsOfNoWeights() {
    let weighted = LeastSquaresStatistics(featureCount: 2, isWeighted: true)
    let plain = block(LeastSquaresStatistics(featureCount: 2), features, label, nil)
    let ones = block(weighted, features, label, [1, 1, 1, 1, 1, 1])
    #expect(ones == plain + [6])
    #expect(block(weighted, features, label, nil) == ones)
    #expect(weighted.name != LeastSquaresStatistics(featureCount: 2).name)
  }

  @Test func aWeightOfTwoIsTheRowTwiceAndOneOfZeroNone() throws {
    let weights = [1.0, 2, 0, 3, 1, 1]
    let repeated = weights.indices.flatMap { Array(repeating: $0, count: Int(weights[$0])) }
    for parameters in [[:], ["regParam": .double(0.2)]] as [[String: ParameterValue]] {
      let weighted = try #require(
        fitModel("LinearRegression", parameters, features, label, weights: weights)
          as? LinearModel)
      let plain = try #require(
        fitModel(
          "LinearRegression", parameters, features.map { column in repeated.map { column[$0] } },
          repeated.map { label[$0] }) as? LinearModel)
      for (a, b) in zip(weighted.coefficients, plain.coefficients) {
        #expect((a - b).magnitude < 1e-12)
      }
      #expect((weighted.intercept - plain.intercept).magnitude < 1e-11)
    }
  }

  @Test func countsExamplesAndNotWeights() throws {
    let statistics = LeastSquaresStatistics(featureCount: 2, isWeighted: true)
    let weights = [1e-3, 0, 5, 0, 1e6, 2]
    #expect(statistics.exampleCount(block(statistics, features, label, weights)) == 4)
    // Three unknowns need three examples, whatever they weigh.
    #expect(throws: TrainingError.tooFewExamples(count: 2, needed: 3)) {
      try fitModel(
        "LinearRegression", [:], features, label, weights: [100, 100, 0, 0, 0, 0])
    }
    #expect(throws: TrainingError.noExamples) {
      try fitModel("LinearRegression", [:], features, label, weights: [0, 0, 0, 0, 0, 0])
    }
  }

  @Test func partsMerge() {
    let statistics = LeastSquaresStatistics(featureCount: 2, isWeighted: true)
    let weights = [0.5, 2, 0, 3, 1, 0.25]
    let whole = block(statistics, features, label, weights)
    var target = [Double](repeating: 0, count: statistics.width)
    for rows in [0..<2, 2..<3, 3..<6] {
      let part = block(
        statistics, features.map { Array($0[rows]) }, Array(label[rows]), Array(weights[rows]))
      target.withUnsafeMutableBufferPointer {
        statistics.merge(
          part, count: 1, blocks: [0], into: $0.baseAddress!, stride: statistics.width)
      }
    }
    for (a, b) in zip(target, whole) { #expect((a - b).magnitude < 1e-12) }
    #expect(statistics.exampleCount(target) == 5)
  }

  @Test func meansOfErrorsAreWeighted() throws {
    let weights = [1.0, 2, 0, 3, 1, 1]
    let learner = try LinearRegression.make()
    let statistics = LeastSquaresStatistics(featureCount: 2, isWeighted: true)
    let block = block(statistics, features, label, weights)
    let trainer = learner.makeStatisticsTrainer(featureCount: 2, isWeighted: true)
    try trainer.fit(statistics: block)
    let predicted = predictions(trainer.model, features)
    let squares = predicted.indices.reduce(0) {
      $0 + weights[$1] * (predicted[$1] - label[$1]) * (predicted[$1] - label[$1])
    }
    let found = try #require(trainer.errors(statistics: block).value(of: .mse))
    #expect((found - squares / 8).magnitude < 1e-12)
  }

  @Test(arguments: [1e-307, 1e-150, 1e150, 1e300])
  func onlyTheRatiosOfWeightsMatter(unit: Double) throws {
    let weights = [1.0, 2, 0, 3, 1, 1]
    let plain = try #require(
      fitModel("LinearRegression", [:], features, label, weights: weights) as? LinearModel)
    let scaled = try #require(
      fitModel("LinearRegression", [:], features, label, weights: weights.map { $0 * unit })
        as? LinearModel)
    for (a, b) in zip(scaled.coefficients, plain.coefficients) {
      #expect((a - b).magnitude < 1e-8)
    }
  }
}
