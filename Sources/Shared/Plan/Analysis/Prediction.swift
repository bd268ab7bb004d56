import Columnar
import Learning

/// What the models of one table predict for the rows of another, which find theirs by its key.
package struct Prediction: Hashable, Sendable {
  /// A table by its index, and its columns: those of the key and the models themselves.
  package var models: Int
  package var modelKeys: [NamedExpression]
  package var modelColumn: Int
  /// A table by its index, and what of its rows is the key, of the same types.
  package var rows: Int
  package var rowColumnCount: Int
  package var rowKeys: [BoundExpression]
  package var form: PredictionForm

  package init(
    models: Int, modelKeys: [NamedExpression], modelColumn: Int, rows: Int,
    rowColumnCount: Int, rowKeys: [BoundExpression], form: PredictionForm
  ) {
    self.models = models
    self.modelKeys = modelKeys
    self.modelColumn = modelColumn
    self.rows = rows
    self.rowColumnCount = rowColumnCount
    self.rowKeys = rowKeys
    self.form = form
  }
}

/// What is predicted: the columns that come after those of the rows.
package struct PredictionForm: Hashable, Sendable {
  package var kind: LearnerKind
  /// The type of the classes of a classification.
  package var classType: DataType?
  package var explainsByShap: Bool

  package init(kind: LearnerKind, classType: DataType?, explainsByShap: Bool) {
    self.kind = kind
    self.classType = classType
    self.explainsByShap = explainsByShap
  }

  package var fields: [Field] {
    var fields: [Field] = []
    switch kind {
    case .regression, .forecasting: fields.append(Field("prediction", .double))
    case .classification:
      fields += [
        Field("prediction", classType ?? .string), Field("probability", .list(.double)),
      ]
    case .clustering:
      fields += [Field("prediction", .long), Field("probability", .list(.double))]
    }
    if explainsByShap {
      fields += [Field("shap_values", .list(.double)), Field("expected_value", .list(.double))]
    }
    return fields
  }
}
