import Learning
import Testing

@Suite struct LinearShapTests {
  private let features = [[1.0, 2, 4, 7, 3, 5], [3.0, 1, 1, 2, 8, 4]]

  private func shapValues(_ function: LinearModel) -> [Double] {
    var values = [Double](repeating: .nan, count: 12)
    withExamples(features, [Double](repeating: 0, count: 6)) { examples in
      values.withUnsafeMutableBufferPointer {
        function.writeShapValues(examples, into: $0.baseAddress!)
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
      let functions = try #require(model as? any LinearlyExplained).linearFunctions
      #expect(functions.count == (model.output == .probabilities(3) ? 3 : 1))
      for function in functions {
        let values = shapValues(function)
        let found = predictions(function, features)
        for row in 0..<6 {
          let sum = function.baseValue + values[2 * row] + values[2 * row + 1]
          #expect((sum - found[row]).magnitude < 1e-9)
        }
        for feature in 0..<2 {
          let sum = (0..<6).reduce(0) { $0 + values[2 * $1 + feature] }
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
    #expect(function.baseValue == 7)
    #expect(shapValues(function)[0] == 0)
    #expect(shapValues(function)[1] == 0)
  }
}
