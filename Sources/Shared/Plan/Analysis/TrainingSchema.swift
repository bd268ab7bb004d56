import Columnar
import Learning

/// The columns that training appends to the keys of a group: one row a group and learner that stays.
///
/// Analysis takes the schema of a table from here and executors fill exactly these columns.
package enum TrainingColumn: Hashable, Sendable {
  case learner
  /// The parameters that are stated or that a search chose, as JSON.
  case parameters
  case trials
  case rows, trainRows, testRows, droppedRows
  case metric(ResultMetric)
  /// For each class a list of how many of its rows were predicted to be of each class.
  case confusionMatrix(ResultMetric.Part)
  /// The order of confusion matrices: `classes`, and behind them those that only rows held out have.
  case confusionClasses(DataType)
  /// In the order of the probabilities that a model predicts.
  case classes(DataType)
  case clusters
  case intercept, coefficients
  /// What the coefficients are of, where categories have become several columns.
  case coefficientNames
  case forecast, forecastLower, forecastUpper
  case importances(Explanation)
  case model
  case error

  package var field: Field {
    switch self {
    case .learner: Field("learner", .string)
    case .parameters: Field("params", .string)
    case .trials: Field("trials", .long)
    case .rows: Field("rows", .long)
    case .trainRows: Field("train_rows", .long)
    case .testRows: Field("test_rows", .long)
    case .droppedRows: Field("dropped_rows", .long)
    case .metric(let metric): Field(metric.name, .double)
    case .confusionMatrix(let part):
      Field(
        ResultMetric(part: part, metric: .confusionMatrix).name, .list(.list(.double)))
    case .confusionClasses(let type): Field("confusion_classes", .list(type))
    case .classes(let type): Field("classes", .list(type))
    case .clusters: Field("clusters", .long)
    case .intercept: Field("intercept", .double)
    case .coefficients: Field("coefficients", .list(.double))
    case .coefficientNames: Field("coefficient_names", .list(.string))
    case .forecast: Field("forecast", .list(.double))
    case .forecastLower: Field("forecast_lower", .list(.double))
    case .forecastUpper: Field("forecast_upper", .list(.double))
    case .importances(.gain): Field("feature_importances", .list(.double))
    case .importances(.permutation): Field("permutation_importances", .list(.double))
    case .importances(.shap): Field("shap_importances", .list(.double))
    case .model: Field("model", .binary)
    case .error: Field("error", .string)
    }
  }
}

extension TrainingOptions {
  /// The columns of the result after the keys.
  package var resultColumns: [TrainingColumn] {
    var columns: [TrainingColumn] = [.learner]
    if search != nil || repeatsLearners { columns.append(.parameters) }
    if search != nil { columns.append(.trials) }
    columns += [.rows, .trainRows, .testRows, .droppedRows]
    columns += resultMetrics.map { .metric($0) }
    if metrics.contains(.confusionMatrix) {
      columns += [
        .confusionMatrix(.train), .confusionMatrix(.test), .confusionClasses(classType ?? .string),
      ]
    }
    switch kind {
    case .regression: break
    case .classification: columns.append(.classes(classType ?? .string))
    case .clustering: columns.append(.clusters)
    case .forecasting: columns += [.forecast, .forecastLower, .forecastUpper]
    }
    if kind == .regression || kind == .classification {
      columns += [.intercept, .coefficients]
      if hasCategories { columns.append(.coefficientNames) }
    }
    columns += explanations.map { .importances($0) }
    if storesModel { columns.append(.model) }
    return columns + [.error]
  }

  package var resultFields: [Field] { resultColumns.map(\.field) }

  /// The metrics that the result has as numbers, in the order of its columns. A forecast says nothing of the rows that it begins with.
  package var resultMetrics: [ResultMetric] {
    let parts = ResultMetric.Part.allCases.filter { part in
      switch part {
      case .train: kind != .forecasting
      case .test: true
      case .validation: folds > 0
      }
    }
    return parts.flatMap { part in
      metrics.filter(\.isNumber).map { ResultMetric(part: part, metric: $0) }
    }
  }
}
