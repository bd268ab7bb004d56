import Columnar
import Learning
import Plan

/// The trials of a search of one choice for all groups, in the columns of `TrialSchema`.
struct ChosenTrials {
  /// Of each learner; nil for one that has nothing to search.
  let searches: [SharedSearch?]

  init(_ training: CheckedTraining) throws(TrainingPlanError) {
    guard let tuning = training.training.tuning else { throw .noSearch }
    var searches: [SharedSearch?] = []
    for candidate in training.training.candidates {
      guard let space = candidate.space else {
        searches.append(nil)
        continue
      }
      do throws(SearchSpaceError) {
        searches.append(try SharedSearch(space, tuning, seed: training.options.seed))
      } catch {
        throw .space(error)
      }
    }
    self.searches = searches
  }

  /// All trials of each learner.
  func all(share: Double) -> [[Trial]] {
    searches.map { search in
      guard let search else { return [] }
      return search.trialNumbers.compactMap { search.trial($0, share: share) }
    }
  }

  /// The trials of each learner that a batch of `TrialSchema.chosen` names, in its order.
  func read(_ batch: RecordBatch, share: Double) throws(TrainingPlanError) -> [[Trial]] {
    guard batch.columns.map(\.type) == TrialSchema.chosen.fields.map(\.type) else {
      throw .noSearch
    }
    var trials: [[Trial]] = searches.map { _ in [] }
    for row in 0..<batch.rowCount {
      guard case .integer(let learner) = batch.columns[0][row],
        case .integer(let number) = batch.columns[1][row],
        trials.indices.contains(Int(learner)),
        let trial = searches[Int(learner)]?.trial(Int(number), share: share)
      else { throw .noSearch }
      trials[Int(learner)].append(trial)
    }
    return trials
  }
}
