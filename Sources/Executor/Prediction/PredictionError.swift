import Columnar
import Learning

/// What keeps rows from being scored.
enum PredictionError: Error {
  /// A key has two models, of which nothing says which one is meant.
  case severalModels(key: [Scalar])
  case unreadable(ModelFormatError, key: [Scalar])
  /// A model of another kind than its table says.
  case otherKind(LearnerKind, expected: LearnerKind)
  case noColumn(feature: String, learner: String)
  case notANumber(feature: String, type: DataType)
  /// More rows than a forecast goes ahead.
  case tooFarAhead(limit: Int, key: [Scalar])
}

extension PredictionError: CustomStringConvertible {
  var description: String {
    switch self {
    case .severalModels(let key):
      "\(Self.text(key)) has several models: say `keep: best` where they are trained, or leave one with `where`"
    case .unreadable(let error, let key): "the model of \(Self.text(key)) cannot be read: \(error)"
    case .otherKind(let kind, let expected):
      """
      there is a model of \(kind) where models of \(expected) were expected: keep the columns that training gave to \
      their table
      """
    case .noColumn(let feature, let learner):
      "the rows have no column '\(feature)', which a model of \(learner) needs: name it in a `select`"
    case .notANumber(let feature, let type):
      "the column '\(feature)' is of type \(type), but a number is needed: cast it in a `select`"
    case .tooFarAhead(let limit, let key):
      "\(Self.text(key)) has more than \(limit) rows, and a forecast goes no farther ahead"
    }
  }

  private static func text(_ key: [Scalar]) -> String {
    key.isEmpty ? "the table" : "the key (\(key.map(\.shortText).joined(separator: ", ")))"
  }
}
