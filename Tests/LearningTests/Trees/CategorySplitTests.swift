import Learning
import Testing

@Suite struct CategorySplitTests {
  /// Categories 0..<6 whose labels are in no order of theirs.
  private func rows(classCount: Int, seed: UInt64) -> TreeRows {
    var random = SeededGenerator(state: seed)
    let category = (0..<60).map { _ in Double(Int.random(in: 0..<6, using: &random)) }
    let label = category.map { value -> Double in
      let noise = Double.random(in: 0...1, using: &random)
      return classCount == 0
        ? (value * 7).truncatingRemainder(dividingBy: 5) + noise
        : ((value * 7 + noise * 3).rounded(.down)).truncatingRemainder(
          dividingBy: Double(classCount))
    }
    return TreeRows(
      features: [category], label: label, classCount: classCount, categoryCounts: [6])
  }

  /// The sum over both sides of weight times impurity of the best of all subsets.
  private func bestImpurity(_ rows: TreeRows) -> Double {
    (1..<63).map { subset in
      [0, 1].map { side in
        impurity(
          rows, rows.label.indices.filter { subset >> Int(rows.features[0][$0]) & 1 == side })
      }.reduce(0, +)
    }.min() ?? 0
  }

  private func impurity(_ rows: TreeRows, _ side: [Int]) -> Double {
    guard !side.isEmpty else { return 0 }
    let labels = side.map { rows.label[$0] }
    let count = Double(labels.count)
    if rows.classCount == 0 {
      let mean = labels.reduce(0, +) / count
      return labels.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
    var squares = 0.0
    for label in 0..<rows.classCount {
      let share = Double(labels.count { $0 == Double(label) }) / count
      squares += share * share
    }
    return count * (1 - squares)
  }

  /// Of a number and of two classes the order by mean label holds the best of all subsets (Fisher, 1958).
  @Test(arguments: [0, 2], 1...8 as ClosedRange<UInt64>)
  func aSplitIsTheBestOfAllSubsets(classCount: Int, seed: UInt64) throws {
    let rows = rows(classCount: classCount, seed: seed)
    let learner = classCount == 0 ? "DecisionTreeRegressor" : "DecisionTreeClassifier"
    let model = try #require(
      try rows.model(learner, ["maxDepth": .integer(1)]) as? DecisionTreeModel)
    try #require(model.trees.nodeCount == 3)
    #expect(model.trees.nodes[0].isCategorySplit)
    let predictions = rows.predictions(model)
    let width = model.output.width
    let first = predictions[0]
    let sides = [
      rows.label.indices.filter { predictions[$0 * width] == first },
      rows.label.indices.filter { predictions[$0 * width] != first },
    ]
    let found = sides.map { impurity(rows, $0) }.reduce(0, +)
    #expect((found - bestImpurity(rows)).magnitude < 1e-9)
  }

  /// Of more classes one class against the rest: no worse than any split of one category from the others.
  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func ofThreeClassesEachIsTriedAgainstTheRest(seed: UInt64) throws {
    let rows = rows(classCount: 3, seed: seed)
    let model = try #require(
      try rows.model("DecisionTreeClassifier", ["maxDepth": .integer(1)]) as? DecisionTreeModel)
    let predictions = rows.predictions(model)
    let first = Array(predictions[0..<3])
    var sides: [[Int]] = [[], []]
    for row in rows.label.indices {
      sides[Array(predictions[(3 * row)..<(3 * row + 3)]) == first ? 0 : 1].append(row)
    }
    let found = sides.map { impurity(rows, $0) }.reduce(0, +)
    let purest = (0..<6).map { category in
      [true, false].map { isIt in
        impurity(
          rows, rows.label.indices.filter { (rows.features[0][$0] == Double(category)) == isIt })
      }.reduce(0, +)
    }.min()
    #expect(found <= (purest ?? 0) + 1e-9)
  }

  /// A category without examples at a node goes where more of the node's examples went.
  @Test func unseenCategoriesGoWithTheHeavierChild() throws {
    let rows = TreeRows(
      features: [[0, 0, 2, 2, 2, 4]], label: [1, 1, 5, 5, 5, 1], categoryCounts: [70])
    let model = try rows.model("DecisionTreeRegressor", ["maxBins": .integer(70)])
    var others = rows
    others.features = [[1, 3, 69, 70, 1e300, -1, .infinity, -.infinity, 0, 2, 4]]
    others.label = Array(repeating: 0, count: 11)
    #expect(others.predictions(model) == [1, 1, 1, 1, 1, 1, 1, 1, 1, 5, 1])

    var heavier = rows
    heavier.weights = [1, 1, 2, 2, 2, 1]
    let weighted = try heavier.model("DecisionTreeRegressor", ["maxBins": .integer(70)])
    #expect(others.predictions(weighted) == [5, 5, 5, 5, 5, 5, 5, 5, 1, 5, 1])
  }

  @Test(arguments: treeLearners)
  func moreCategoriesThanBinsAreAnError(learner: String) throws {
    var rows = rows(classCount: learner.hasSuffix("Classifier") ? 2 : 0, seed: 1)
    rows.categoryCounts = [33]
    let error = TrainingError.tooManyCategories(feature: 0, count: 33, maxBins: 32)
    #expect(throws: error) { try rows.model(learner) }
    #expect(
      error.message(features: ["carrier"])
        == "feature 'carrier' has 33 categories, but maxBins is 32: raise maxBins, or leave the feature out"
    )
  }

  @Test(arguments: [-1, 6, 0.5, .infinity, 1e300] as [Double])
  func valuesThatAreNoCategoryAreAnError(value: Double) throws {
    var rows = rows(classCount: 0, seed: 1)
    rows.features[0][9] = value
    #expect(throws: TrainingError.categoryOutOfRange(feature: 0, value: value, count: 6)) {
      try rows.model("DecisionTreeRegressor")
    }
  }
}
