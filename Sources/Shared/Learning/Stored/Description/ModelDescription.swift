/// A model that people can read.
protocol DescribedModel: Model {
  /// What it does, in lines without their ends.
  func lines(_ names: ModelNames) -> [String]
}

/// What the columns that a model sees and its classes are called.
struct ModelNames {
  let columns: [String]
  /// Of each column whose values are codes the categories, else nil.
  let categories: [[String]?]
  /// Of each column that is 1 for a category what a 0 says, else nil.
  let absences: [String?]
  let classes: [String]
}

extension StoredModel {
  /// The model in lines for people: its learner and kind, features with their categories and preparation, classes, and what
  /// it does with them. Numbers have six significant digits; long lists, tables and trees end with how much more there is.
  package var lines: [String] {
    var sections = [head, featureLines]
    if let model = model as? any DescribedModel { sections.append(model.lines(names)) }
    return Array(sections.filter { !$0.isEmpty }.joined(separator: [""]))
  }

  private var head: [String] {
    var lines = ["\(learner.shownName) (\(kind.rawValue))"]
    if !classes.isEmpty { lines.append("classes: \(classes.shownList(limit: 20))") }
    return lines
  }

  private var featureLines: [String] {
    if features.isEmpty { return [] }
    let hasCategories = features.contains { $0.categories != nil }
    if preparation == nil, !hasCategories {
      return ["features: \(features.map(\.name).shownList(limit: 20))"]
    }
    var table = TextTable(["feature", "values", "preparation"])
    for (index, feature) in features.enumerated() {
      let values = feature.categories?.shownList(limit: 6) ?? "number"
      let words = preparation?.features[index].words(feature.categories ?? []) ?? ""
      table.append([.text(feature.name.shownName), .text(values), .text(words)])
    }
    return table.lines
  }

  private var names: ModelNames {
    let columns = preparation?.columns ?? features.indices.map { .feature($0) }
    func name(_ column: FeaturePreparation.Column, _ relation: String) -> String {
      let feature = features[column.owner]
      guard case .indicator(_, let code) = column else { return feature.name.shownName }
      let category = Self.category(Int(code), of: feature.categories)
      return "\(feature.name.shownName) \(relation) \(category)"
    }
    func isIndicator(_ column: FeaturePreparation.Column) -> Bool {
      if case .indicator = column { true } else { false }
    }
    return ModelNames(
      columns: columns.map { name($0, "=") },
      categories: columns.map { isIndicator($0) ? nil : features[$0.owner].categories },
      absences: columns.map { isIndicator($0) ? name($0, "!=") : nil },
      classes: classes.map(\.shownName))
  }

  /// A category's name; its code where it has none.
  static func category(_ code: Int, of categories: [String]?) -> String {
    guard let categories, categories.indices.contains(code) else { return "category \(code)" }
    return categories[code].shownName
  }
}

extension PreparedFeature {
  /// What becomes of the feature, empty for nothing.
  fileprivate func words(_ categories: [String]) -> String {
    var parts: [String] = []
    switch self {
    case .number(let replacement, let center, let scale, let shift):
      if !replacement.isNaN { parts.append("null is \(replacement.short)") }
      if scale == 0 {
        parts.append("always \(shift.short)")
      } else if center != 0 || scale != 1 || shift != 0 {
        let origin = center < 0 ? "+ \((-center).short)" : "- \(center.short)"
        let ending = shift == 0 ? "" : " + \(shift.short)"
        parts.append("(value \(origin)) / \((1 / scale).short)" + ending)
      }
    case .code(let replacement):
      if let null = Self.nullCategory(replacement, categories) { parts.append(null) }
    case .indicators(let codes, let replacement):
      if let null = Self.nullCategory(replacement, categories) { parts.append(null) }
      let known = Set(codes)
      let others = categories.indices.filter { !known.contains(Int32(clamping: $0)) }
      var words = "a column of 0 and 1 for each"
      if !others.isEmpty { words += " but \(others.map { categories[$0] }.shownList(limit: 3))" }
      parts.append(words)
    }
    return parts.joined(separator: "; ")
  }

  private static func nullCategory(_ replacement: Double, _ categories: [String]) -> String? {
    guard let code = Int(exactly: replacement) else { return nil }
    return "null is \(StoredModel.category(code, of: categories))"
  }
}
