import Columnar
import Plan

/// How models and the rows that they are for are laid out for one shuffle: each with nulls where the other has columns.
struct PredictionLayout: Hashable {
  /// Over the columns of the table of models.
  let models: [NamedExpression]
  /// Over the columns of the table of rows.
  let rows: [NamedExpression]
  let operation: PredictionOperation

  init(_ prediction: Prediction, rowSchema: Schema) {
    // Names of rows are what features are found by, so the others make way.
    let keyNames = prediction.modelKeys.indices.map { "key[\($0)]" }
    let modelName = "model[]"
    models =
      zip(keyNames, prediction.modelKeys).map {
        NamedExpression(name: $0, expression: $1.expression)
      } + [
        NamedExpression(name: modelName, expression: .column(prediction.modelColumn, .binary))
      ]
      + rowSchema.fields.map {
        NamedExpression(name: $0.name, expression: .literal(.null, $0.type))
      }
    rows =
      zip(keyNames, prediction.rowKeys).map { NamedExpression(name: $0, expression: $1) }
      + [NamedExpression(name: modelName, expression: .literal(.null, .binary))]
      + rowSchema.fields.enumerated().map { index, field in
        NamedExpression(name: field.name, expression: .column(index, field.type))
      }
    operation = PredictionOperation(
      schema: Schema(rows.map { Field($0.name, $0.expression.type) }),
      keyCount: prediction.rowKeys.count, form: prediction.form)
  }
}
