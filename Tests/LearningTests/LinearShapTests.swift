import Learning
import Testing

@Suite struct LinearShapTests {
  private let features = [[1.0, 2, 4, 7, 3, 5], [3.0, 1, 1, 2, 8, 4]]

  /// Row after row, output after output, feature after feature.
  private func shapleyValues(_ model: any ShapleyModel) -> [Double] {
    var values = [Double](repeating: .nan, count: 12 * model.explainedOutputCount)
    withExamples(features, [Double](repeating: 0, count: 6)) { examples in
      values.withUnsafeMutableBufferPointer {
        if let base = $0.baseAddress { model.shapleyValues(examples, into: base) }
      }
    }
    return values
  }

  /// With the base value they add up to the function, and over the examples of training they cancel.
  @Test func addUpToTheFunctionAndCancelOverTraining() throws {
    let models: [any Model] = [
      try fitModel("LinearRegression", [:], features, [2, 3, 5, 11, 1, 6]),
      try fitModel(
        "GeneralizedLinearRegression", ["family": .string("poisson")], features,
        [2, 3, 5, 11, 1, 6]),
      try fitModel(
        "LogisticRegression", ["regParam": .double(0.1)], features, [0, 1, 2, 1, 0, 2],
        classCount: 3),
      try fitModel(
        "LinearSVC", ["regParam": .double(0.1)], features, [0, 1, 0, 1, 0, 1], classCount: 2),
    ]
    for model in models {
      let explained = try #require(model as? any LinearlyExplained)
      let count = explained.explainedOutputCount
      #expect(count == (model.output == .probabilities(3) ? 3 : 1))
      let values = shapleyValues(explained)
      for (output, function) in explained.linearFunctions.enumerated() {
        let found = predictions(function, features)
        for row in 0..<6 {
          let first = 2 * (row * count + output)
          let sum = explained.expectedValues[output] + values[first] + values[first + 1]
          #expect((sum - found[row]).magnitude < 1e-9)
        }
        for feature in 0..<2 {
          let sum = (0..<6).reduce(0) { $0 + values[2 * ($1 * count + output) + feature] }
          #expect(sum.magnitude < 1e-9)
        }
      }
    }
  }

  @Test func meansAreWeighted() throws {
    let model = try #require(
      fitModel(
        "LinearRegression", [:], features, [2, 3, 5, 11, 1, 6], weights: [1, 0, 2, 1, 1, 1])
        as? LinearModel)
    #expect((model.featureMeans[0] - 4).magnitude < 1e-12)
  }

  @Test func aFeatureWithoutASayContributesNothing() {
    let function = LinearModel(
      intercept: 1, coefficients: [0, 2], featureMeans: [.infinity, 3])
    #expect(function.expectedValues == [7])
    #expect(shapleyValues(function)[0] == 0)
    #expect(shapleyValues(function)[1] == 0)
  }
}

extension LinearShapTests {
  @Test func ofOneClassThereIsNothingToExplain() throws {
    let model = try #require(
      fitModel(
        "LogisticRegression", [:], features, [0, 0, 0, 0, 0, 0], classCount: 1)
        as? any ShapleyModel)
    #expect(model.explainedOutputCount == 0)
    #expect(model.expectedValues.isEmpty)
    #expect(shapleyValues(model).isEmpty)
  }
}
