import Columnar
import Learning

/// Why a training cannot be done as a job asks for it.
package enum TrainingProblem: Hashable, Sendable {
  case unknownLearner(String, nearest: String?, known: [String])
  /// The same learner with the same parameters twice.
  case duplicateLearner(String)
  case unknownParameter(String, learner: String, nearest: String?, known: [String])
  case parameter(ParameterError)
  case mixedKinds([String])
  /// A learner whose models nothing takes yet.
  case notARegression(String, kind: String)
  /// A label or feature that is no number.
  case notNumeric(role: String, text: String, type: DataType)
  case labelIsFeature(String)
  case unknownMetric(String, nearest: String?, known: [String])
  case duplicateMetric(String)
}

extension TrainingProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownLearner(let name, let nearest, let known):
      "there is no learner '\(name)'" + proposal(nearest, known)
    case .duplicateLearner(let name):
      "the learner \(name) is listed twice with the same parameters"
    case .unknownParameter(let name, let learner, let nearest, let known):
      "\(learner) has no parameter '\(name)'" + proposal(nearest, known)
    case .parameter(let error): "\(error)"
    case .notARegression(let name, let kind):
      "\(name) is a learner of \(kind), whose models a table cannot hold yet: `train` takes learners of regression"
    case .mixedKinds(let learners):
      """
      the learners of one table must be of one kind, and these are not: \
      \(learners.joined(separator: ", ")); train them in two tables
      """
    case .notNumeric(let role, let text, let type):
      "the \(role) `\(text)` is of type \(type); it must be a number or a boolean"
    case .labelIsFeature(let name):
      "the label '\(name)' is also a feature; a model that is told the answer learns nothing"
    case .unknownMetric(let name, let nearest, let known):
      "these learners have no metric '\(name)'" + proposal(nearest, known)
    case .duplicateMetric(let name): "the metric \(name) is listed twice"
    }
  }

  private func proposal(_ nearest: String?, _ known: [String]) -> String {
    nearest == nil ? "; there are \(known.joined(separator: ", "))" : suggestion(nearest)
  }
}
