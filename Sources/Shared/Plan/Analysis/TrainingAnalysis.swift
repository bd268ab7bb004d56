import Columnar
import Learning

/// `train`: learners, their parameters, and the columns that they are trained on.
extension Analyzer {
  typealias CheckedLearner = (description: LearnerDescription, learner: Training.Learner)

  /// - Parameter hasKeys: whether there are several groups.
  mutating func training(
    _ train: JobTraining, _ schema: Schema, hasKeys: Bool
  ) -> Training? {
    let errorsBefore = errors.count
    let learners = self.learners(train)
    guard let kind = learners.first?.description.kind else { return nil }
    checkKeys(of: train, kind)
    let label = train.label.flatMap { self.label($0, kind, schema) }
    let features = self.features(train, schema)
    let weight = train.weight.flatMap { numeric($0, schema, role: "weight") }
    let order = (train.splitBy ?? train.forecast.time).flatMap { self.order($0, schema) }
    let options = self.options(train, kind, learners, classType: label?.type)
    if let stated = train.label, let label, let features {
      let same = features.first { $0.expression.beforeCast == label.expression.beforeCast }
      if same != nil { report(.training(.labelIsFeature(stated.text)), line: stated.line) }
    }
    guard errors.count == errorsBefore, let features, var options else { return nil }
    options.hasCategories = !train.categorical.isEmpty
    if options.search?.canBeShared == true, !hasKeys { options.search?.isShared = true }
    options.repeatsLearners = Set(learners.map(\.learner.name)).count < learners.count
    return Training(
      learners: learners.map(\.learner), label: label?.expression, features: features,
      weight: weight, order: order, options: options)
  }

  /// Reports keys that such learners need and those that mean nothing to them.
  private mutating func checkKeys(of train: JobTraining, _ kind: LearnerKind) {
    let isForecast = kind == .forecasting
    let isSupervised = kind == .regression || kind == .classification
    var needed: [(key: String, isThere: Bool)] = []
    if kind != .clustering { needed.append(("label", train.label != nil)) }
    if !isForecast { needed.append(("features", !train.features.isEmpty)) }
    if isForecast { needed.append(("time", train.forecast.time != nil)) }
    for (key, isThere) in needed where !isThere {
      report(.key(.missing(key, place: "`train` of a learner of \(kind)")), line: train.line)
    }
    var useless: [String] = []
    if kind == .clustering, train.label != nil { useless.append("label") }
    if isForecast {
      if !train.features.isEmpty { useless.append("features") }
      if train.weight != nil { useless.append("weight") }
      if train.splitBy != nil { useless.append("split_by") }
      if train.imputation != .none { useless.append("impute") }
      if train.scaling != .none { useless.append("scale") }
    } else {
      if train.forecast.time != nil { useless.append("time") }
      useless += train.forecast.parameters.map(\.value.name)
    }
    if !isSupervised, !train.explanations.isEmpty { useless.append("explain") }
    for key in useless {
      report(.training(.uselessKey(key, kind: kind)), line: train.line)
    }
    let isSplit = train.testFraction > 0 || train.folds != nil || train.tuning != nil
    if let splitBy = train.splitBy, !isSplit {
      report(.training(.nothingToSplit), line: splitBy.line)
    }
  }

  // MARK: Learners

  private mutating func learners(_ train: JobTraining) -> [CheckedLearner] {
    var learners: [CheckedLearner] = []
    for stated in train.learners {
      let name = stated.name.value
      guard let description = LearnerRegistry.learner(named: name) else {
        let nearest = nearestName(to: name, among: LearnerRegistry.names)
        report(
          .training(.unknownLearner(name, nearest: nearest, known: LearnerRegistry.names)),
          line: stated.name.line)
        continue
      }
      // `horizon` and its likes stand beside `learner`, but are parameters of forecasts.
      let common =
        train.parameters + (description.kind == .forecasting ? train.forecast.parameters : [])
      guard let parameters = parameters(of: stated, common, description) else { continue }
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

  // MARK: Columns

  /// A number, or the text of a class with the type that classes have.
  private mutating func label(
    _ item: Located<Expression>, _ kind: LearnerKind, _ schema: Schema
  ) -> (expression: BoundExpression, type: DataType?)? {
    guard kind == .classification else {
      return numeric(item, schema, role: "label").map { ($0, nil) }
    }
    guard let label = bound(item, schema) else { return nil }
    guard label.type.isCategory else {
      report(
        .training(.notACategory(role: "label", text: item.text, type: label.type)), line: item.line)
      return nil
    }
    return (label.categoryText, label.type)
  }

  private mutating func features(
    _ train: JobTraining, _ schema: Schema
  ) -> [NamedExpression]? {
    guard let features = singleColumns(train.features, schema, in: "`features`") else { return nil }
    let names = features.map(\.name)
    for category in train.categorical where !names.contains(category.value) {
      let nearest = nearestName(to: category.value, among: names)
      report(
        .training(.categoryIsNoFeature(category.value, nearest: nearest)), line: category.line)
    }
    let checked = zip(features, train.features).compactMap { feature, item in
      let isCategory = train.categorical.contains { $0.value == feature.name }
      return
        (isCategory
        ? category(feature.expression, text: feature.name, line: item.line)
        : numeric(feature.expression, role: "feature", text: feature.name, line: item.line))
        .map { NamedExpression(name: feature.name, expression: $0) }
    }
    return checked.count == features.count ? checked : nil
  }

  private mutating func category(
    _ expression: BoundExpression, text: String, line: Int
  ) -> BoundExpression? {
    if expression.type.isCategory { return expression.categoryText }
    report(
      .training(.notACategory(role: "feature", text: text, type: expression.type)), line: line)
    return nil
  }

  private mutating func order(
    _ item: Located<Expression>, _ schema: Schema
  ) -> BoundExpression? {
    guard let order = bound(item, schema) else { return nil }
    switch order.type {
    case .date: return order.casting(to: .timestamp).casting(to: .double)
    case .timestamp: return order.casting(to: .double)
    case let type where type.isNumeric: return order.casting(to: .double)
    case let type:
      report(.training(.notATime(text: item.text, type: type)), line: item.line)
      return nil
    }
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

extension BoundExpression {
  /// The text of a class or category: NaN is null and -0.0 is 0.0, as in keys.
  fileprivate var categoryText: BoundExpression {
    (type.isFloatingPoint ? withoutNaN : self).casting(to: .string)
  }

  private var withoutNaN: BoundExpression {
    let zero = BoundExpression.literal(type == .float ? .float(0) : .double(0), type)
    let isNaN = BoundExpression(.call(.isNaN, [self], .ansi), .boolean)
    return BoundExpression(
      .caseWhen(
        [Branch(condition: isNaN, value: .literal(.null, type))],
        otherwise: BoundExpression(.call(.add, [self, zero], .ansi), type)), type)
  }

  /// What it is made of, whatever it is cast to.
  fileprivate var beforeCast: BoundExpression {
    switch kind {
    case .cast(let operand, _): operand.beforeCast
    case .caseWhen(let branches, _):
      // As above.
      if case .call(.isNaN, let operands, _)? = branches.first?.condition.kind,
        self == operands[0].withoutNaN
      {
        operands[0].beforeCast
      } else {
        self
      }
    default: self
    }
  }
}

extension DataType {
  /// Whether its values may be classes or categories, which are known by their texts.
  fileprivate var isCategory: Bool {
    isInteger || isFloatingPoint || self == .string || self == .boolean
  }
}
