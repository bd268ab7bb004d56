import Foundation
import Learning
import Testing

@Suite struct TreeShapleyTests {
  /// What a tree is expected to say of an example of which only some features are known (algorithm 1 of Lundberg, Erion,
  /// Lee): a split by an unknown feature is averaged over the training examples of its children.
  private func expectation(
    _ trees: Trees, _ index: Int, _ example: [Double], known: Set<Int>, _ leaf: (Int) -> Double
  ) -> (value: Double, cover: Double) {
    let node = trees.nodes[index]
    if node.isLeaf { return (leaf(Int(node.next)), trees.leafCovers[Int(node.next)]) }
    let left = expectation(trees, index + 1, example, known: known, leaf)
    let right = expectation(trees, Int(node.next), example, known: known, leaf)
    let cover = left.cover + right.cover
    guard known.contains(node.feature) else {
      return ((left.value * left.cover + right.value * right.cover) / cover, cover)
    }
    return (example[node.feature] <= node.threshold ? left.value : right.value, cover)
  }

  /// Shapley's sum over all subsets of the other features.
  private func bruteForce(
    _ trees: Trees, _ example: [Double], feature: Int, _ leaf: (Int) -> Double
  ) -> Double {
    let others = example.indices.filter { $0 != feature }
    var sum = 0.0
    for subset in 0..<(1 << others.count) {
      let known = Set(others.indices.filter { subset >> $0 & 1 == 1 }.map { others[$0] })
      var weight = 1.0 / Double(example.count)
      for index in 0..<known.count {
        weight *= Double(index + 1) / Double(example.count - 1 - index)
      }
      for root in trees.roots {
        sum +=
          weight
          * (expectation(trees, root, example, known: known.union([feature]), leaf).value
            - expectation(trees, root, example, known: known, leaf).value)
      }
    }
    return sum
  }

  private func shapleyValues(_ model: any ShapleyModel, _ rows: TreeRows) -> [Double] {
    rows.withExamples { examples in
      let count = examples.rowCount * model.explainedOutputCount * model.featureCount
      return [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
        if let base = buffer.baseAddress { model.shapleyValues(examples, into: base) }
        initialized = count
      }
    }
  }

  private func firstFeatures(_ name: String, _ count: Int) throws -> TreeRows {
    let table = try TreesFixture.table(name)
    var rows = table.rows(Array(table.label.indices))
    rows.features = Array(rows.features.prefix(count))
    return rows
  }

  @Test func agreesWithTheSumOverAllSubsetsOfFeatures() throws {
    let rows = try firstFeatures("diabetes", 6)
    let model = try rows.model("DecisionTreeRegressor", ["maxDepth": .integer(7)])
    let trees = try #require(model as? DecisionTreeModel).trees
    let values = shapleyValues(try #require(model as? any ShapleyModel), rows)
    for row in stride(from: 0, to: rows.label.count, by: 40) {
      let example = rows.features.map { $0[row] }
      for feature in example.indices {
        let expected = bruteForce(trees, example, feature: feature) { trees.leafValues[$0] }
        #expect((values[row * 6 + feature] - expected).magnitude < 1e-10)
      }
    }
  }

  @Test func agreesForTheSharesOfClassesInAForest() throws {
    let rows = try firstFeatures("wine", 5)
    let model = try rows.model(
      "RandomForestClassifier", ["maxDepth": .integer(4), "numTrees": .integer(3)])
    let trees = try #require(model as? TreeEnsembleModel).trees
    let values = shapleyValues(try #require(model as? any ShapleyModel), rows)
    for row in stride(from: 0, to: rows.label.count, by: 20) {
      let example = rows.features.map { $0[row] }
      for feature in example.indices {
        for label in 0..<3 {
          let expected =
            bruteForce(trees, example, feature: feature) {
              trees.leafValues[3 * $0 + label] / trees.leafCovers[$0]
            } / 3
          #expect((values[(row * 3 + label) * 5 + feature] - expected).magnitude < 1e-12)
        }
      }
    }
  }

  @Test(arguments: treeLearners, [false, true])
  func valuesSumToThePrediction(learner: String, hasCategories: Bool) throws {
    let table = try TreesFixture.table(
      learner.hasSuffix("Regressor") ? "diabetes" : "breast cancer")
    var rows = table.rows(Array(table.label.indices))
    rows.weights = rows.label.indices.map { Double($0 % 5) }
    if hasCategories {
      rows.features[1] = rows.features[0].map {
        $0.truncatingRemainder(dividingBy: 9).rounded(.down)
      }
      rows.categoryCounts = rows.features.indices.map { $0 == 1 ? 9 : 0 }
    }
    let model = try rows.model(learner)
    let explained = try #require(model as? any ShapleyModel)
    let values = shapleyValues(explained, rows)
    let expected = explained.expectedValues
    let width = explained.explainedOutputCount
    try #require(expected.count == width)
    let predictions = rows.predictions(model)
    for row in rows.label.indices {
      for output in 0..<width {
        let start = (row * width + output) * rows.features.count
        let sum = values[start..<(start + rows.features.count)].reduce(expected[output], +)
        if learner == "GBTClassifier" {
          let probability = predictions[2 * row + 1]
          #expect((1 / (1 + exp(-2 * sum)) - probability).magnitude < 1e-9)
        } else {
          let prediction = predictions[row * width + output]
          #expect((sum - prediction).magnitude < 1e-9 * max(1, prediction.magnitude))
        }
      }
    }
  }

  @Test func aFeatureThatNoSplitUsesAddsNothing() throws {
    var rows = TreeRows(features: [[1, 2, 3, 4], [5, 5, 5, 5]], label: [1, 1, 3, 3])
    rows.weights = [1, 1, 2, 2]
    let model = try #require(try rows.model("DecisionTreeRegressor") as? DecisionTreeModel)
    let mean = 14.0 / 6
    #expect(model.expectedValues.count == 1)
    #expect((model.expectedValues[0] - mean).magnitude < 1e-12)
    let values = shapleyValues(model, rows)
    for (row, label) in rows.label.enumerated() {
      #expect((values[2 * row] - (label - mean)).magnitude < 1e-12)
      #expect(values[2 * row + 1] == 0)
    }
  }
}
