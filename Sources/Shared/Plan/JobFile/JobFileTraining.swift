import Learning

/// `train` and what stands in it.
extension JobFileReader {
  private enum Key: String, CaseIterable {
    case learner, label, features, params, weight, categorical, impute, scale
    case testFraction = "test_fraction"
    case splitBy = "split_by"
    case folds, seed, metrics, keep, by, tune, explain, time, horizon, season, level, model
  }

  mutating func training(_ entry: JobFileNode.Entry) -> JobTraining? {
    guard let keys = keys(of: entry.value, Key.self, in: "`train`") else { return nil }
    if keys[.learner] == nil { report(.missing("learner", place: "`train`"), at: entry.place) }
    let learners = keys[.learner].map { self.learners($0.value) } ?? []
    let label = keys[.label].flatMap { expression($0) }
    let features = keys[.features].flatMap { selectItems($0) }
    let parameters = keys[.params].map { self.parameters($0.value, in: "`params`") } ?? []
    let metrics = keys[.metrics].flatMap { texts($0) }
    let forecast = JobForecast(
      time: keys[.time].flatMap { expression($0) },
      parameters: [keys[.horizon], keys[.season], keys[.level]].compactMap { $0 }
        .compactMap { parameter($0) })
    let explanations = keys[.explain].map { choices($0, Explanation.self) } ?? []
    let training = JobTraining(
      line: entry.place.line, learners: learners, parameters: parameters, label: label,
      features: features ?? [], weight: keys[.weight].flatMap { expression($0) },
      categorical: keys[.categorical].flatMap { texts($0) } ?? [],
      imputation: keys[.impute].flatMap { choice($0, FeaturePreparation.Imputation.self) } ?? .none,
      scaling: keys[.scale].flatMap { choice($0, FeaturePreparation.Scaling.self) } ?? .none,
      testFraction: keys[.testFraction].flatMap { fraction($0) } ?? 0,
      splitBy: keys[.splitBy].flatMap { expression($0) },
      folds: keys[.folds].flatMap { folds($0) },
      seed: keys[.seed].flatMap { integer($0, in: Int64.min...Int64.max) } ?? 0,
      metrics: metrics,
      keep: keys[.keep].flatMap { choice($0, JobTraining.Keep.self) } ?? .all,
      by: keys[.by].flatMap { entry in
        text(entry).map { Located($0, line: entry.place.line) }
      },
      tuning: keys[.tune].flatMap { tuning($0) }, explanations: explanations, forecast: forecast,
      storesModel: keys[.model].flatMap { boolean($0) } ?? true)
    let isRead = !learners.isEmpty && (label == nil) == (keys[.label] == nil)
    return isRead && (features == nil) == (keys[.features] == nil) ? training : nil
  }

  private mutating func folds(_ entry: JobFileNode.Entry) -> Located<Int>? {
    integer(entry, in: 2...1000).map { Located($0, line: entry.place.line, text: "folds: \($0)") }
  }

  /// A name, `{Name: {parameter: value}}`, or a list of those.
  private mutating func learners(_ node: JobFileNode) -> [JobTraining.Learner] {
    switch node.content {
    case .text:
      guard let name = text(node, key: "learner") else { return [] }
      return [JobTraining.Learner(name: Located(name, line: node.place.line), parameters: [])]
    case .list(let items, _):
      if items.isEmpty {
        report(
          .wrongShape(key: "learner", found: "an empty list", expected: "a name or more"),
          at: node.place)
      }
      return items.flatMap { learners($0) }
    case .mapping(let entries):
      return entries.map { entry in
        let parameters =
          entry.value.isEmpty
          ? [] : self.parameters(entry.value, in: "learner '\(entry.key)'")
        return JobTraining.Learner(
          name: Located(entry.key, line: entry.place.line), parameters: parameters)
      }
    }
  }

  private mutating func parameters(
    _ node: JobFileNode, in place: String
  ) -> [Located<JobTraining.Parameter>] {
    guard case .mapping(let entries) = node.content else {
      report(
        .wrongShape(key: place, found: node.kind, expected: "a mapping of parameters to values"),
        at: node.place)
      return []
    }
    return entries.compactMap { parameter($0) }
  }

  private mutating func parameter(
    _ entry: JobFileNode.Entry
  ) -> Located<JobTraining.Parameter>? {
    text(entry).map {
      Located(
        JobTraining.Parameter(name: entry.key, value: $0), line: entry.place.line,
        text: "\(entry.key): \($0)")
    }
  }

  private mutating func fraction(_ entry: JobFileNode.Entry) -> Double? {
    guard let text = text(entry) else { return nil }
    guard let value = Double(text), value >= 0, value < 1 else {
      report(
        .invalidValue(
          key: entry.key, value: text,
          expected: "at least 0 and less than 1, like 0.2 for a fifth of the rows"),
        at: entry.value.place)
      return nil
    }
    return value
  }
}
