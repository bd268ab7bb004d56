import Foundation
import Learning
import Testing

/// Tests/Fixtures/clustering.json: what scikit-learn and Spark get.
struct ClusteringFixture: Decodable {
  struct Classification: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let probabilities: [[Double]]
    let label: [Double]
    let weights: [Double]
    let confusion: [Double]
    let metrics: [String: Double]

    var testDescription: String { name }
    var classCount: Int { probabilities[0].count }
  }

  struct KMeansResult: Decodable, Sendable {
    let k: Int
    let labels: [Double]
    let scikitLearn: [Double]
    let spark: [Double]
    let silhouette: Double

    private enum CodingKeys: String, CodingKey {
      case k, labels, spark, silhouette
      case scikitLearn = "scikit-learn"
    }
  }

  struct MixtureResult: Decodable, Sendable {
    let k: Int
    let likelihoods: [Double]
    let deviations: [Double]
    let weights: [Double]
    let means: [[Double]]
  }

  struct Clusters: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let features: [[Double]]
    let weights: [Double]
    let kMeans: KMeansResult
    let weightedKMeans: KMeansResult
    let cosineCosts: [Double]
    let bisecting: [String: [Double]]
    /// The columns that the mixture is of.
    let mixtureFeatures: [Int]
    let mixture: MixtureResult

    var testDescription: String { name }
  }

  let classification: [Classification]
  let clusters: [Clusters]

  static let shared: ClusteringFixture = {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Fixtures/clustering.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(ClusteringFixture.self, from: Data(contentsOf: path))
    } catch {
      fatalError("\(path.path): \(error)")
    }
  }()
}

/// Calls `body` with a view of columns, maybe of a label, weights and classes.
func withExamples<Result>(
  _ features: [[Double]], label: [Double]? = nil, weights: [Double]?, classCount: Int = 0,
  _ body: (Examples) throws -> Result
) rethrows -> Result {
  let label = label ?? Array(repeating: 0, count: features.first?.count ?? 0)
  return try withExamples(features, label) { plain in
    guard let weights else {
      return try body(
        Examples(
          features: plain.features, label: plain.label, rowCount: plain.rowCount,
          classCount: classCount))
    }
    return try weights.withUnsafeBufferPointer {
      try body(
        Examples(
          features: plain.features, label: plain.label, rowCount: plain.rowCount,
          weights: $0.baseAddress, classCount: classCount))
    }
  }
}

extension Model {
  /// What it predicts for each row, `output.width` values a row.
  func predictions(_ features: [[Double]]) -> [Double] {
    withExamples(features, weights: nil) { predictions($0) }
  }

  func predictions(_ examples: Examples) -> [Double] {
    var values = [Double](repeating: .nan, count: max(1, examples.rowCount * output.width))
    values.withUnsafeMutableBufferPointer { predict(examples, into: $0.baseAddress!) }
    return Array(values.prefix(examples.rowCount * output.width))
  }

  var bytes: [UInt8] {
    var writer = ModelWriter()
    write(to: &writer)
    return writer.bytes
  }
}

/// Holds that a model is read as it was written, and that no change of its bytes makes one that traps when it predicts.
func expectSoundBytes<M: Model & Equatable>(
  _ model: M, predict: (M) -> Void, tries: Int = 2000
) throws {
  let bytes = model.bytes
  var reader = ModelReader(bytes)
  #expect(try M(from: &reader) == model)
  #expect(reader.isAtEnd)
  for length in 0..<min(bytes.count, 400) {
    var reader = ModelReader(Array(bytes[..<length]))
    #expect(throws: ModelFormatError.self) { try M(from: &reader) }
  }
  var generator = SeededGenerator(state: 17)
  var readable = 0
  for _ in 0..<tries {
    var changed = bytes
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
      let index = Int.random(in: 0..<changed.count, using: &generator)
      // The first bytes are counts, which say the most.
      let position = Bool.random(using: &generator) ? index : min(index, index % 12)
      changed[position] = UInt8.random(in: .min ... .max, using: &generator)
    }
    var reader = ModelReader(changed)
    guard let other = try? M(from: &reader) else { continue }
    readable += 1
    // Who scores rows gives a model the features that it asks for; a million would take the test's time.
    if other.featureCount <= 1000 { predict(other) }
  }
  #expect(readable > 0)
}
