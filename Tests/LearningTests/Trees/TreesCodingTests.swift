import Learning
import Testing

@Suite struct TreesCodingTests {
  /// A model with numbers, categories, weights and three classes or two.
  private func trained(_ learner: String) throws -> (model: any Model, rows: TreeRows) {
    var random = SeededGenerator(state: 7)
    let count = 120
    var rows = TreeRows(
      features: [
        (0..<count).map { _ in Double.random(in: -5...5, using: &random) },
        (0..<count).map { _ in Double(Int.random(in: 0..<70, using: &random)) },
        (0..<count).map { _ in Double(Int.random(in: 0..<3, using: &random)) },
      ], label: [])
    rows.categoryCounts = [0, 70, 3]
    rows.label = (0..<count).map { row in
      let sum = rows.features[0][row] + rows.features[1][row].truncatingRemainder(dividingBy: 7)
      return learner.hasSuffix("Regressor") ? sum : sum > 3 ? 1 : 0
    }
    if learner.hasSuffix("Classifier") { rows.classCount = 2 }
    if learner.hasPrefix("DecisionTree") {
      rows.weights = (0..<count).map { 0.3 + Double($0 % 4) }
    }
    return (try rows.model(learner, ["maxBins": .integer(80)]), rows)
  }

  private func bytes(_ model: any Model) -> [UInt8] {
    var writer = ModelWriter()
    model.write(to: &writer)
    return writer.bytes
  }

  private func read(_ bytes: [UInt8], like model: any Model) throws -> any Model {
    var reader = ModelReader(bytes)
    let read = try type(of: model).init(from: &reader)
    guard reader.isAtEnd else { throw ModelFormatError.tooLong }
    return read
  }

  @Test(arguments: treeLearners)
  func aModelThatIsReadPredictsTheSame(learner: String) throws {
    let (model, rows) = try trained(learner)
    let read = try read(bytes(model), like: model)
    #expect(rows.predictions(read) == rows.predictions(model))
    #expect(read.output == model.output)
    #expect(bytes(read) == bytes(model))
    let importances = try #require(model as? any FeatureImportanceModel).featureImportances
    #expect(try #require(read as? any FeatureImportanceModel).featureImportances == importances)
    #expect((importances.reduce(0, +) - 1).magnitude < 1e-12)
    let (explained, other) = try (
      #require(model as? any ShapleyModel), #require(read as? any ShapleyModel)
    )
    #expect(explained.expectedValues == other.expectedValues)
  }

  @Test(arguments: treeLearners)
  func bytesThatEndTooEarlyAreNoModel(learner: String) throws {
    let (model, _) = try trained(learner)
    let bytes = bytes(model)
    for count in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 300)) {
      #expect(throws: ModelFormatError.self) {
        try read(Array(bytes.prefix(count)), like: model)
      }
    }
  }

  /// Thousands of models of wrong bytes: each is refused or predicts and explains something.
  @Test(arguments: treeLearners)
  func wrongBytesNeverTrap(learner: String) throws {
    let (model, rows) = try trained(learner)
    let bytes = bytes(model)
    var random = SeededGenerator(state: 11)
    var row = rows
    row.features = rows.features.map { Array($0.prefix(2)) }
    row.features[1] = [1e300, -.infinity]
    row.label = [0, 0]
    row.weights = nil
    var readable = 0
    for _ in 0..<2000 {
      var mutated = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0..<mutated.count, using: &random)
        let early = min(place, Int.random(in: 0..<40, using: &random))
        mutated[Bool.random(using: &random) ? place : early] = .random(in: 0...255, using: &random)
      }
      guard let read = try? read(mutated, like: model), read.featureCount == 3 else { continue }
      readable += 1
      #expect(row.predictions(read).count == 2 * read.output.width)
      let explained = try #require(read as? any ShapleyModel)
      let count = 2 * explained.explainedOutputCount * read.featureCount
      let values = UnsafeMutablePointer<Double>.allocate(capacity: count)
      defer { values.deallocate() }
      row.withExamples { explained.shapleyValues($0, into: values) }
      #expect(explained.expectedValues.count == explained.explainedOutputCount)
    }
    #expect(readable > 100)
  }

  /// Splits one below the other without end would take the stack of whoever walks them.
  @Test func noPathIsDeeperThanTrees() throws {
    var writer = ModelWriter()
    writer.append(count: 1)
    writer.append(count: 0)
    writer.append(false)
    writer.append(true)
    writer.append(count: 1)
    for _ in 0..<31 {
      writer.append(count: 1)
      writer.append(0.5)
    }
    for _ in 0..<32 {
      writer.append(count: 0)
      writer.append(count: 1)
      writer.append(2.0)
    }
    writer.append([0.0])
    #expect(throws: ModelFormatError.outOfRange(30)) {
      var reader = ModelReader(writer.bytes)
      _ = try DecisionTreeModel(from: &reader)
    }
  }

  @Test func aTreeOfAFewCountsTakesAFewBytes() throws {
    let table = try TreesFixture.table("iris")
    let rows = table.rows(Array(table.label.indices))
    let model = try rows.model("DecisionTreeClassifier")
    let trees = try #require(model as? DecisionTreeModel).trees
    // A split takes 9 bytes, a leaf one and one a class; the rest are importances and counts.
    let splits = trees.nodeCount - trees.leafCount
    #expect(bytes(model).count == 9 * splits + 4 * trees.leafCount + 5 + 1 + 8 * 4)
  }
}
