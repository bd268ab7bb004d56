import Learning
import Testing

/// Models of the linear and probabilistic families as bytes.
@Suite struct LinearModelBytesTests {
  private static let features = [[1.0, 2, 4, 7, 3, 5], [3.0, 1, 1, 2, 8, 4]]

  /// A learner, its parameters, labels and the number of their classes.
  private static let models:
    [(String, [String: ParameterValue], label: [Double], classCount: Int)] = [
      ("LinearRegression", [:], [2, 3, 5, 11, 1, 6], 0),
      ("LogisticRegression", ["regParam": .double(0.1)], [0, 1, 0, 1, 0, 1], 2),
      ("LogisticRegression", ["regParam": .double(0.1)], [0, 1, 2, 1, 0, 2], 3),
      ("LogisticRegression", [:], [0, 0, 0, 0, 0, 0], 1),
      ("GeneralizedLinearRegression", ["family": .string("poisson")], [2, 3, 5, 11, 1, 6], 0),
      (
        "GeneralizedLinearRegression",
        ["family": .string("tweedie"), "variancePower": .double(1.5)], [2, 3, 5, 11, 1, 6], 0
      ),
      ("LinearSVC", ["regParam": .double(0.1)], [0, 1, 0, 1, 0, 1], 2),
      ("NaiveBayes", [:], [0, 1, 0, 1, 2, 1], 3),
      ("NaiveBayes", ["modelType": .string("gaussian")], [0, 1, 0, 1, 2, 1], 3),
      ("IsotonicRegression", [:], [2, 3, 5, 11, 1, 6], 0),
    ]

  private func bytes(_ model: some Model) -> [UInt8] {
    var writer = ModelWriter()
    model.write(to: &writer)
    return writer.bytes
  }

  /// A model of the same form from bytes, which must be read to their end.
  private func read<M: Model>(_: M, _ bytes: [UInt8]) throws -> M {
    var reader = ModelReader(bytes)
    let model = try M(from: &reader)
    guard reader.isAtEnd else { throw ModelFormatError.tooLong }
    return model
  }

  @Test(arguments: models.indices)
  func predictsTheSameAfterReading(index: Int) throws {
    let (learner, parameters, label, classCount) = Self.models[index]
    let model = try fitModel(learner, parameters, Self.features, label, classCount: classCount)
    let copy = try read(model, bytes(model))
    #expect(predictions(copy, Self.features) == predictions(model, Self.features))
    #expect(copy.output == model.output)
    #expect(copy.featureCount == 2)
  }

  @Test(arguments: models.indices)
  func truncatedBytesAreAnError(index: Int) throws {
    let (learner, parameters, label, classCount) = Self.models[index]
    let model = try fitModel(learner, parameters, Self.features, label, classCount: classCount)
    let whole = bytes(model)
    for length in 0..<whole.count {
      #expect(throws: ModelFormatError.self) { try read(model, Array(whole[..<length])) }
    }
  }

  /// Whatever the bytes say, what is read predicts something for each row.
  @Test(arguments: models.indices)
  func mutatedBytesThrowOrPredict(index: Int) throws {
    let (learner, parameters, label, classCount) = Self.models[index]
    let model = try fitModel(learner, parameters, Self.features, label, classCount: classCount)
    let whole = bytes(model)
    var generator = SeededGenerator(state: UInt64(index) + 1)
    let values = [0, 1, -1, 1e308, -.infinity, .infinity, .leastNonzeroMagnitude]
    var readable = 0
    for _ in 0..<3000 {
      var mutated = whole
      for _ in 0...Int.random(in: 0..<3, using: &generator) {
        mutated[Int.random(in: 0..<mutated.count, using: &generator)] =
          UInt8.random(in: 0...255, using: &generator)
      }
      guard let copy = try? read(model, mutated) else { continue }
      guard copy.featureCount <= 64, copy.output.width <= 64 else { continue }
      readable += 1
      let rows = Array(repeating: values, count: copy.featureCount)
      if rows.isEmpty { continue }
      #expect(predictions(copy, rows).count == values.count * copy.output.width)
    }
    #expect(readable > 0)
  }

  @Test func aMutatedPreparationThrowsOrApplies() throws {
    let preparation = try withExamples([[1, .nan, 3, 4], [0, 1, 2, .nan]], [0, 0, 0, 0]) { plain in
      let counts: [Int32] = [0, 3]
      return try FeaturePreparation(
        Examples(
          features: plain.features, label: plain.label, rowCount: 4, categoryCounts: counts),
        imputation: .mean, scaling: .standard, categories: .indicators)
    }
    var writer = ModelWriter()
    preparation.write(to: &writer)
    var reader = ModelReader(writer.bytes)
    #expect(try FeaturePreparation(from: &reader) == preparation)
    #expect(reader.isAtEnd)
    var generator = SeededGenerator(state: 77)
    var readable = 0
    for _ in 0..<3000 {
      var mutated = writer.bytes
      mutated[Int.random(in: 0..<mutated.count, using: &generator)] =
        UInt8.random(in: 0...255, using: &generator)
      var reader = ModelReader(mutated)
      guard let copy = try? FeaturePreparation(from: &reader) else { continue }
      readable += 1
      let rows = Array(repeating: [0, 2, -1, 1e300, .infinity, .nan], count: copy.featureCount)
      withExamples(rows, [Double](repeating: 0, count: 6)) { examples in
        var output = [Double](repeating: 0, count: max(1, copy.columnCount * 6))
        output.withUnsafeMutableBufferPointer {
          copy.apply(examples, into: $0.baseAddress!, stride: 6)
        }
      }
    }
    #expect(readable > 0)
  }
}
