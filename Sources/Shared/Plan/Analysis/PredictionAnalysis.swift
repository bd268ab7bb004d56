import Columnar
import Learning

/// `predict`: which columns of the models find those of the rows, and what is predicted.
extension Analyzer {
  /// - Parameters:
  ///   - models: the analysed table of the models.
  ///   - rows: the analysed table of the rows.
  mutating func prediction(
    _ prediction: JobPrediction, models: Int, rows: Int
  ) -> (input: AnalyzedTable.Input, schema: Schema)? {
    let (modelSchema, rowSchema) = (tables[models].schema, tables[rows].schema)
    guard let model = modelSchema.fields.firstIndex(where: { $0.isModel }) else {
      report(
        .prediction(.noModels(prediction.models.value)), line: prediction.models.line)
      return nil
    }
    guard let names = keyNames(prediction, modelSchema) else { return nil }
    var modelKeys: [NamedExpression] = []
    var rowKeys: [BoundExpression] = []
    for name in names {
      guard let (modelKey, rowKey) = keys(name, prediction, modelSchema, rowSchema) else {
        continue
      }
      modelKeys.append(NamedExpression(name: name.value, expression: modelKey))
      rowKeys.append(rowKey)
    }
    guard modelKeys.count == names.count else { return nil }
    let form = PredictionForm(modelSchema, explainsByShap: prediction.explainsByShap)
    if form.explainsByShap, form.kind != .regression, form.kind != .classification {
      report(.prediction(.nothingToExplain(form.kind)), line: prediction.line)
      return nil
    }
    let schema = Schema(rowSchema.fields + form.fields)
    guard checkUnique(schema.names, in: "the result of `predict`", line: prediction.line) else {
      return nil
    }
    return (
      .predict(
        Prediction(
          models: models, modelKeys: modelKeys, modelColumn: model, rows: rows,
          rowColumnCount: rowSchema.count, rowKeys: rowKeys, form: form)), schema
    )
  }

  /// The columns of `on`, or those that a training puts before `learner`: the keys of its groups.
  private mutating func keyNames(
    _ prediction: JobPrediction, _ models: Schema
  ) -> [Located<String>]? {
    if let on = prediction.on { return on }
    guard let learner = models.names.firstIndex(of: TrainingColumn.learner.field.name) else {
      report(.prediction(.unknownKeys(prediction.models.value)), line: prediction.models.line)
      return nil
    }
    return models.names[..<learner].map { Located($0, line: prediction.line) }
  }

  /// A key column of the models and that of the rows as the same type.
  private mutating func keys(
    _ name: Located<String>, _ prediction: JobPrediction, _ models: Schema, _ rows: Schema
  ) -> (models: BoundExpression, rows: BoundExpression)? {
    do throws(SharedKeyFailure) {
      let keys = try sharedKey(name.value, models, rows)
      return (keys.first, keys.second)
    } catch {
      switch error {
      case .missing(let fromModels, let nearest):
        let table = fromModels ? prediction.models : prediction.rows
        report(
          .prediction(.noKey(name.value, table: table.value, nearest: nearest)), line: name.line)
      case .differ(let model, let row):
        report(.prediction(.keysDiffer(name.value, models: model, rows: row)), line: name.line)
      }
      return nil
    }
  }
}

extension Field {
  fileprivate var isModel: Bool { self == TrainingColumn.model.field }
}

extension PredictionForm {
  /// What models of a table of this schema predict: training leaves a column that tells.
  init(_ models: Schema, explainsByShap: Bool) {
    var form = PredictionForm(kind: .regression, classType: nil, explainsByShap: explainsByShap)
    // Keys stand before the learner and may have any name.
    let learner = models.names.firstIndex(of: TrainingColumn.learner.field.name)
    for field in models.fields.dropFirst(learner ?? 0) {
      if field.name == TrainingColumn.classes(.string).field.name, case .list(let type) = field.type
      {
        form.kind = .classification
        form.classType = type
      } else if field == TrainingColumn.clusters.field {
        form.kind = .clustering
      } else if field == TrainingColumn.forecast.field {
        form.kind = .forecasting
      }
    }
    self = form
  }
}
