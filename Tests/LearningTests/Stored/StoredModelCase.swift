import Learning
import Testing

/// A stored model of each form, trained on a few dozen flights, and rows that it predicts.
struct StoredModelCase: Sendable, CustomTestStringConvertible {
  let name: String
  let stored: StoredModel
  /// The features of rows before preparation, a column each: all are there.
  let rows: [[Double]]

  var testDescription: String { name }

  /// A case by its name.
  static func named(_ name: String) throws -> StoredModelCase {
    try #require(all.first { $0.name == name })
  }

  static let all: [StoredModelCase] = {
    do {
      return try makeAll()
    } catch {
      fatalError("\(error)")
    }
  }()

  // MARK: The rows

  private static let rowCount = 60
  private static let carriers = ["AA", "B6", "DL", "UA"]
  private static let features = [
    StoredModel.Feature(name: "distance"), StoredModel.Feature(name: "dep_delay"),
    StoredModel.Feature(name: "carrier", categories: carriers),
  ]

  /// Distances, delays and carriers, of which `nulls` leaves some out.
  private static func columns(nulls: Bool = false) -> [[Double]] {
    var random = SeededGenerator(state: 3)
    var columns: [[Double]] = [[], [], []]
    for row in 0..<rowCount {
      columns[0].append(Double(Int.random(in: 2...25, using: &random)) * 100)
      columns[1].append(Double(Int.random(in: -10...90, using: &random)))
      columns[2].append(Double(Int.random(in: 0..<carriers.count, using: &random)))
      if nulls, row % 7 == 3 { columns[row % 3][row] = .nan }
    }
    return columns
  }

  private static func arrivals() -> [Double] {
    let columns = columns()
    return (0..<rowCount).map { row in
      let noise = Double(row * 7919 % 13)
      return 0.9 * columns[1][row] - columns[0][row] / 200 + 4 * columns[2][row] + noise
    }
  }

  private static let series: [Double] = (0..<48).map { step in
    let season = [1.2, 0.7, 0.9, 1.3][step % 4]
    let noise = Double(step * 7919 % 11)
    return (100 + 2 * Double(step)) * season + noise
  }

  // MARK: The models

  private struct Preparing {
    var imputation = FeaturePreparation.Imputation.mean
    var scaling = FeaturePreparation.Scaling.standard
    var categories = FeaturePreparation.CategoryEncoding.indicators
  }

  private static func makeAll() throws -> [StoredModelCase] {
    let arrivals = arrivals()
    let isLate = arrivals.map { $0 > 40 ? 1.0 : 0 }
    let levels = arrivals.map { $0 > 60 ? 2.0 : $0 > 20 ? 1 : 0 }
    let late = ["on time", "late"]
    let level = ["on time", "late", "very late"]
    let regression = LearnerKind.regression
    let classification = LearnerKind.classification
    let codes = Preparing(scaling: .none, categories: .code)
    let small: [String: ParameterValue] = ["maxDepth": .integer(3)]
    let forest = small.merging(["numTrees": .integer(3)]) { $1 }
    let boosting = small.merging(["maxIter": .integer(3)]) { $1 }
    return [
      try make(
        "linear", "LinearRegression", regression, label: arrivals,
        Preparing(categories: .indicatorsButLast)),
      try make(
        "linear of plain numbers", "LinearRegression", regression, label: arrivals, featureCount: 2),
      try make(
        "generalized linear", "GeneralizedLinearRegression", regression,
        ["family": .string("poisson"), "regParam": .double(0.1)], label: levels,
        Preparing(imputation: .median, scaling: .minmax)),
      try make(
        "logistic", "LogisticRegression", classification, ["regParam": .double(0.1)],
        label: levels, classes: level, Preparing()),
      try make(
        "logistic of two", "LogisticRegression", classification, ["regParam": .double(0.1)],
        label: isLate, classes: late, featureCount: 2),
      try make(
        "support vectors", "LinearSVC", classification, ["regParam": .double(0.1)], label: isLate,
        classes: late, Preparing(imputation: .mode)),
      try make(
        "naive Bayes", "NaiveBayes", classification, ["modelType": .string("gaussian")],
        label: levels, classes: level, Preparing()),
      try make(
        "naive Bayes of zeros and ones", "NaiveBayes", classification,
        ["modelType": .string("bernoulli")], label: levels, classes: level,
        Preparing(imputation: .none, scaling: .none), features: 2..<3),
      try make(
        "isotonic", "IsotonicRegression", regression, ["featureIndex": .integer(1)],
        label: arrivals, featureCount: 2),
      try make(
        "tree", "DecisionTreeRegressor", regression, small, label: arrivals, codes),
      try make(
        "tree of classes", "DecisionTreeClassifier", classification, small, label: levels,
        classes: level, Preparing(imputation: .none, scaling: .none, categories: .code),
        nulls: false),
      try make(
        "forest", "RandomForestRegressor", regression, forest, label: arrivals, codes),
      try make(
        "forest of classes", "RandomForestClassifier", classification, forest, label: levels,
        classes: level, codes),
      try make(
        "boosted classes", "GBTClassifier", classification, boosting, label: isLate, classes: late,
        Preparing()),
      try make(
        "k-means", "KMeans", .clustering, ["k": .integer(3)], label: arrivals, Preparing()),
      try make(
        "bisecting k-means", "BisectingKMeans", .clustering, ["k": .integer(3)], label: arrivals,
        Preparing(), features: 0..<2),
      try make(
        "mixture", "GaussianMixture", .clustering, ["k": .integer(2)], label: arrivals,
        Preparing(), features: 0..<2),
      try forecast("seasonal naive", "SeasonalNaive"),
      try forecast("exponential smoothing", "ExponentialSmoothing"),
    ]
  }

