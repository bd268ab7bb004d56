import Learning
import Testing

/// Stored models as bytes.
@Suite struct StoredModelBytesTests {
  @Test func allFormsAreAmongTheCases() {
    let forms = Set(StoredModelCase.all.map { type(of: $0.stored.model).form })
    #expect(forms == Set(ModelForm.allCases))
  }

  @Test(arguments: StoredModelCase.all)
  func whatIsReadIsWhatWasWritten(tested: StoredModelCase) throws {
    let stored = tested.stored
    let read = try StoredModel(stored.bytes)
    #expect(read.learner == stored.learner)
    #expect(read.kind == stored.kind)
    #expect(read.features == stored.features)
    #expect(read.classes == stored.classes)
    #expect(read.bytes == stored.bytes)
    #expect(read.predictions(tested.rows) == stored.predictions(tested.rows))
  }

  @Test(arguments: StoredModelCase.all)
  func noPartOfTheBytesIsAModel(tested: StoredModelCase) throws {
    let bytes = tested.stored.bytes
    for length in 0..<bytes.count {
      #expect(throws: ModelFormatError.truncated) { try StoredModel(Array(bytes[..<length])) }
    }
    #expect(throws: ModelFormatError.tooLong) { try StoredModel(bytes + [0]) }
  }

  @Test func aWriterAppendsTheSameBytes() throws {
    let tested = try ["linear", "linear of plain numbers"].map { try StoredModelCase.named($0) }
    for stored in tested.map(\.stored) {
      let head = StoredModelWriter(
        learner: stored.learner, kind: stored.kind, featureNames: stored.features.map(\.name))
      var writer = ModelWriter()
      for _ in 0..<3 {
        head.append(
          stored.model, preparation: stored.preparation,
          categories: stored.features.map(\.categories), to: &writer)
      }
      #expect(writer.bytes == stored.bytes + stored.bytes + stored.bytes)
      writer.removeAll()
      #expect(writer.bytes.isEmpty)
    }
  }

  @Test func aLinearModelOfFourFeaturesIsSmall() throws {
    let model = LinearModel(
      intercept: 1, coefficients: [1, 2, 3, 4], featureMeans: [5, 6, 7, 8])
    let stored = StoredModel(
      learner: "LinearRegression", kind: .regression,
      features: ["a", "b", "c", "d"].map { StoredModel.Feature(name: $0) }, model: model)
    // Head 32, no categories, classes and preparation 3, form 1, 9 doubles and 2 counts.
    #expect(stored.bytes.count == 32 + 3 + 1 + 74)
  }

  // MARK: What is no model

  /// The stored bytes of a regression of one feature that is called x.
  private func bytes(
    magic: [UInt8] = Array("RMDL".utf8), version: UInt8 = 1, kind: UInt8 = 1,
    classes: [String] = [],
    form: UInt8 = 1, model: any Model = LinearModel(intercept: 1, coefficients: [2])
  ) -> [UInt8] {
    var writer = ModelWriter()
    writer.append(contentsOf: magic + [version])
    writer.append("LinearRegression")
    writer.append(kind)
    writer.append(count: 1)
    writer.append("x")
    writer.append(count: 0)
    writer.append(count: classes.count)
    for name in classes { writer.append(name) }
    writer.append(false)
    writer.append(form)
    model.write(to: &writer)
    return writer.bytes
  }

  @Test func bytesAreWhatTheFormatSays() throws {
    let model = LinearModel(intercept: 1, coefficients: [2])
    let stored = StoredModel(
      learner: "LinearRegression", kind: .regression, features: [.init(name: "x")], model: model)
    #expect(stored.bytes == bytes())
    #expect(try StoredModel(bytes()).predictions([[3]]) == [7])
  }

  @Test func otherBytesAreNoModel() {
    #expect(throws: ModelFormatError.truncated) { try StoredModel([]) }
    #expect(throws: ModelFormatError.notAModel) { try StoredModel(bytes(magic: [0x50, 0x41])) }
    #expect(throws: ModelFormatError.notAModel) { try StoredModel(bytes(version: 0)) }
    #expect(throws: ModelFormatError.newerVersion(2)) { try StoredModel(bytes(version: 2)) }
    #expect(throws: ModelFormatError.unknownForm(14)) { try StoredModel(bytes(form: 14)) }
    #expect(throws: ModelFormatError.outOfRange(9)) { try StoredModel(bytes(kind: 9)) }
  }

