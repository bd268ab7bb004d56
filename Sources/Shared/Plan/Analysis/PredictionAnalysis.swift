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
    let sides = [(prediction.models.value, models), (prediction.rows.value, rows)]
    let columns = sides.compactMap { table, schema -> BoundExpression? in
      guard let index = schema.names.firstIndex(of: name.value) else {
        let nearest = nearestName(to: name.value, among: schema.names)
        report(
          .prediction(.noKey(name.value, table: table, nearest: nearest)), line: name.line)
        return nil
      }
      return .column(index, schema.fields[index].type)
    }
    guard columns.count == 2 else { return nil }
    // A string beside a number is read as one by SQL, but a key that is no number would then fail the job.
    let isTextual = (columns[0].type == .string) != (columns[1].type == .string)
    guard !isTextual, let type = commonType(columns[0].type, columns[1].type) else {
      report(
        .prediction(
          .keysDiffer(name.value, models: columns[0].type, rows: columns[1].type)),
        line: name.line)
      return nil
    }
    return (columns[0].casting(to: type), columns[1].casting(to: type))
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