  private static func make(
    _ name: String, _ learner: String, _ kind: LearnerKind,
    _ parameters: [String: ParameterValue] = [:], label: [Double], classes: [String] = [],
    featureCount: Int
  ) throws -> StoredModelCase {
    let columns = Array(columns().prefix(featureCount))
    let model = try fitModel(learner, parameters, columns, label, classCount: classes.count)
    let stored = StoredModel(
      learner: learner, kind: kind, features: Array(features.prefix(featureCount)),
      classes: classes, model: model)
    return StoredModelCase(name: name, stored: stored, rows: columns.map { Array($0.prefix(12)) })
  }

  private static func make(
    _ name: String, _ learner: String, _ kind: LearnerKind,
    _ parameters: [String: ParameterValue] = [:], label: [Double], classes: [String] = [],
    _ preparing: Preparing, nulls: Bool = true, features range: Range<Int> = 0..<3
  ) throws -> StoredModelCase {
    let features = Array(features[range])
    let raw = TreeRows(
      features: Array(columns(nulls: nulls)[range]), label: label, classCount: classes.count,
      categoryCounts: features.map { Int32($0.categories?.count ?? 0) })
    let preparation = try raw.withExamples {
      try FeaturePreparation(
        $0, imputation: preparing.imputation, scaling: preparing.scaling,
        categories: preparing.categories)
    }
    let prepared = TreeRows(
      features: apply(preparation, raw), label: label, classCount: classes.count,
      categoryCounts: preparation.columnCategoryCounts)
    let stored = StoredModel(
      learner: learner, kind: kind, features: features, classes: classes,
      preparation: preparation, model: try prepared.model(learner, parameters))
    return StoredModelCase(
      name: name, stored: stored, rows: columns()[range].map { Array($0.prefix(12)) })
  }

  private static func forecast(_ name: String, _ learner: String) throws -> StoredModelCase {
    let model = try forecastModel(learner, series, ["season": .integer(4)])
    let stored = StoredModel(learner: learner, kind: .forecasting, features: [], model: model)
    return StoredModelCase(name: name, stored: stored, rows: [])
  }

  /// The columns that a preparation makes of rows.
  static func apply(_ preparation: FeaturePreparation, _ rows: TreeRows) -> [[Double]] {
    let count = rows.label.count
    var values = [Double](repeating: 0, count: max(1, preparation.columnCount * count))
    rows.withExamples { examples in
      values.withUnsafeMutableBufferPointer {
        preparation.apply(examples, into: $0.baseAddress!, stride: count)
      }
    }
    return (0..<preparation.columnCount).map { Array(values[$0 * count..<($0 + 1) * count]) }
  }
}

extension StoredModel {
  /// What it predicts for these rows, `output.width` values a row; a forecast has as many rows as `rowCount`.
  func predictions(_ columns: [[Double]], rowCount: Int? = nil) -> [Double] {
    let rowCount = rowCount ?? columns.first?.count ?? 12
    var values = [Double](repeating: -7, count: max(1, rowCount * model.output.width))
    withExamples(columns, [Double](repeating: 0, count: rowCount)) { examples in
      values.withUnsafeMutableBufferPointer { predict(examples, into: $0.baseAddress!) }
    }
    return Array(values.prefix(rowCount * model.output.width))
  }

  /// For each row and output a value a feature; nil where the model is not explained.
  func shapley(_ columns: [[Double]]) -> [Double]? {
    guard let outputCount = expectedValues?.count else { return nil }
    let rowCount = columns.first?.count ?? 12
    var values = [Double](repeating: -7, count: max(1, rowCount * outputCount * features.count))
    withExamples(columns, [Double](repeating: 0, count: rowCount)) { examples in
      values.withUnsafeMutableBufferPointer { shapleyValues(examples, into: $0.baseAddress!) }
    }
    return Array(values.prefix(rowCount * outputCount * features.count))
  }
}
