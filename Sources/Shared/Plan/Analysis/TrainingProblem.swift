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
  /// A key of `train` that learners of this kind do nothing with.
  case uselessKey(String, kind: LearnerKind)
  /// `split_by` where no rows are held out.
  case nothingToSplit
  /// A label or feature that is no number.
  case notNumeric(role: String, text: String, type: DataType)
  /// Classes or categories of a type whose values are not known by a text.
  case notACategory(role: String, text: String, type: DataType)
  /// What rows are to be sorted by is no time.
  case notATime(text: String, type: DataType)
  case labelIsFeature(String)
  case categoryIsNoFeature(String, nearest: String?)
  case unknownMetric(String, nearest: String?, known: [String])
  case duplicateMetric(String)
  /// A search by a metric that is no number.
  case notANumber(String)
  /// `by` names no metric of the result.
  case unknownResultMetric(String, nearest: String?, known: [String])
  case byWithoutBest
  /// `keep: best` without a metric.
  case nothingToChooseBy
  case unknownSearchParameter(String, nearest: String?, known: [String])
  case notARange(String, from: String, to: String)
  case space(SearchSpaceError)
  /// A search that must know what came of its first trials before it begins others, for all groups together.
  case searchNeedsGroups(Tuning.Search)
  case stoppingNeedsGroups
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
    case .uselessKey(let key, let kind):
      "`\(key)` means nothing to learners of \(kind); remove it"
    case .nothingToSplit:
      "`split_by` holds out the last rows, but none are to be: state `test_fraction` or `folds`"
    case .mixedKinds(let learners):
      """
      the learners of one table must be of one kind, and these are not: \
      \(learners.joined(separator: ", ")); train them in two tables
      """
    case .notNumeric(let role, let text, let type):
      "the \(role) `\(text)` is of type \(type); it must be a number or a boolean"
    case .notACategory(let role, let text, let type):
      "the \(role) `\(text)` is of type \(type); classes and categories are strings, numbers or booleans"
    case .notATime(let text, let type):
      "`\(text)` is of type \(type); rows are sorted by a number, a date or a timestamp"
    case .categoryIsNoFeature(let name, let nearest):
      "`categorical` names '\(name)', which is none of the features\(suggestion(nearest))"
    case .labelIsFeature(let name):
      "the label '\(name)' is also a feature; a model that is told the answer learns nothing"
    case .unknownMetric(let name, let nearest, let known):
      "these learners have no metric '\(name)'" + proposal(nearest, known)
    case .duplicateMetric(let name): "the metric \(name) is listed twice"
    case .notANumber(let name): "\(name) is no number that a search could make better"
    case .unknownResultMetric(let name, let nearest, let known):
      "the result has no metric '\(name)' to choose by" + proposal(nearest, known)
    case .byWithoutBest: "`by` says which learner is best, but all are kept: write `keep: best`"
    case .nothingToChooseBy:
      "`keep: best` needs a metric: name one in `by`, or state `metrics`"
    case .unknownSearchParameter(let name, let nearest, let known):
      "no learner of this table has a parameter '\(name)' to tune" + proposal(nearest, known)
    case .notARange(let name, let from, let to):
      "'\(name)' cannot be searched from \(from) to \(to): a range is of numbers, the smaller one first"
    case .space(let error): "`tune`: \(error)"
    case .searchNeedsGroups(let search):
      "one choice for the whole table (`per: table`) is searched by grid, random or halving, not by \(search.rawValue)"
    case .stoppingNeedsGroups:
      "`early_stopping` is for searches of each group; with `per: table`, `search: halving` leaves poor trials early"
    }
  }

  private func proposal(_ nearest: String?, _ known: [String]) -> String {
    nearest == nil ? "; there are \(known.joined(separator: ", "))" : suggestion(nearest)
  }
}
