/// The search for a candidate's parameters on one group after the other.
///
/// The loss of a trial is the mean of the metric over the folds that have a value of it. A trial fails when its parameters
/// do not go together, when a fold cannot be trained, or when no fold has a value.
final class CandidateSearch {
  /// What goes on from a rung of successive halving to the next is a third.
  private static let halvingFactor = 3
  /// Trials whose trainers are kept, since searches of other groups often begin with the same ones.
  private static let mostKept = 16

  private let candidate: GroupTraining.Candidate
  private let tuning: Tuning
  private let seed: Int64
  private let validation: CrossValidation
  private let isCancelled: () -> Bool
  /// The search before its first trial.
  private let plan: any SearchPlan
  private var kept: [[Trial.Choice]: LearnerTrainers] = [:]

  /// Throws where the space has a value that is none of its parameter, or cannot be searched in this way.
  init(
    _ candidate: GroupTraining.Candidate, space: SearchSpace, _ tuning: Tuning, seed: Int64,
    validation: CrossValidation, isCancelled: @escaping () -> Bool
  ) throws(ParameterError) {
    self.isCancelled = isCancelled
    self.candidate = candidate
    self.tuning = tuning
    self.seed = seed
    self.validation = validation
    try candidate.description.check(space)
    switch tuning.search {
    case .grid:
      do throws(SearchSpaceError) {
        plan = try GridSearch(space)
      } catch {
        throw .searchSpace(learner: candidate.description.name, error)
      }
    case .random: plan = RandomSearch(space, trialCount: tuning.trialCount, seed: seed)
    case .tpe: plan = ParzenSearch(space, trialCount: tuning.trialCount, seed: seed)
    case .halving:
      plan = SuccessiveHalving(
        space, trialCount: max(1, tuning.trialCount), factor: Self.halvingFactor, seed: seed)
    }
  }

  /// What became of a search.
  struct Result {
    var choices: [Trial.Choice] = []
    var trialCount = 0
    /// Those of the best trial; nil where none has a loss.
    var trainers: LearnerTrainers?
  }

  /// - Complexity: that of a training for each trial and fold.
  func run(_ examples: GroupExamples) -> Result {
    var plan = plan
    var result = Result()
    let foldCount = validation.begin(examples)
    guard foldCount > 0 else { return result }
    var rule = MedianStoppingRule()
    var share = 0.0
    while !isCancelled(), let trial = plan.suggest() {
      result.trialCount += 1
      // Losses of trials that saw other shares of the rows say nothing of this one.
      if trial.share != share { rule = MedianStoppingRule() }
      share = trial.share
      plan.report(trial.number, loss: loss(of: trial, examples, foldCount: foldCount, &rule))
    }
    if let best = plan.best?.trial {
      result.choices = best.choices
      result.trainers = trainers(best.choices)
    }
    return result
  }

  /// A trial that was chosen elsewhere.
  func result(of trial: Trial) -> Result {
    Result(choices: trial.choices, trialCount: 0, trainers: trainers(trial.choices))
  }

  /// The losses of trials that were chosen elsewhere, in their order; nil for one that fails.
  func losses(of trials: [Trial], _ examples: GroupExamples) -> [Double?] {
    let foldCount = validation.begin(examples)
    guard foldCount > 0 else { return trials.map { _ in nil } }
    var rule = MedianStoppingRule()
    return trials.map {
      isCancelled() ? nil : loss(of: $0, examples, foldCount: foldCount, &rule)
    }
  }

  /// Nil where the trial fails or is stopped.
  private func loss(
    of trial: Trial, _ examples: GroupExamples, foldCount: Int, _ rule: inout MedianStoppingRule
  ) -> Double? {
    guard let trainers = trainers(trial.choices) else { return nil }
    var sum = 0.0
    var count = 0.0
    for fold in 0..<foldCount {
      guard
        let errors = try? validation.errors(
          of: trainers, examples, fold: fold, share: trial.share)
      else { return nil }
      guard let value = errors.value(of: tuning.metric) else { continue }
      let loss = tuning.metric.largerIsBetter ? -value : value
      sum += loss
      count += 1
      if tuning.earlyStopping == .median, rule.report(trial.number, loss: loss) { return nil }
    }
    return count > 0 ? sum / count : nil
  }

  /// Nil where the parameters do not go together.
  private func trainers(_ choices: [Trial.Choice]) -> LearnerTrainers? {
    if let trainers = kept[choices] { return trainers }
    var parameters = candidate.parameters
    for choice in choices { parameters[choice.name] = choice.value }
    guard let learner = try? candidate.description.learner(parameters) else { return nil }
    let trainers = LearnerTrainers(learner, seed: seed)
    if kept.count < Self.mostKept { kept[choices] = trainers }
    return trainers
  }
}

extension LearnerDescription {
  /// Throws where a space has a parameter that the learner has not, or a value that is none of its parameter.
  fileprivate func check(_ space: SearchSpace) throws(ParameterError) {
    for dimension in space.dimensions {
      guard let parameter = parameter(named: dimension.name) else {
        throw .unknownParameter(
          learner: name, name: dimension.name, known: parameters.map(\.name))
      }
      // Domains of numbers have no gaps: what is between two values of one is a value of it.
      let values: [ParameterValue] =
        switch dimension.values {
        case .choices(let choices): choices
        case .doubles(let range, _): [.double(range.lowerBound), .double(range.upperBound)]
        case .integers(let range, _): [.integer(range.lowerBound), .integer(range.upperBound)]
        }
      for value in values where parameter.accepted(value) == nil {
        throw .outOfDomain(learner: name, parameter: parameter, value: value)
      }
    }
  }
}
