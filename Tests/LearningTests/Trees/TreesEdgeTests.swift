import Learning
import Testing

@Suite struct TreesEdgeTests {
  /// Some rows with a label that each learner takes.
  private func rows(_ learner: String, count: Int, features: Int = 3, seed: UInt64 = 1) -> TreeRows
  {
    var random = SeededGenerator(state: seed)
    let columns = (0..<features).map { _ in
      (0..<count).map { _ in Double.random(in: -1...1, using: &random) }
    }
    let isClassifier = learner.hasSuffix("Classifier")
    let label = (0..<count).map { row -> Double in
      let sum = columns.map { $0[row] }.reduce(0, +)
      return isClassifier ? (sum > 0 ? 1 : 0) : sum
    }
    return TreeRows(features: columns, label: label, classCount: isClassifier ? 2 : 0)
  }

  @Test(arguments: treeLearners)
  func noRowsHaveNoModel(learner: String) throws {
    let rows = rows(learner, count: 0)
    #expect(throws: TrainingError.noExamples) { try rows.model(learner) }
  }

  @Test(arguments: treeLearners)
  func rowsOfWeightZeroAreNoRows(learner: String) throws {
    var rows = rows(learner, count: 40)
    rows.weights = Array(repeating: 0, count: 40)
    #expect(throws: TrainingError.noExamples) { try rows.model(learner) }
  }

  @Test(arguments: treeLearners)
  func aRowOfWeightZeroChangesNothing(learner: String) throws {
    var all = rows(learner, count: 60)
    all.weights = (0..<60).map { $0 % 3 == 0 ? 0 : 1.5 }
    // What does not count may be anything.
    for row in stride(from: 0, to: 60, by: 3) { all.features[0][row] = .infinity }
    let kept = (0..<60).filter { $0 % 3 != 0 }
    var some = TreeRows(
      features: all.features.map { column in kept.map { column[$0] } },
      label: kept.map { all.label[$0] }, classCount: all.classCount)
    some.weights = kept.map { _ in 1.5 }
    let parameters: [String: ParameterValue] =
      learner.hasPrefix("RandomForest") ? ["bootstrap": .boolean(false)] : [:]
    let withZeros = try all.model(learner, parameters)
    let without = try some.model(learner, parameters)
    #expect(some.predictions(withZeros) == some.predictions(without))
  }

  /// Weights that are whole numbers stand for as many rows.
  @Test(arguments: [
    "DecisionTreeRegressor", "GBTRegressor", "DecisionTreeClassifier", "GBTClassifier",
  ])
  func aWeightOfTwoIsTheRowTwice(learner: String) throws {
    var weighted = rows(learner, count: 50)
    weighted.weights = (0..<50).map { Double(1 + $0 % 2) }
    let twice = (0..<50).flatMap { $0 % 2 == 1 ? [$0, $0] : [$0] }
    let repeated = TreeRows(
      features: weighted.features.map { column in twice.map { column[$0] } },
      label: twice.map { weighted.label[$0] }, classCount: weighted.classCount)
    // Enough bins for all values, whose choice would count a row twice.
    let parameters: [String: ParameterValue] = ["maxBins": .integer(64)]
    let first = weighted.predictions(try weighted.model(learner, parameters))
    let second = weighted.predictions(try repeated.model(learner, parameters))
    for (found, wanted) in zip(first, second) { #expect((found - wanted).magnitude < 1e-12) }
  }

  @Test(arguments: treeLearners)
  func oneRowIsItsOwnModel(learner: String) throws {
    let rows = rows(learner, count: 1)
    let predictions = rows.predictions(try rows.model(learner))
    switch learner {
    case "GBTClassifier":
      // A sum of the label, 1 or -1, and of what the loss adds in 19 steps.
      let isOne = rows.label[0] == 1
      #expect(predictions[isOne ? 1 : 0] > 0.85)
    case "DecisionTreeClassifier", "RandomForestClassifier":
      #expect(predictions == (rows.label[0] == 1 ? [0, 1] : [1, 0]))
    default:
      #expect((predictions[0] - rows.label[0]).magnitude < 1e-15)
    }
  }

  @Test(arguments: treeLearners)
  func constantFeaturesGiveTheMean(learner: String) throws {
    var rows = rows(learner, count: 30)
    rows.features = [Array(repeating: 2, count: 30), Array(repeating: -1e300, count: 30)]
    let parameters: [String: ParameterValue] =
      learner.hasPrefix("RandomForest") ? ["bootstrap": .boolean(false)] : [:]
    let model = try rows.model(learner, parameters)
    let predictions = rows.predictions(model)
    let mean = rows.label.reduce(0, +) / 30
    for row in 0..<30 where !learner.hasPrefix("GBT") {
      #expect(
        (predictions[row * model.output.width + model.output.width - 1] - mean).magnitude < 1e-14)
    }
    #expect(Set(predictions).count == model.output.width)
    #expect(try #require(model as? any FeatureImportanceModel).featureImportances == [0, 0])
  }

