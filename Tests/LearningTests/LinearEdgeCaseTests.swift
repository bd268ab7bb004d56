import Learning
import Testing

/// What every learner of the linear and probabilistic families makes of groups at the edge: a model that predicts numbers, or an
/// error of that group, and never a trap.
@Suite struct LinearEdgeCaseTests {
  struct Subject: Sendable, CustomTestStringConvertible {
    let learner: String
    let parameters: [String: ParameterValue]
    let classCount: Int
    var testDescription: String { "\(learner) \(parameters)" }
  }

  static let subjects: [Subject] = [
    Subject(learner: "LinearRegression", parameters: [:], classCount: 0),
    Subject(
      learner: "LinearRegression",
      parameters: ["regParam": .double(0.1), "elasticNetParam": .double(0.5)], classCount: 0),
    Subject(
      learner: "LinearRegression",
      parameters: [
        "regParam": .double(0.1), "elasticNetParam": .double(1), "fitIntercept": .boolean(false),
      ], classCount: 0),
    Subject(learner: "LogisticRegression", parameters: [:], classCount: 2),
    Subject(learner: "LogisticRegression", parameters: [:], classCount: 3),
    Subject(
      learner: "LogisticRegression",
      parameters: ["regParam": .double(0.1), "elasticNetParam": .double(1)], classCount: 2),
    Subject(
      learner: "LogisticRegression",
      parameters: ["regParam": .double(0.1), "elasticNetParam": .double(0.5)], classCount: 3),
    Subject(
      learner: "LogisticRegression",
      parameters: ["fitIntercept": .boolean(false), "standardization": .boolean(false)],
      classCount: 2),
    Subject(learner: "GeneralizedLinearRegression", parameters: [:], classCount: 0),
    Subject(
      learner: "GeneralizedLinearRegression", parameters: ["family": .string("poisson")],
      classCount: 0),
    Subject(
      learner: "GeneralizedLinearRegression", parameters: ["family": .string("gamma")],
      classCount: 0),
    Subject(
      learner: "GeneralizedLinearRegression",
      parameters: ["family": .string("gaussian"), "link": .string("log")], classCount: 0),
    Subject(
      learner: "GeneralizedLinearRegression",
      parameters: [
        "family": .string("tweedie"), "variancePower": .double(1.5), "regParam": .double(0.1),
      ], classCount: 0),
    Subject(
      learner: "GeneralizedLinearRegression",
      parameters: ["family": .string("binomial"), "regParam": .double(1e300)], classCount: 2),
    Subject(learner: "LinearSVC", parameters: [:], classCount: 2),
    Subject(learner: "LinearSVC", parameters: ["regParam": .double(0.1)], classCount: 2),
    Subject(learner: "NaiveBayes", parameters: [:], classCount: 2),
    Subject(
      learner: "NaiveBayes", parameters: ["modelType": .string("complement")], classCount: 3),
    Subject(
      learner: "NaiveBayes", parameters: ["modelType": .string("gaussian")], classCount: 3),
    Subject(learner: "IsotonicRegression", parameters: [:], classCount: 0),
  ]

  /// Labels of the subject's kind.
  private func labels(_ subject: Subject, count: Int) -> [Double] {
    (0..<count).map { row in
      subject.classCount > 0 ? Double(row * 7 % subject.classCount) : Double(row * 7 % 5 + 1)
    }
  }

  /// Two features that are no multiples of each other.
  private func someColumns(rows: Int) -> [[Double]] {
    let first = (0..<rows).map { Double($0 * 3 % 7) }
    let second = (0..<rows).map { Double($0 * $0 % 5) }
    return [first, second]
  }

