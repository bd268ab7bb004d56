/// Writes models of one learner and the same features, of which one training makes very many: what they have in common is
/// brought into bytes once.
///
/// The order of the bytes is described in docs/models.md.
package struct StoredModelWriter: Sendable {
  /// The version, the learner, its kind and the features' names.
  private let head: [UInt8]

  package init(learner: String, kind: LearnerKind, featureNames: [String]) {
    var writer = ModelWriter()
    writer.append(contentsOf: StoredModelFormat.magic)
    writer.append(StoredModelFormat.version)
    writer.append(learner)
    writer.append(kind.code)
    writer.append(count: featureNames.count)
    for name in featureNames { writer.append(name) }
    head = writer.bytes
  }

  /// Appends the bytes of one model; how many they are tells `writer.bytes.count`.
  /// - Parameters:
  ///   - categories: of each feature the categories in the order of their codes, nil for a number; empty where all are numbers.
  ///   - classes: of a classification, in the order of their codes.
  /// - Complexity: O(bytes), without an allocation but for the writer's own memory.
  package func append(
    _ model: any Model, preparation: FeaturePreparation? = nil, categories: [[String]?] = [],
    classes: [String] = [], to writer: inout ModelWriter
  ) {
    writer.append(contentsOf: head)
    var categoryFeatures = 0
    for list in categories where list != nil { categoryFeatures += 1 }
    writer.append(count: categoryFeatures)
    for (feature, list) in categories.enumerated() {
      guard let list else { continue }
      writer.append(count: feature)
      writer.append(count: list.count)
      for category in list { writer.append(category) }
    }
    writer.append(count: classes.count)
    for name in classes { writer.append(name) }
    writer.append(preparation != nil)
    preparation?.write(to: &writer)
    writer.append(type(of: model).form.rawValue)
    model.write(to: &writer)
  }
}

/// What a stored model's bytes begin with.
enum StoredModelFormat {
  /// "RMDL": a model of Roost.
  static let magic: [UInt8] = [0x52, 0x4d, 0x44, 0x4c]
  static let version: UInt8 = 1
}

extension LearnerKind {
  /// A number that never gets another meaning.
  var code: UInt8 {
    switch self {
    case .regression: 1
    case .classification: 2
    case .clustering: 3
    case .forecasting: 4
    }
  }

  init(code: UInt8) throws(ModelFormatError) {
    guard let kind = Self.allCases.first(where: { $0.code == code }) else {
      throw .outOfRange(Int64(code))
    }
    self = kind
  }
}