  @Test(arguments: ["DecisionTreeRegressor", "RandomForestRegressor", "GBTRegressor"])
  func equalLabelsAreMetExactly(learner: String) throws {
    for label in [0.1, 1e300, -Double.leastNonzeroMagnitude, 0] {
      var rows = rows(learner, count: 50)
      rows.label = Array(repeating: label, count: 50)
      let predictions = rows.predictions(try rows.model(learner))
      #expect(Set(predictions).count == 1)
      #expect((predictions[0] - label).magnitude <= 1e-15 * label.magnitude)
    }
  }

  @Test(arguments: ["DecisionTreeClassifier", "RandomForestClassifier"])
  func oneClassHasTheProbabilityOne(learner: String) throws {
    var rows = rows(learner, count: 20)
    rows.label = Array(repeating: 0, count: 20)
    rows.classCount = 1
    let predictions = rows.predictions(try rows.model(learner))
    #expect(predictions == Array(repeating: 1, count: 20))
  }

  @Test(arguments: [1, 3, 7])
  func boostedTreesAreForTwoClasses(classCount: Int) throws {
    var rows = rows("GBTClassifier", count: 20)
    rows.label = rows.label.map { _ in 0 }
    rows.classCount = classCount
    let error =
      classCount == 1
      ? TrainingError.tooFewClasses(count: 1)
      : .tooManyClasses(count: classCount, allowed: 2)
    #expect(throws: error) { try rows.model("GBTClassifier") }
    #expect(
      error.message(features: []).hasPrefix(classCount == 1 ? "1 class," : "\(classCount) classes,")
    )
  }

  @Test func separableClassesTakeOneSplit() throws {
    let rows = TreeRows(
      features: [[1, 2, 3, 10, 11, 12], [0, 1, 0, 1, 0, 1]], label: [0, 0, 0, 1, 1, 1],
      classCount: 2)
    let model = try #require(try rows.model("DecisionTreeClassifier") as? DecisionTreeModel)
    #expect(model.trees.nodeCount == 3)
    #expect(model.trees.nodes[0].feature == 0)
    #expect(model.trees.nodes[0].threshold == 6.5)
    #expect(model.featureImportances == [1, 0])
  }

  @Test func ofTwoEqualFeaturesTheFirstIsSplit() throws {
    var rows = rows("DecisionTreeRegressor", count: 80, features: 1)
    rows.features = [rows.features[0], rows.features[0]]
    let model = try #require(try rows.model("DecisionTreeRegressor") as? DecisionTreeModel)
    #expect(model.featureImportances == [1, 0])
  }

  @Test(arguments: treeLearners)
  func moreFeaturesThanRowsAreFine(learner: String) throws {
    let rows = rows(learner, count: 12, features: 200)
    let model = try rows.model(learner)
    let bound = learner.hasPrefix("RandomForest") ? 8.0 : 1.0
    let error = rows.error(model)
    #expect(error < bound)
    #expect(areFinite(rows.predictions(model)))
  }

  @Test(arguments: treeLearners)
  func noFeaturesGiveTheMean(learner: String) throws {
    var rows = rows(learner, count: 10)
    rows.features = []
    let model = try rows.model(learner)
    #expect(areFinite(rows.predictions(model)))
    #expect(model.featureCount == 0)
  }

  @Test(arguments: treeLearners)
  func infiniteFeaturesAreTheSmallestAndTheLargest(learner: String) throws {
    var rows = rows(learner, count: 40, features: 1)
    let isClassifier = rows.classCount > 0
    rows.features[0] = (0..<40).map {
      switch $0 % 4 {
      case 0: -.infinity
      case 1: -1e308
      case 2: 1e308
      default: .infinity
      }
    }
    rows.label = (0..<40).map { Double(isClassifier ? ($0 % 4) / 2 : $0 % 4) }
    let parameters: [String: ParameterValue] =
      learner.hasPrefix("RandomForest") ? ["bootstrap": .boolean(false)] : [:]
    let error = rows.error(try rows.model(learner, parameters))
    // Of boosted numbers 19 steps of a fifth are left.
    #expect(error < (learner == "GBTRegressor" ? 1e-2 : 1e-12))
  }

  /// Short and long columns are sorted in different ways, few and many bins searched in different ways.
  @Test(arguments: [100, 510, 512, 3000], [2, 32, 128, 130, 5000])
  func valuesOfAllMagnitudesAreInTheirOrder(count: Int, maxBins: Int) throws {
    var random = SeededGenerator(state: UInt64(count))
    let values = (0..<count).map { row -> Double in
      let magnitude = Double(
        sign: row % 2 == 0 ? .plus : .minus, exponent: Int.random(in: -1070...1020, using: &random),
        significand: 1.5)
      return row % 50 == 0 ? .infinity : row % 50 == 1 ? -.infinity : magnitude
    }
    // As many below as above, so that an even number of bins of equal weight tells them apart.
    let rows = TreeRows(features: [values], label: values.map { $0 > 0 ? 1 : 0 })
    let model = try #require(
      try rows.model(
        "DecisionTreeRegressor", ["maxDepth": .integer(1), "maxBins": .integer(Int64(maxBins))])
        as? DecisionTreeModel)
    #expect(rows.predictions(model) == rows.label)
  }

  @Test(arguments: ["DecisionTreeRegressor", "RandomForestRegressor", "GBTRegressor"])
  func infiniteLabelsAreAnError(learner: String) throws {
    for label in [Double.infinity, -.infinity] {
      var rows = rows(learner, count: 10)
      rows.label[3] = label
      #expect(throws: TrainingError.notFinite) { try rows.model(learner) }
    }
  }

  /// No label or weight that is a double may trap; what comes of it is finite or an error.
  @Test(arguments: treeLearners)
  func extremeLabelsAndWeightsDoNotTrap(learner: String) throws {
    let values = [0, .leastNonzeroMagnitude, 0x1p-1030, 1, 1e154, 1e300, 1.7e307]
    for (seed, scale) in values.enumerated() {
      var rows = rows(learner, count: 30, seed: UInt64(seed))
      if rows.classCount == 0 { rows.label = rows.label.map { $0 * scale / 3 } }
      rows.features[1] = rows.features[1].map { $0 * scale }
      rows.weights = (0..<30).map { values[($0 + seed) % values.count] }
      do {
        let predictions = rows.predictions(try rows.model(learner))
        #expect(areFinite(predictions))
      } catch let error as TrainingError {
        #expect(error == .notFinite)
      }
    }
  }

  @Test(arguments: ["DecisionTreeClassifier", "RandomForestClassifier", "GBTClassifier"])
  func labelsThatAreNoClassAreAnError(learner: String) throws {
    for label in [-1, 0.5, 2, 1e300, .infinity] {
      var rows = rows(learner, count: 10)
      rows.label[4] = label
      #expect(throws: TrainingError.labelIsNoClass(label, classCount: 2)) {
        try rows.model(learner)
      }
    }
  }

  @Test(arguments: treeLearners)
  func aTrainerForgetsTheGroupBefore(learner: String) throws {
    let (first, second) = (rows(learner, count: 90, seed: 4), rows(learner, count: 25, seed: 5))
    let trainer = try first.trainer(learner)
    var bytes: [[UInt8]] = []
    for rows in [second, first, second] {
      try rows.withExamples { try trainer.fit($0) }
      var writer = ModelWriter()
      trainer.model.write(to: &writer)
      bytes.append(writer.bytes)
    }
    #expect(bytes[0] == bytes[2])
    #expect(bytes[0] != bytes[1])
  }
}
