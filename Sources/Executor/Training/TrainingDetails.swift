import Columnar
import Learning
import Plan

/// The columns of a training's result that only training on rows fills, for those that are asked for.
struct TrainingDetails {
  private let rowCount: Int
  private var doubles: [TrainingColumn: [[Double]?]] = [:]
  private var classes: [[String]?] = []
  private var confusionClasses: [[String]?] = []
  private var coefficientNames: [[String]?] = []
  private var parameters: [String?] = []
  private var trials: [Int64] = []
  private var clusters: [Int64?] = []
  private var matrices: [ResultMetric.Part: [ConfusionMatrix?]] = [:]
  private let explanations: [Explanation]

  init(_ columns: [TrainingColumn], rowCount: Int) {
    self.rowCount = rowCount
    var explanations: [Explanation] = []
    for column in columns {
      switch column {
      case .parameters: parameters = Array(repeating: nil, count: rowCount)
      case .trials: trials = Array(repeating: 0, count: rowCount)
      case .confusionMatrix(let part): matrices[part] = Array(repeating: nil, count: rowCount)
      case .clusters: clusters = Array(repeating: nil, count: rowCount)
      case .classes: classes = Array(repeating: nil, count: rowCount)
      case .confusionClasses: confusionClasses = Array(repeating: nil, count: rowCount)
      case .coefficientNames: coefficientNames = Array(repeating: nil, count: rowCount)
      case .coefficients, .forecast, .forecastLower, .forecastUpper:
        doubles[column] = Array(repeating: nil, count: rowCount)
      case .importances(let explanation):
        doubles[column] = Array(repeating: nil, count: rowCount)
        explanations.append(explanation)
      case .learner, .rows, .trainRows, .testRows, .droppedRows, .metric, .intercept, .model,
        .error:
        break
      }
    }
    self.explanations = explanations
  }

  /// Sets what became of one learner on one group.
  /// - Parameter stated: the parameters that the job states for it.
  mutating func set(
    _ model: GroupModel, _ names: GroupNames, stated: [Trial.Choice], row: Int
  ) {
    if !parameters.isEmpty {
      parameters[row] = model.model == nil ? nil : stated.replaced(by: model.choices).json
      if !trials.isEmpty { trials[row] = Int64(model.trialCount) }
    }
    guard let trained = model.model else { return }
    matrices[.train]?[row] = model.trainErrors.confusion
    matrices[.test]?[row] = model.testErrors.confusion
    if !clusters.isEmpty { clusters[row] = Int64(trained.output.count) }
    if !self.classes.isEmpty { self.classes[row] = names.classes }
    if !confusionClasses.isEmpty { confusionClasses[row] = names.knownClasses }
    if !coefficientNames.isEmpty, model.linearModel != nil {
      coefficientNames[row] =
        model.preparation?.columnNames(names.features, names.categories) ?? names.features
    }
    doubles[.coefficients]?[row] = model.linearModel?.coefficients
    if let forecast = model.forecast {
      doubles[.forecast]?[row] = forecast.means
      doubles[.forecastLower]?[row] = forecast.lower
      doubles[.forecastUpper]?[row] = forecast.upper
    }
    for (explanation, values) in zip(explanations, model.importances) {
      doubles[.importances(explanation)]?[row] = values
    }
  }

  /// One of the columns that were asked for, in all rows; of learners that were trained on statistics it has nulls.
  func column(_ column: TrainingColumn) throws -> Column {
    switch column {
    case .parameters: return try Column(.string, parameters.map { $0.map { .string($0) } ?? .null })
    case .trials: return Column(.long, values: trials)
    case .clusters:
      return Column.copying(.long, clusters.map { $0 ?? 0 }, isPresent: clusters.map { $0 != nil })
    case .confusionMatrix(let part): return try lists(matrices[part] ?? [])
    case .classes(let type): return try lists(classes, of: type)
    case .confusionClasses(let type): return try lists(confusionClasses, of: type)
    case .coefficientNames: return try lists(coefficientNames, of: .string)
    default: return try lists(doubles[column] ?? [])
    }
  }

  private func lists(_ rows: [[Double]?]) throws(ColumnTooLarge) -> Column {
    let builder = ColumnBuilder(.list(.double), capacity: rows.count)
    for row in rows {
      guard let row else {
        builder.appendNull()
        continue
      }
      for value in row { builder.elementBuilder.append(value: value) }
      try builder.finishList()
    }
    return builder.finish()
  }

  private func lists(_ rows: [ConfusionMatrix?]) throws(ColumnTooLarge) -> Column {
    let builder = ColumnBuilder(.list(.list(.double)), capacity: rows.count)
    for matrix in rows {
      guard let matrix else {
        builder.appendNull()
        continue
      }
      for actual in 0..<matrix.classCount {
        let row = builder.elementBuilder
        for predicted in 0..<matrix.classCount {
          row.elementBuilder.append(value: matrix[actual, predicted])
        }
        try row.finishList()
      }
      try builder.finishList()
    }
    return builder.finish()
  }

  /// Lists of texts that were values of `type` before they became texts.
  private func lists(_ rows: [[String]?], of type: DataType) throws -> Column {
    let builder = ColumnBuilder(.list(.string), capacity: rows.count)
    for row in rows {
      guard let row else {
        builder.appendNull()
        continue
      }
      for value in row { try builder.elementBuilder.append(value) }
      try builder.finishList()
    }
    return try builder.finish().casting(to: .list(type))
  }
}

extension FeaturePreparation {
  /// What the columns that a learner sees are called: `carrier = UA` for the indicator of a category.
  func columnNames(_ features: [String], _ categories: [[String]?]) -> [String] {
    columns.map { column in
      switch column {
      case .feature(let feature): features[feature]
      case .indicator(let feature, let code):
        "\(features[feature]) = \(categories[feature]?[Int(code)] ?? "\(code)")"
      }
    }
  }
}

extension [Trial.Choice] {
  /// These, with the values of others that have the same name, and behind them those others that have not.
  fileprivate func replaced(by others: [Trial.Choice]) -> [Trial.Choice] {
    filter { choice in !others.contains { $0.name == choice.name } } + others
  }

  /// As JSON, in the order of the space.
  fileprivate var json: String {
    let entries = map { choice in
      switch choice.value {
      case .boolean(let value): "\"\(choice.name)\": \(value)"
      case .integer(let value): "\"\(choice.name)\": \(value)"
      case .double(let value): "\"\(choice.name)\": \(value)"
      // Words of a parameter's domain need no escapes.
      case .string(let value): "\"\(choice.name)\": \"\(value)\""
      }
    }
    return "{\(entries.joined(separator: ", "))}"
  }
}

extension PredictionErrors {
  fileprivate var confusion: ConfusionMatrix? {
    if case .classification(let errors) = self { errors.confusion } else { nil }
  }
}