  /// Fits; a model must predict finite numbers for the examples themselves. Returns whether there is one.
  @discardableResult
  private func check(
    _ subject: Subject, _ features: [[Double]], _ label: [Double], weights: [Double]? = nil,
    _ location: SourceLocation = #_sourceLocation
  ) throws -> Bool {
    let model: any Model
    do {
      model = try fitModel(
        subject.learner, subject.parameters, features, label, weights: weights,
        classCount: subject.classCount)
    } catch let error as TrainingError {
      #expect(
        !error.message(features: features.indices.map { "f\($0)" }).isEmpty,
        sourceLocation: location)
      return false
    }
    let found = predictions(model, features)
    #expect(found.allSatisfy { $0.isFinite }, "\(found)", sourceLocation: location)
    if case .probabilities(let count) = model.output {
      for row in label.indices {
        let sum = found[row * count..<(row + 1) * count].reduce(0, +)
        #expect((sum - 1).magnitude < 1e-9, sourceLocation: location)
      }
    }
    return true
  }

  @Test(arguments: subjects)
  func noRowsAndNoWeights(subject: Subject) throws {
    #expect(throws: TrainingError.noExamples) {
      try fitModel(
        subject.learner, subject.parameters, [[], []], [], classCount: subject.classCount)
    }
    #expect(throws: TrainingError.noExamples) {
      try fitModel(
        subject.learner, subject.parameters, [[1, 2], [3, 4]], labels(subject, count: 2),
        weights: [0, 0], classCount: subject.classCount)
    }
  }

  @Test(arguments: subjects)
  func fewRows(subject: Subject) throws {
    for rows in 1...5 {
      let columns = (0..<3).map { column in (0..<rows).map { Double(($0 * 5 + column * 3) % 7) } }
      try check(subject, columns, labels(subject, count: rows))
    }
  }

  @Test(arguments: subjects)
  func constantFeatures(subject: Subject) throws {
    let columns = [[Double](repeating: 0.1, count: 9), [Double](repeating: 1e6, count: 9)]
    let hasModel = try check(subject, columns, labels(subject, count: 9))
    #expect(hasModel)
  }

  @Test(arguments: subjects)
  func equalLabels(subject: Subject) throws {
    try check(
      subject, [[1, 2, 3, 4, 5, 6], [1, 0, 2, 0, 3, 1]], [Double](repeating: 1, count: 6))
    if subject.classCount > 0 {
      try check(
        Subject(learner: subject.learner, parameters: subject.parameters, classCount: 1),
        [[1, 2, 3, 4, 5, 6], [1, 0, 2, 0, 3, 1]], [Double](repeating: 0, count: 6))
    }
  }

  @Test(arguments: subjects)
  func moreFeaturesThanRowsAndCopiesOfThem(subject: Subject) throws {
    var generator = SeededGenerator(state: 8)
    var columns = (0..<20).map { _ in
      (0..<8).map { _ in Double.random(in: 0...1, using: &generator) }
    }
    columns.append(columns[3])
    try check(subject, columns, labels(subject, count: 8))
  }

  @Test(arguments: subjects)
  func separableLabels(subject: Subject) throws {
    let feature = (0..<30).map { Double($0) }
    let classCount = max(2, subject.classCount)
    try check(subject, [feature], (0..<30).map { Double($0 * classCount / 30) })
  }

  @Test(
    arguments: subjects,
    [.leastNonzeroMagnitude, 1e-200, 1e-9, 1e9, 1e150, 1e200, 1e308, .infinity])
  func extremeFeatures(subject: Subject, size: Double) throws {
    for signs in [[1.0], [1, -1]] {
      let wild = (0..<12).map { (row: Int) -> Double in
        signs[row % signs.count] * size * (row % 3 == 0 ? 1 : 0.5)
      }
      let one = (0..<12).map { (row: Int) -> Double in row == 5 ? size : Double(row % 4) }
      let calm = (0..<12).map { Double($0 * 3 % 7) }
      try check(subject, [wild, calm], labels(subject, count: 12))
      try check(subject, [calm, one], labels(subject, count: 12))
    }
  }

  @Test(arguments: subjects, [-1, .leastNonzeroMagnitude, 1e-200, 1e150, 1e308, .infinity])
  func extremeLabels(subject: Subject, size: Double) throws {
    let calm = (0..<12).map { Double($0 * 3 % 7) }
    for row in [0, 5] {
      var label = labels(subject, count: 12)
      label[row] = size
      try check(subject, [calm, calm.reversed()], label)
    }
    try check(subject, [calm], labels(subject, count: 12).map { $0 * size })
  }

  @Test(
    arguments: subjects,
    [.leastNonzeroMagnitude, 1e-300, 1e-12, 1e12, 1e300, .greatestFiniteMagnitude])
  func extremeWeights(subject: Subject, size: Double) throws {
    let columns = someColumns(rows: 12)
    let label = labels(subject, count: 12)
    let mixed = (0..<12).map { (row: Int) -> Double in row == 4 ? size : (row % 3 == 0 ? 0 : 1) }
    try check(
      subject, columns, label, weights: mixed)
    try check(subject, columns, label, weights: [Double](repeating: size, count: 12))
  }

  /// A trainer's memory of the group before, larger or with more classes, has no say.
  @Test(arguments: subjects)
  func aTrainerForgetsTheGroupBefore(subject: Subject) throws {
    let description = try #require(LearnerRegistry.learner(named: subject.learner))
    let trainer = try description.learner(subject.parameters).makeTrainer(featureCount: 2, seed: 1)
    func fit(_ rows: Int, weights: [Double]?) throws -> [Double] {
      let columns = someColumns(rows: rows)
      try withExamples(
        columns, labels(subject, count: rows), weights: weights, classCount: subject.classCount
      ) { try trainer.fit($0) }
      return predictions(trainer.model, columns)
    }
    let first = try fit(23, weights: nil)
    _ = try fit(61, weights: (0..<61).map { Double($0 % 3) })
    #expect(try fit(23, weights: nil) == first)
  }
}
