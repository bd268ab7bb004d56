/// Trains the candidates of a training on one group after the other, in memory that it keeps.
///
/// Of each candidate, in this order: its parameters are searched by cross-validation, it is trained on the rows for training,
/// measured on these and on those held out, explained, and cross-validated with the parameters that it has.
///
/// Belongs to one thread.
package final class GroupTrainer {
  private struct Candidate {
    /// Of the parameters as stated.
    let trainers: LearnerTrainers
    /// Nil where there is nothing to tune.
    let search: CandidateSearch?
  }

  /// Folds of a search where none are asked for.
  private static let searchFolds = 3

  private let featureCount: Int
  private let metrics: [Metric]
  private let explanationCount: Int
  private let candidates: [Candidate]
  private let fitting: CandidateFitting
  /// Nil where no folds are asked for.
  private let validation: CrossValidation?

  /// Throws where a candidate's parameters are none of its learner, also where a search could choose such ones, and where a
  /// search cannot search its space. Parameters that are fine one by one and do not go together are a trial that fails.
  /// - Parameters:
  ///   - featureCount: of the groups, before preparation.
  ///   - isCancelled: asked between the trials of a search, which then ends with what it has.
  package init(
    _ training: GroupTraining, featureCount: Int,
    isCancelled: @escaping () -> Bool = { false }
  ) throws(ParameterError) {
    self.featureCount = featureCount
    metrics = training.metrics
    explanationCount = training.explanations.count
    let fitting = CandidateFitting(training)
    self.fitting = fitting
    let hasFolds = training.folds >= 2
    validation =
      hasFolds
      ? CrossValidation(training, foldCount: training.folds, fitting: fitting) : nil
    let searchValidation =
      validation ?? CrossValidation(training, foldCount: Self.searchFolds, fitting: fitting)
    var candidates: [Candidate] = []
    for candidate in training.candidates {
      let learner = try candidate.description.learner(candidate.parameters)
      let trainers = LearnerTrainers(learner, seed: training.seed)
      var search: CandidateSearch?
      if let space = candidate.space, let tuning = training.tuning {
        search = try CandidateSearch(
          candidate, space: space, tuning, seed: training.seed, validation: searchValidation,
          isCancelled: isCancelled)
      }
      candidates.append(Candidate(trainers: trainers, search: search))
    }
    self.candidates = candidates
  }

  /// What became of each candidate, in their order. The result depends on the rows and their order alone.
  package func train(_ examples: GroupExamples) -> [GroupModel] {
    precondition(examples.features.count == featureCount)
    return candidates.map { train($0, examples) }
  }

  /// What became of each candidate with the parameters that were chosen for all groups: of each candidate one trial of its
  /// search, or none where it has no search.
  package func train(_ examples: GroupExamples, chosen: [Trial?]) -> [GroupModel] {
    zip(candidates, chosen).map { candidate, trial in
      train(candidate, examples, trial.flatMap { candidate.search?.result(of: $0) })
    }
  }

  /// The loss of some trials of a candidate, each trained on its share of the rows; nil where it fails.
  package func losses(of trials: [Trial], candidate: Int, _ examples: GroupExamples) -> [Double?] {
    candidates[candidate].search?.losses(of: trials, examples) ?? []
  }

  private func train(_ candidate: Candidate, _ examples: GroupExamples) -> GroupModel {
    train(candidate, examples, candidate.search?.run(examples))
  }

  private func train(
    _ candidate: Candidate, _ examples: GroupExamples, _ found: CandidateSearch.Result?
  ) -> GroupModel {
    let trainers = found?.trainers ?? candidate.trainers
    var result: GroupModel
    do throws(TrainingError) {
      result = try fitting.model(of: trainers, examples)
      if let validation {
        result.validation = validation.metrics(of: trainers, examples, metrics)
      }
    } catch {
      result = GroupModel()
      result.error = error
      result.importances = Array(repeating: nil, count: explanationCount)
      if validation != nil { result.validation = Array(repeating: nil, count: metrics.count) }
    }
    if let found {
      result.choices = found.choices
      result.trialCount = found.trialCount
    }
    return result
  }
}
