import Columnar
import Learning

/// `train`: learners, their parameters, metrics, label and features.
extension Analyzer {
  mutating func training(_ train: JobTraining, _ schema: Schema) -> Training? {
    let errorsBefore = errors.count
    let learners = self.learners(train)
    let metrics = self.metrics(train, learners.map(\.description))
    let label = numeric(train.label, schema, role: "label")
    let features = self.features(train, schema)
    if let label, let features {
      let same = features.first { $0.expression == label }
      if same != nil {
        report(.training(.labelIsFeature(train.label.text)), line: train.label.line)
      }
    }
    guard errors.count == errorsBefore, let label, let features else { return nil }
    return Training(
      learners: learners.map(\.learner), label: label, features: features,
      testFraction: train.testFraction, seed: train.seed, metrics: metrics)
  }

  private typealias CheckedLearner = (description: LearnerDescription, learner: Training.Learner)

  private mutating func learners(_ train: JobTraining) -> [CheckedLearner] {
    var learners: [CheckedLearner] = []
    for stated in train.learners {
      let name = stated.name.value
      guard let description = LearnerRegistry.learner(named: name) else {
        let known = LearnerRegistry.learners.filter { $0.kind == .regression }.map(\.name)
        let nearest = nearestName(to: name, among: LearnerRegistry.names)
        report(
          .training(.unknownLearner(name, nearest: nearest, known: known)),
          line: stated.name.line)
        continue
      }
      guard description.kind == .regression else {
        report(
          .training(.notARegression(name, kind: description.kind.rawValue)), line: stated.name.line)
        continue
      }
      guard let parameters = parameters(of: stated, train.parameters, description) else {
        continue
      }
      let learner = Training.Learner(name: name, parameters: parameters)
      if learners.contains(where: { $0.learner == learner }) {
        report(.training(.duplicateLearner(name)), line: stated.name.line)
      }
      learners.append((description, learner))
    }
    if Set(learners.map(\.description.kind)).count > 1 {
      let names = learners.map { "\($0.learner.name) (\($0.description.kind.rawValue))" }
      report(.training(.mixedKinds(names)), line: train.line)
    }
    return learners
  }

  /// The learner's full set of parameters: its own, then `params`, then its defaults.
  private mutating func parameters(
    of stated: JobTraining.Learner, _ common: [Located<JobTraining.Parameter>],
    _ description: LearnerDescription
  ) -> [String: ParameterValue]? {
    let errorsBefore = errors.count
    var given: [String: ParameterValue] = [:]
    for parameter in common + stated.parameters {
      if let value = value(of: parameter, description) { given[parameter.value.name] = value }
    }
    guard errors.count == errorsBefore else { return nil }
    do throws(ParameterError) {
      return try description.validate(given)
    } catch {
      report(.training(.parameter(error)), line: stated.name.line)
      return nil
    }
  }

  private mutating func value(
    of stated: Located<JobTraining.Parameter>, _ description: LearnerDescription
  ) -> ParameterValue? {
    let (name, text) = (stated.value.name, stated.value.value)
    guard let parameter = description.parameter(named: name) else {
      let known = description.parameters.map(\.name)
      report(
        .training(
          .unknownParameter(
            name, learner: description.name, nearest: nearestName(to: name, among: known),
            known: known)),
        line: stated.line)
      return nil
    }
    if let value = parameter.value(parsing: text) { return value }
    report(
      .training(
        .parameter(
          .outOfDomain(learner: description.name, parameter: parameter, value: .string(text)))),
      line: stated.line)
    return nil
  }

  private mutating func metrics(
    _ train: JobTraining, _ learners: [LearnerDescription]
  ) -> [String] {
    guard let description = learners.first else { return [] }
    guard let stated = train.metrics else { return description.defaultMetrics.map(\.rawValue) }
    let known = description.metrics.map(\.rawValue)
    var seen: Set<String> = []
    for metric in stated {
      if !known.contains(metric.value) {
        let nearest = nearestName(to: metric.value, among: known)
        report(
          .training(.unknownMetric(metric.value, nearest: nearest, known: known)),
          line: metric.line)
      } else if !seen.insert(metric.value).inserted {
        report(.training(.duplicateMetric(metric.value)), line: metric.line)
      }
    }
    return stated.map(\.value)
  }

  private mutating func features(
    _ train: JobTraining, _ schema: Schema
  ) -> [NamedExpression]? {
    guard let features = singleColumns(train.features, schema, in: "`features`") else { return nil }
    let numeric = zip(features, train.features).compactMap { feature, item in
      self.numeric(feature.expression, role: "feature", text: feature.name, line: item.line).map {
        NamedExpression(name: feature.name, expression: $0)
      }
    }
    return numeric.count == features.count ? numeric : nil
  }

  private mutating func numeric(
    _ item: Located<Expression>, _ schema: Schema, role: String
  ) -> BoundExpression? {
    bound(item, schema).flatMap { numeric($0, role: role, text: item.text, line: item.line) }
  }

  /// Learners see doubles; a boolean is 0 or 1.
  private mutating func numeric(
    _ expression: BoundExpression, role: String, text: String, line: Int
  ) -> BoundExpression? {
    let type = expression.type
    guard type.isNumeric || type == .boolean else {
      report(.training(.notNumeric(role: role, text: text, type: type)), line: line)
      return nil
    }
    return expression.casting(to: .double)
  }
}