  @Test func partsMustGoTogether() {
    let wide = LinearModel(intercept: 1, coefficients: [2, 3])
    #expect(throws: ModelFormatError.featureCount(2, needed: 1)) {
      try StoredModel(bytes(model: wide))
    }
    #expect(throws: ModelFormatError.classCount(1, needed: 0)) {
      try StoredModel(bytes(classes: ["a"]))
    }
    for kind in [2, 3, 4] as [UInt8] {
      #expect(throws: ModelFormatError.self) { try StoredModel(bytes(kind: kind)) }
    }
    #expect(throws: ModelFormatError.wrongKind(.clustering, .linear)) {
      try StoredModel(bytes(kind: 3))
    }
  }

  @Test func preparedCategoriesMustBeKnown() throws {
    let stored = try StoredModelCase.named("linear").stored
    func with(_ features: [StoredModel.Feature]) -> [UInt8] {
      StoredModel(
        learner: stored.learner, kind: stored.kind, features: features,
        preparation: stored.preparation, model: stored.model
      ).bytes
    }
    let plain = stored.features.dropLast()
    #expect(throws: ModelFormatError.outOfRange(2)) {
      try StoredModel(with(plain + [.init(name: "carrier", categories: ["AA", "B6"])]))
    }
    #expect(throws: ModelFormatError.self) {
      try StoredModel(with(plain + [.init(name: "carrier")]))
    }
    #expect(throws: ModelFormatError.featureCount(3, needed: 2)) {
      try StoredModel(with(Array(plain)))
    }
  }

  @Test(arguments: ModelFormatErrorText.all)
  func errorsAreSaidInWords(tested: ModelFormatErrorText) {
    #expect(tested.error.description == tested.text)
  }

  // MARK: Bytes of anybody

  /// Thousands of models of wrong bytes: each is refused, or predicts, explains, describes itself and is written.
  @Test(arguments: StoredModelCase.all)
  func wrongBytesNeverTrap(tested: StoredModelCase) throws {
    let bytes = tested.stored.bytes
    let values = [0, 1, -1, 3, 1e308, -.infinity, .infinity, .leastNonzeroMagnitude, .nan, 2.5]
    var random = SeededGenerator(state: 5)
    var readable = 0
    for _ in 0..<4000 {
      var mutated = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0..<mutated.count, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: mutated.remove(at: place)
        case 1: mutated.insert(.random(in: 0...255, using: &random), at: place)
        case 2: mutated[place] ^= 1
        default: mutated[place] = .random(in: 0...255, using: &random)
        }
      }
      guard let read = try? StoredModel(mutated) else { continue }
      readable += 1
      let rows = Array(repeating: values, count: read.features.count)
      let predictions = read.predictions(rows, rowCount: values.count)
      #expect(predictions.count == values.count * read.model.output.width)
      #expect((read.shapley(rows) == nil) == (read.expectedValues == nil))
      #expect(read.lines.count > 1)
      // Counts may be written in more bytes than they need, so that lengths differ.
      #expect(try StoredModel(read.bytes).bytes == read.bytes)
    }
    #expect(readable > 400)
  }
}

/// An error and what it tells a person.
struct ModelFormatErrorText: Sendable, CustomTestStringConvertible {
  let error: ModelFormatError
  let text: String

  var testDescription: String { text }

  static let all = [
    ModelFormatErrorText(
      error: .featureCount(3, needed: 2),
      text: "the model's bytes are of 3 features in one place and of 2 in another"),
    ModelFormatErrorText(
      error: .classCount(1, needed: 3),
      text: "the model's bytes name 1 class, but the model tells 3 apart"),
    ModelFormatErrorText(
      error: .wrongKind(.clustering, .linear),
      text: "the model's bytes are of a clustering, which a model of form 1 is not for"),
    ModelFormatErrorText(
      error: .newerVersion(7),
      text: "the model has format 7, which a newer Roost wrote: update this one"),
  ]
}
