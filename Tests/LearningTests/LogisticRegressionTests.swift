import Foundation
import Learning
import Testing

@Suite struct LogisticRegressionTests {
  /// The documented objective.
  private func objective(_ model: LogisticModel, _ fixture: LinearFixture.Case) -> Double {
    let shares = shares(fixture.weights, count: fixture.labels.count)
    var loss = 0.0
    for (row, share) in shares.enumerated() where share > 0 {
      var margins = model.linearFunctions.map { function in
        function.coefficients.indices.reduce(function.intercept) {
          $0 + function.coefficients[$1] * fixture.set.features[$1][row]
        }
      }
      if margins.count == 1 { margins = [0, margins[0]] }
      let largest = margins.max()!
      let sum = margins.reduce(0) { $0 + exp($1 - largest) }
      loss += share * (log(sum) + largest - margins[Int(fixture.labels[row])])
    }
    let regParam = fixture.double("regParam", default: 0)
    let ratio = fixture.double("elasticNetParam", default: 0)
    for function in model.linearFunctions {
      for (coefficient, column) in zip(function.coefficients, fixture.set.features) {
        let unit =
          fixture.boolean("standardization", default: true) ? sampleDeviation(column, shares) : 1
        let scaled = coefficient * unit
        loss += regParam * (ratio * scaled.magnitude + (1 - ratio) / 2 * scaled * scaled)
      }
    }
    return loss
  }

  private func classCount(_ fixture: LinearFixture.Case) -> Int {
    Int(fixture.labels.max() ?? 0) + 1
  }

  /// The optimum to 1e-6 of the objective, against the better of Spark's and scikit-learn's; where a penalty makes it a
  /// single point, the coefficients to 1e-3 of the largest, which is what tells one penalty from another.
  @Test(arguments: LinearFixture.cases(of: "LogisticRegression"))
  func reachesTheOptimum(fixture: LinearFixture.Case) throws {
    let model = try #require(
      fixture.fit(classCount: classCount(fixture)) as? LogisticModel)
    let expected = try #require(fixture.objective)
    #expect(objective(model, fixture) <= expected + 1e-6)
    guard fixture.double("regParam", default: 0) > 0 else { return }
    let coefficients = try #require(fixture.coefficients)
    let largest = coefficients.map(\.magnitude).max() ?? 0
    #expect(coefficients.count == model.coefficients.count)
    for (found, wanted) in zip(model.coefficients, coefficients) {
      #expect((found - wanted).magnitude <= 1e-3 * largest)
    }
    for (found, wanted) in zip(model.intercepts, try #require(fixture.intercepts)) {
      #expect((found - wanted).magnitude <= 1e-3 * max(1, wanted.magnitude))
    }
  }

  @Test func anInterceptAloneHasTheClassesShares() throws {
    let label = [0.0, 1, 1, 1, 0, 1, 1, 1]
    let binomial = try fitModel(
      "LogisticRegression", [:], [[1, 1, 1, 1, 1, 1, 1, 1]], label, classCount: 2)
    #expect((predictions(binomial, [[1]])[1] - 0.75).magnitude < 1e-9)
    let three = try fitModel(
      "LogisticRegression", [:], [[1, 1, 1, 1, 1, 1, 1, 1]], [0, 1, 1, 2, 2, 2, 2, 2], classCount: 3
    )
    let found = predictions(three, [[1]])
    for (a, b) in zip(found, [0.125, 0.25, 0.625]) { #expect((a - b).magnitude < 1e-7) }
  }

  @Test func aWeightIsTheRowSoOften() throws {
    let feature = [0.2, 1.5, -0.3, 2.2, 0.7, -1, 0.1]
    let label = [0.0, 1, 0, 1, 0, 0, 1]
    let weights = [1.0, 2, 3, 1, 2, 0, 1]
    let repeated = weights.indices.flatMap { Array(repeating: $0, count: Int(weights[$0])) }
    let weighted = try #require(
      fitModel("LogisticRegression", [:], [feature], label, weights: weights, classCount: 2)
        as? LogisticModel)
    let plain = try #require(
      fitModel(
        "LogisticRegression", [:], [repeated.map { feature[$0] }], repeated.map { label[$0] },
        classCount: 2) as? LogisticModel)
    #expect((weighted.coefficients[0] - plain.coefficients[0]).magnitude < 1e-6)
    #expect((weighted.intercepts[0] - plain.intercepts[0]).magnitude < 1e-6)
  }

  /// There is no optimum: the coefficients grow as long as they are let.
  @Test(arguments: [2, 3], [0.0, 1e-9])
  func separableClassesEndWithFiniteCoefficients(classes: Int, penalty: Double) throws {
    let feature = (0..<30).map { Double($0) }
    let label = (0..<30).map { Double($0 * classes / 30) }
    let model = try #require(
      fitModel(
        "LogisticRegression", ["regParam": .double(penalty)], [feature], label, classCount: classes)
        as? LogisticModel)
    #expect(model.coefficients.allSatisfy { $0.isFinite })
    let found = predictions(model, [feature])
    for row in 0..<30 { #expect(found[row * classes + Int(label[row])] > 0.99) }
  }

  @Test func oneClassIsCertain() throws {
    let model = try fitModel("LogisticRegression", [:], [[1, 2, 3]], [0, 0, 0], classCount: 1)
    #expect(model.output == .probabilities(1))
    #expect(predictions(model, [[5, 6]]) == [1, 1])
  }

  @Test func aClassOfWeightZeroIsUnlikely() throws {
    let model = try fitModel(
      "LogisticRegression", [:], [[1, 2, 3, 4]], [0, 1, 0, 1], weights: [1, 0, 1, 0], classCount: 2)
    #expect(predictions(model, [[2]])[1] < 1e-4)
  }

  @Test func refusesWhatItCannotTellApart() {
    #expect(throws: TrainingError.tooManyClasses(count: 3, allowed: 2)) {
      try fitModel(
        "LogisticRegression", ["family": .string("binomial")], [[1, 2, 3]], [0, 1, 2],
        classCount: 3)
    }
    for label in [-1, 0.5, 2, 1e300, .infinity] as [Double] {
      #expect(throws: TrainingError.self) {
        try fitModel("LogisticRegression", [:], [[1, 2]], [0, label], classCount: 2)
      }
    }
  }

  @Test func probabilitiesSumToOne() throws {
    let set = try #require(LinearFixture.shared.data["wine"])
    let model = try fitModel(
      "LogisticRegression", ["regParam": .double(0.1)], set.features, set.label, classCount: 3)
    let found = predictions(model, set.features)
    for row in 0..<set.label.count {
      #expect((found[row * 3] + found[row * 3 + 1] + found[row * 3 + 2] - 1).magnitude < 1e-12)
    }
  }
}
