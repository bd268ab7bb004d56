import Learning
import Testing

@Suite struct TreeParametersTests {
  private func rows(_ name: String) throws -> TreeRows {
    let table = try TreesFixture.table(name)
    return table.rows(Array(table.label.indices))
  }

  private func table(for learner: String) throws -> TreeRows {
    try rows(learner.hasSuffix("Regressor") ? "diabetes" : "breast cancer")
  }

  private func trees(_ model: any Model) throws -> Trees {
    if let tree = model as? DecisionTreeModel { return tree.trees }
    return try #require(model as? TreeEnsembleModel).trees
  }

  private func depth(_ trees: Trees, _ index: Int) -> Int {
    let node = trees.nodes[index]
    if node.isLeaf { return 0 }
    return 1 + max(depth(trees, index + 1), depth(trees, Int(node.next)))
  }

  @Test(arguments: treeLearners)
  func defaultsAreSparks(learner: String) throws {
    let defaults = try #require(LearnerRegistry.learner(named: learner)).validate([:])
    #expect(defaults["maxDepth"] == .integer(5))
    #expect(defaults["maxBins"] == .integer(32))
    #expect(defaults["minInstancesPerNode"] == .integer(1))
    #expect(defaults["minInfoGain"] == .double(0))
    #expect(defaults["minWeightFractionPerNode"] == .double(0))
    if learner.hasPrefix("RandomForest") {
      #expect(defaults["numTrees"] == .integer(20))
      #expect(defaults["featureSubsetStrategy"] == .string("auto"))
      #expect(defaults["bootstrap"] == .boolean(true))
    }
    if learner.hasPrefix("GBT") {
      #expect(defaults["maxIter"] == .integer(20))
      #expect(defaults["stepSize"] == .double(0.1))
      #expect(defaults["featureSubsetStrategy"] == .string("all"))
    }
  }

  @Test(arguments: treeLearners, [0, 1, 3, 30])
  func noTreeIsDeeperThanMaxDepth(learner: String, maxDepth: Int) throws {
    let model = try table(for: learner).model(learner, ["maxDepth": .integer(Int64(maxDepth))])
    let trees = try trees(model)
    let deepest = trees.roots.map { depth(trees, $0) }.max()
    #expect(try #require(deepest) <= maxDepth)
    if maxDepth <= 3 { #expect(deepest == maxDepth) }
  }

  @Test(arguments: treeLearners)
  func leavesHaveTheRowsAndTheWeightThatTheyMust(learner: String) throws {
    var rows = try table(for: learner)
    rows.weights = rows.label.indices.map { 0.5 + Double($0 % 2) }
    let total = rows.weights?.reduce(0, +) ?? 0
    let parameters: [String: ParameterValue] = [
      "minWeightFractionPerNode": .double(0.1), "minInstancesPerNode": .integer(60),
    ]
    let trees = try trees(try rows.model(learner, parameters))
    #expect(trees.leafCount > trees.treeCount)
    for cover in trees.leafCovers { #expect(cover >= max(0.1 * total, 60 * 0.5) - 1e-9) }
  }

  @Test func aMinimalGainPrunesSplits() throws {
    let rows = try rows("diabetes")
    let counts = try [0, 100, 1e4].map {
      try trees(try rows.model("DecisionTreeRegressor", ["minInfoGain": .double($0)])).leafCount
    }
    #expect(counts[0] > counts[1])
    #expect(counts[1] > counts[2])
    #expect(counts[2] == 1)
  }

  @Test(arguments: [
    "RandomForestRegressor", "RandomForestClassifier", "GBTRegressor", "GBTClassifier",
  ])
  func randomChoicesComeFromTheSeedAlone(learner: String) throws {
    let rows = try table(for: learner)
    let parameters: [String: ParameterValue] = [
      "subsamplingRate": .double(0.6), "featureSubsetStrategy": .string("sqrt"),
    ]
    let first = rows.predictions(try rows.model(learner, parameters, seed: 3))
    #expect(first == rows.predictions(try rows.model(learner, parameters, seed: 3)))
    #expect(first != rows.predictions(try rows.model(learner, parameters, seed: 4)))
  }

  /// Nodes look at as many features as the strategy says: with one feature a node, the root's is any.
  @Test(
    arguments: [
      (.string("all"), 1), (.double(1), 1), (.integer(30), 1), (.integer(1), 10),
      (.double(0.05), 10),
    ] as [(ParameterValue, Int)])
  func featureSubsetsHaveTheirSize(strategy: ParameterValue, roots: Int) throws {
    let rows = try rows("diabetes")
    let trees = try trees(
      try rows.model(
        "RandomForestRegressor",
        [
          "featureSubsetStrategy": strategy, "bootstrap": .boolean(false),
          "numTrees": .integer(200), "maxDepth": .integer(1),
        ]))
    #expect(Set(trees.roots.map { trees.nodes[$0].feature }).count == roots)
  }

  /// Without random rows and features all trees of a forest are the tree.
  @Test func aForestWithoutChoicesIsATree() throws {
    let rows = try rows("diabetes")
    let forest = try rows.model(
      "RandomForestRegressor",
      ["featureSubsetStrategy": .string("all"), "bootstrap": .boolean(false)])
    let tree = try rows.model("DecisionTreeRegressor")
    for (found, wanted) in zip(rows.predictions(forest), rows.predictions(tree)) {
      #expect((found - wanted).magnitude < 1e-12 * wanted)
    }
  }

  @Test(
    arguments: [
      ("RandomForestRegressor", "subsamplingRate", .double(0)),
      ("RandomForestRegressor", "featureSubsetStrategy", .double(1.5)),
      ("RandomForestClassifier", "featureSubsetStrategy", .integer(0)),
      ("RandomForestClassifier", "featureSubsetStrategy", .string("some")),
      ("RandomForestClassifier", "impurity", .string("variance")),
      ("GBTRegressor", "stepSize", .integer(0)),
      ("GBTRegressor", "lossType", .string("logistic")),
      ("GBTClassifier", "maxIter", .integer(0)),
      ("DecisionTreeRegressor", "maxDepth", .integer(31)),
      ("DecisionTreeRegressor", "maxBins", .integer(1)),
      ("DecisionTreeClassifier", "minWeightFractionPerNode", .double(0.6)),
    ] as [(String, String, ParameterValue)])
  func refusesParametersThatCannotBe(learner: String, name: String, value: ParameterValue) throws {
    let description = try #require(LearnerRegistry.learner(named: learner))
    let error = #expect(throws: ParameterError.self) { try description.learner([name: value]) }
    #expect("\(try #require(error))".contains("\(name) of \(learner) is \(value)"))
  }

  @Test func aStrategyIsReadFromAText() throws {
    let parameter = try #require(
      LearnerRegistry.learner(named: "GBTRegressor")?.parameter(named: "featureSubsetStrategy"))
    #expect(parameter.value(parsing: "log2") == .string("log2"))
    #expect(parameter.value(parsing: "3") == .integer(3))
    #expect(parameter.value(parsing: "0.5") == .double(0.5))
    #expect(parameter.value(parsing: "half") == nil)
    #expect(parameter.value(parsing: "-1") == nil)
  }
}
