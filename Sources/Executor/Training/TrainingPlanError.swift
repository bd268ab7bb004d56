import Columnar
import Learning

/// A plan of training that this executor cannot carry out. Plans come checked from the driver: this is
/// what an executor says to one of another version.
enum TrainingPlanError: Error {
  case unknownLearner(String)
  case parameters(ParameterError)
  /// Merged statistics were asked for, which this learner or metric does not have.
  case notMergeable(String)
  case unexpectedType(Field, expected: DataType)
  case noLabel(LearnerKind)
  case namesMissing
  /// Trials of a search that there is not.
  case noSearch
  case space(SearchSpaceError)
}

extension TrainingPlanError: CustomStringConvertible {
  var description: String {
    switch self {
    case .unknownLearner(let name):
      "the plan trains '\(name)', which this executor does not know: run one version everywhere"
    case .parameters(let error): "\(error)"
    case .notMergeable(let name): "the plan merges statistics of \(name), which has none that merge"
    case .unexpectedType(let field, let expected):
      "the plan trains on column '\(field.name)' as \(expected), but it is \(field.type)"
    case .namesMissing: "the plan does not name all features"
    case .noSearch: "the plan names trials of a search that it does not have"
    case .space(let error): "\(error)"
    case .noLabel(let kind): "the plan trains learners of \(kind) without a label"
    }
  }
}
