import Columnar
import Learning

/// Why models cannot be joined to rows as a job asks for it.
package enum PredictionProblem: Hashable, Sendable {
  /// A table without a column of models.
  case noModels(String)
  /// A table of models from which its keys do not follow.
  case unknownKeys(String)
  case noKey(String, table: String, nearest: String?)
  case keysDiffer(String, models: DataType, rows: DataType)
  case nothingToExplain(LearnerKind)
}

extension PredictionProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noModels(let table):
      """
      '\(table)' has no column `model` of type binary: `train` makes one, unless it says `model: false`
      """
    case .unknownKeys(let table):
      """
      '\(table)' has no column `learner`, before which the keys of models stand: name the columns by which rows \
      find their model in `on`
      """
    case .noKey(let name, let table, let nearest):
      "'\(table)' has no column '\(name)', by which rows find their model\(suggestion(nearest))"
    case .keysDiffer(let name, let models, let rows):
      """
      '\(name)' is of type \(models) in the models and \(rows) in the rows, which cannot be compared: \
      cast one of them in a `select`
      """
    case .nothingToExplain(let kind):
      "models of \(kind) have no SHAP values: remove `explain`"
    }
  }
}
