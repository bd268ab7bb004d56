import Foundation
import Learning
import Testing

/// Tests/Fixtures/models.json: bytes of models that a version wrote, and what it predicted.
private struct KeptModels: Decodable {
  struct Kept: Codable, Sendable, CustomTestStringConvertible {
    let name: String
    /// Two digits a byte.
    let hex: String
    /// A column a feature, before preparation; empty for a forecast.
    let rows: [[Double]]
    /// Row after row.
    let predictions: [Double]

    var testDescription: String { name }

    var bytes: [UInt8] {
      get throws {
        let digits = Array(hex.utf8)
        return try stride(from: 0, to: digits.count, by: 2).map { index in
          try #require(UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16))
        }
      }
    }
  }

  var models: [Kept]

  static let path = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Fixtures/models.json")

  static let shared: KeptModels = {
    do {
      return try JSONDecoder().decode(KeptModels.self, from: Data(contentsOf: path))
    } catch {
      fatalError("\(path.path): \(error)")
    }
  }()
}

/// What was written once must be read forever: these models are never written anew, those of later versions are added.
@Suite struct KeptModelsTests {
  @Test func allFormsAreKept() throws {
    let forms = try KeptModels.shared.models.map { try type(of: StoredModel($0.bytes).model).form }
    #expect(Set(forms) == Set(ModelForm.allCases))
  }

  @Test(arguments: KeptModels.shared.models)
  private func isReadToTheSamePredictions(kept: KeptModels.Kept) throws {
    let stored = try StoredModel(try kept.bytes)
    let predictions = stored.predictions(kept.rows)
    #expect(predictions.count == kept.predictions.count)
    for (found, expected) in zip(predictions, kept.predictions) {
      // The exponentials of another C library round in another way.
      #expect((found - expected).magnitude <= 1e-12 * max(1, expected.magnitude))
    }
  }

  /// While there is one version, what is written has not changed either.
  @Test(arguments: KeptModels.shared.models)
  private func isWrittenAsItWas(kept: KeptModels.Kept) throws {
    let bytes = try kept.bytes
    #expect(try StoredModel(bytes).bytes == bytes)
  }

  /// Adds the cases that are not there yet.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["WRITE_KEPT_MODELS"] != nil))
  func writeTheNewModels() throws {
    var kept = KeptModels.shared
    let names = Set(kept.models.map(\.name))
    for tested in StoredModelCase.all where !names.contains(tested.name) {
      let digits = tested.stored.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
      kept.models.append(
        KeptModels.Kept(
          name: tested.name, hex: digits.joined(), rows: tested.rows,
          predictions: tested.stored.predictions(tested.rows)))
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // A model a line, so that a change of one is seen.
    let lines = try kept.models.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
    let text = "{\"models\":[\n\(lines.joined(separator: ",\n"))\n]}\n"
    try text.write(to: KeptModels.path, atomically: true, encoding: .utf8)
  }
}
