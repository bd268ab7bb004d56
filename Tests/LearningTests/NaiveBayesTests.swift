import Foundation
import Learning
import Testing

@Suite struct NaiveBayesTests {
  /// Closed forms: the probabilities of every seventh example to 1e-8 of scikit-learn's.
  /// Bernoulli features are those above their mean.
  @Test(arguments: LinearFixture.cases(of: "NaiveBayes"))
  func agreesWithScikitLearn(fixture: LinearFixture.Case) throws {
    var features = fixture.set.features
    if fixture.parameters["modelType"]?.parameter == .string("bernoulli") {
      features = features.map { column in
        let mean = column.reduce(0, +) / Double(column.count)
        return column.map { $0 > mean ? 1 : 0 }
      }
    }
    let classCount = Int(fixture.labels.max() ?? 0) + 1
    let model = try fitModel(
      "NaiveBayes", fixture.parameters.mapValues(\.parameter), features, fixture.labels,
      weights: fixture.weights, classCount: classCount)
    let found = predictions(model, features)
    let expected = try #require(fixture.probabilities)
    var index = 0
    for row in stride(from: 0, to: fixture.labels.count, by: 7) {
      for column in 0..<classCount {
        #expect((found[row * classCount + column] - expected[index]).magnitude < 1e-8)
        index += 1
      }
    }
    #expect(index == expected.count)
  }

  @Test func countsByHand() throws {
    // Class 0 has counts 3 and 1, class 1 has 0 and 2; with a smoothing of 1.
    let model = try fitModel(
      "NaiveBayes", [:], [[1, 2, 0], [0, 1, 2]], [0, 0, 1], classCount: 2)
    let found = predictions(model, [[1], [0]])
    let zero = 3.0 / 5 * (4.0 / 6)
    let one = 2.0 / 5 * (1.0 / 4)
    #expect((found[0] - zero / (zero + one)).magnitude < 1e-12)
  }

  @Test func refusesWhatIsNoCount() {
    #expect(
      throws: TrainingError.featureOutOfRange(feature: 1, value: -1, needed: "at least 0")
    ) {
      try fitModel("NaiveBayes", [:], [[1, 2], [0, -1]], [0, 1], classCount: 2)
    }
    #expect(throws: TrainingError.featureOutOfRange(feature: 0, value: 2, needed: "0 or 1")) {
      try fitModel(
        "NaiveBayes", ["modelType": .string("bernoulli")], [[1, 2]], [0, 1], classCount: 2)
    }
    #expect(throws: TrainingError.notFinite) {
      try fitModel("NaiveBayes", [:], [[1, .infinity]], [0, 1], classCount: 2)
    }
  }

  @Test(arguments: ["multinomial", "complement", "bernoulli", "gaussian"])
  func noSmoothingStillHasProbabilities(modelType: String) throws {
    let model = try fitModel(
      "NaiveBayes", ["modelType": .string(modelType), "smoothing": .double(0)],
      [[1, 1, 0, 0], [0, 0, 1, 1]], [0, 0, 1, 1], classCount: 2)
    for row in [[1.0, 1], [0, 1], [0, 0], [1, 0]] {
      let found = predictions(model, row.map { [$0] })
      #expect((found[0] + found[1] - 1).magnitude < 1e-12)
    }
    #expect(predictions(model, [[1], [0]])[0] > 0.99)
  }

  @Test(arguments: ["multinomial", "complement", "bernoulli", "gaussian"])
  func constantFeaturesLeaveThePriors(modelType: String) throws {
    let model = try fitModel(
      "NaiveBayes", ["modelType": .string(modelType)], [[1, 1, 1, 1]], [0, 1, 1, 1], classCount: 2)
    let found = predictions(model, [[1]])
    // Complements know no priors; smoothed priors are (1 + 1) / (4 + 2) and (3 + 1) / (4 + 2).
    switch modelType {
    case "complement": #expect((found[0] - 0.5).magnitude < 1e-12)
    case "gaussian": #expect((found[0] - 0.25).magnitude < 1e-12)
    case "bernoulli": #expect(found[0] < 0.5)
    default: #expect((found[0] - 1.0 / 3).magnitude < 1e-12)
    }
  }

  @Test func farFromAllClassesProbabilitiesStayNumbers() throws {
    let model = try fitModel(
      "NaiveBayes", ["modelType": .string("gaussian")], [[1, 2, 11, 12]], [0, 0, 1, 1],
      classCount: 2)
    for value in [1e200, -1e200, .infinity, -.infinity] {
      let found = predictions(model, [[value]])
      #expect((found[0] + found[1] - 1).magnitude < 1e-12)
    }
    #expect(predictions(model, [[1e5]])[1] == 1)
  }
}
