import Columnar
import Learning

/// `train`: how learners are measured, searched and chosen.
extension Analyzer {
  mutating func options(
    _ train: JobTraining, _ kind: LearnerKind, _ learners: [CheckedLearner], classType: DataType?
  ) -> TrainingOptions? {
    let errorsBefore = errors.count
    var options = TrainingOptions(
      kind: kind, metrics: metrics(train, kind), seed: train.seed)
    options.testFraction = train.testFraction
    options.imputation = train.imputation
    options.scaling = train.scaling
    options.folds = train.folds?.value ?? (train.tuning == nil ? 0 : Self.foldsOfSearch)
    options.explanations = train.explanations
    options.storesModel = train.storesModel
    options.classType = classType
    if let tuning = train.tuning { options.search = search(tuning, kind, learners) }
    guard errors.count == errorsBefore else { return nil }
    options.keep = keep(train, options)
    return errors.count == errorsBefore ? options : nil
  }

  /// Of a search that says nothing of folds.
  private static let foldsOfSearch = 3

  private mutating func metrics(_ train: JobTraining, _ kind: LearnerKind) -> [Metric] {
    var metrics: [Metric] = []
    for stated in train.metrics ?? [] {
      guard let metric = metric(stated, kind) else { continue }
      if metrics.contains(metric) {
        report(.training(.duplicateMetric(stated.value)), line: stated.line)
      }
      metrics.append(metric)
    }
    return train.metrics == nil ? kind.defaultMetrics : metrics
  }

  private mutating func metric(_ stated: Located<String>, _ kind: LearnerKind) -> Metric? {
    if let metric = kind.metrics.first(where: { $0.rawValue == stated.value }) { return metric }
    let known = kind.metrics.map(\.rawValue)
    report(
      .training(
        .unknownMetric(
          stated.value, nearest: nearestName(to: stated.value, among: known), known: known)),
      line: stated.line)
    return nil
  }

  private mutating func keep(
    _ train: JobTraining, _ options: TrainingOptions
  ) -> TrainingOptions.Keep {
    guard train.keep == .best else {
      if let by = train.by { report(.training(.byWithoutBest), line: by.line) }
      return .all
    }
    // Rows that no model has seen say most, folds the second most.
    let parts: [ResultMetric.Part] = options.testFraction > 0 ? [.test] : [.validation, .train]
    let candidates = options.resultMetrics.filter {
      $0.part != .test || options.testFraction > 0
    }
    if let by = train.by {
      if let metric = candidates.first(where: { $0.name == by.value }) { return .best(by: metric) }
      let known = candidates.map(\.name)
      report(
        .training(
          .unknownResultMetric(
            by.value, nearest: nearestName(to: by.value, among: known), known: known)),
        line: by.line)
      return .all
    }
    let usual = parts.compactMap { part in candidates.first { $0.part == part } }.first
    guard let usual else {
      report(.training(.nothingToChooseBy), line: train.line)
      return .all
    }
    return .best(by: usual)
  }

  // MARK: Search

  private mutating func search(
    _ tuning: JobTuning, _ kind: LearnerKind, _ learners: [CheckedLearner]
  ) -> TrainingOptions.Search? {
    let metric = tuning.metric.map { self.metric($0, kind) } ?? kind.defaultMetrics.first
    if let stated = tuning.metric, metric?.isNumber == false {
      report(.training(.notANumber(stated.value)), line: stated.line)
    }
    var dimensions: [(name: String, values: SearchSpace.Values)] = []
    for dimension in tuning.space {
      if let values = values(dimension, learners) {
        dimensions.append((dimension.value.name, values))
      }
    }
    guard let metric, dimensions.count == tuning.space.count else { return nil }
    if tuning.per == .table {
      // What all groups share is chosen in stages, which are planned before the first trial.
      if tuning.search == .tpe { report(.training(.searchNeedsGroups(.tpe)), line: tuning.line) }
      if tuning.earlyStopping != .none {
        report(.training(.stoppingNeedsGroups), line: tuning.line)
      }
    }
    do throws(SearchSpaceError) {
      let space = try SearchSpace(dimensions)
      // A grid has conditions of its own.
      if tuning.search == .grid { _ = try GridSearch(space) }
      return TrainingOptions.Search(
        space: space,
        tuning: Tuning(
          search: tuning.search, trialCount: tuning.trialCount, metric: metric,
          earlyStopping: tuning.earlyStopping), isShared: tuning.per == .table)
    } catch {
      report(.training(.space(error)), line: tuning.line)
      return nil
    }
  }

  /// The values of a dimension, which every learner that has the parameter must take.
  private mutating func values(
    _ dimension: Located<JobTuning.Dimension>, _ learners: [CheckedLearner]
  ) -> SearchSpace.Values? {
    let name = dimension.value.name
    let owners = learners.compactMap { learner in
      learner.description.parameter(named: name).map { (learner.description.name, $0) }
    }
    guard let (_, parameter) = owners.first else {
      let known = Set(learners.flatMap { $0.description.parameters.map(\.name) }).sorted()
      report(
        .training(
          .unknownSearchParameter(
            name, nearest: nearestName(to: name, among: known), known: known)),
        line: dimension.line)
      return nil
    }
    func value(_ text: String) -> ParameterValue? {
      for (learner, owner) in owners where owner.value(parsing: text) == nil {
        report(
          .training(
            .parameter(.outOfDomain(learner: learner, parameter: owner, value: .string(text)))),
          line: dimension.line)
        return nil
      }
      return parameter.value(parsing: text)
    }
    switch dimension.value.values {
    case .choices(let texts):
      let choices = texts.compactMap { value($0) }
      return choices.count == texts.count ? .choices(choices) : nil
    case .range(let from, let to, let isLogarithmic):
      guard let lower = value(from), let upper = value(to) else { return nil }
      switch (lower, upper) {
      case (.integer(let lower), .integer(let upper)) where lower <= upper:
        return .integers(lower...upper, isLogarithmic: isLogarithmic)
      case (.double(let lower), .double(let upper)) where lower <= upper:
        return .doubles(lower...upper, isLogarithmic: isLogarithmic)
      default:
        report(.training(.notARange(name, from: from, to: to)), line: dimension.line)
        return nil
      }
    }
  }
}
