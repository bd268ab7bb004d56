import Columnar
import Learning
import Plan

// Training and scoring, to and from their messages.

extension TrainingOperation {
  init(wire: Roost_TrainingOperation) throws(ProtocolError) {
    var learners: [Training.Learner] = []
    for learner in wire.learners {
      var parameters: [String: ParameterValue] = [:]
      for parameter in learner.parameters {
        parameters[parameter.name] = try ParameterValue(wire: parameter)
      }
      learners.append(Training.Learner(name: learner.name, parameters: parameters))
    }
    self.init(
      learners: learners, label: wire.hasLabel ? Int(wire.label) : nil,
      features: wire.features.map { Int($0) }, featureNames: wire.featureNames,
      weight: wire.hasWeight ? Int(wire.weight) : nil,
      order: wire.hasOrder ? Int(wire.order) : nil,
      heldOut: wire.hasHeldOut ? Int(wire.heldOut) : nil,
      options: try TrainingOptions(wire: wire.options))
  }

  var wire: Roost_TrainingOperation {
    .with {
      $0.learners = learners.map { learner in
        .with {
          $0.name = learner.name
          $0.parameters = learner.parameters.sorted { $0.key < $1.key }.map { name, value in
            value.wire(name: name)
          }
        }
      }
      if let label { $0.label = UInt32(label) }
      $0.features = features.map { UInt32($0) }
      $0.featureNames = featureNames
      if let weight { $0.weight = UInt32(weight) }
      if let order { $0.order = UInt32(order) }
      if let heldOut { $0.heldOut = UInt32(heldOut) }
      $0.options = options.wire
    }
  }
}

extension TrainingOptions {
  init(wire: Roost_TrainingOptions) throws(ProtocolError) {
    var metrics: [Metric] = []
    for metric in wire.metrics { metrics.append(try word(metric)) }
    self.init(kind: try word(wire.kind), metrics: metrics, seed: wire.seed)
    testFraction = wire.testFraction
    imputation = try word(wire.imputation)
    scaling = try word(wire.scaling)
    folds = Int(wire.folds)
    if wire.hasSearch { search = try Search(wire: wire.search) }
    for explanation in wire.explanations { explanations.append(try word(explanation)) }
    if wire.hasBestBy {
      keep = .best(
        by: ResultMetric(part: try word(wire.bestBy.part), metric: try word(wire.bestBy.metric)))
    }
    storesModel = wire.storesModel
    if wire.hasClassType { classType = try DataType(wire: wire.classType) }
    hasCategories = wire.hasCategories_p
    repeatsLearners = wire.repeatsLearners
  }

  var wire: Roost_TrainingOptions {
    .with {
      $0.kind = kind.rawValue
      $0.metrics = metrics.map(\.rawValue)
      $0.seed = seed
      $0.testFraction = testFraction
      $0.imputation = imputation.rawValue
      $0.scaling = scaling.rawValue
      $0.folds = UInt32(folds)
      if let search { $0.search = search.wire }
      $0.explanations = explanations.map(\.rawValue)
      if case .best(let metric) = keep {
        $0.bestBy = .with {
          $0.part = metric.part.rawValue
          $0.metric = metric.metric.rawValue
        }
      }
      $0.storesModel = storesModel
      if let classType { $0.classType = classType.wire }
      $0.hasCategories_p = hasCategories
      $0.repeatsLearners = repeatsLearners
    }
  }
}

extension TrainingOptions.Search {
  fileprivate init(wire: Roost_ParameterSearch) throws(ProtocolError) {
    var dimensions: [(name: String, values: SearchSpace.Values)] = []
    for dimension in wire.space {
      dimensions.append((dimension.name, try SearchSpace.Values(wire: dimension)))
    }
    let tuning = Tuning(
      search: try word(wire.search), trialCount: Int(wire.trialCount),
      metric: try word(wire.metric),
      earlyStopping: try word(wire.earlyStopping))
    guard (1...GridSearch.largestCount).contains(tuning.trialCount) else {
      throw .malformedMessage("a search of \(tuning.trialCount) trials")
    }
    do throws(SearchSpaceError) {
      self.init(
        space: try SearchSpace(dimensions), tuning: tuning, isShared: wire.isShared)
    } catch {
      throw .malformedMessage("\(error)")
    }
  }

  fileprivate var wire: Roost_ParameterSearch {
    .with {
      $0.space = space.dimensions.map(\.wire)
      $0.search = tuning.search.rawValue
      $0.trialCount = UInt32(tuning.trialCount)
      $0.metric = tuning.metric.rawValue
      $0.earlyStopping = tuning.earlyStopping.rawValue
      $0.isShared = isShared
    }
  }
}

extension SearchSpace.Values {
  fileprivate init(wire: Roost_SearchDimension) throws(ProtocolError) {
    var values: [ParameterValue] = []
    for value in wire.values { values.append(try ParameterValue(wire: value)) }
    guard wire.isRange else {
      self = .choices(values)
      return
    }
    switch (values.first, values.last) {
    case (.integer(let lower), .integer(let upper)) where lower <= upper:
      self = .integers(lower...upper, isLogarithmic: wire.isLogarithmic)
    case (.double(let lower), .double(let upper)) where lower <= upper:
      self = .doubles(lower...upper, isLogarithmic: wire.isLogarithmic)
    default: throw .malformedMessage("a range of '\(wire.name)' without ends")
    }
  }
}

extension SearchSpace.Dimension {
  fileprivate var wire: Roost_SearchDimension {
    .with {
      $0.name = name
      switch values {
      case .choices(let choices): $0.values = choices.map { $0.wire(name: "") }
      case .doubles(let range, let isLogarithmic):
        $0.values = [range.lowerBound, range.upperBound].map {
          ParameterValue.double($0).wire(name: "")
        }
        $0.isRange = true
        $0.isLogarithmic = isLogarithmic
      case .integers(let range, let isLogarithmic):
        $0.values = [range.lowerBound, range.upperBound].map {
          ParameterValue.integer($0).wire(name: "")
        }
        $0.isRange = true
        $0.isLogarithmic = isLogarithmic
      }
    }
  }
}

extension PredictionOperation {
  init(wire: Roost_PredictionOperation) throws(ProtocolError) {
    let schema = try Schema(wire: wire.schema)
    let keyCount = Int(wire.keyCount)
    guard keyCount < schema.count, schema.fields[keyCount].type == .binary else {
      throw .malformedMessage("predictions without a column of models")
    }
    self.init(
      schema: schema, keyCount: keyCount,
      form: PredictionForm(
        kind: try word(wire.kind),
        classType: wire.hasClassType ? try DataType(wire: wire.classType) : nil,
        explainsByShap: wire.explainsByShap))
  }

  var wire: Roost_PredictionOperation {
    .with {
      $0.schema = schema.wire
      $0.keyCount = UInt32(keyCount)
      $0.kind = form.kind.rawValue
      if let classType = form.classType { $0.classType = classType.wire }
      $0.explainsByShap = form.explainsByShap
    }
  }
}

/// The case of a name that both sides know.
private func word<Word: RawRepresentable<String>>(_ text: String) throws(ProtocolError) -> Word {
  guard let word = Word(rawValue: text) else {
    throw .malformedMessage("the word '\(text)', which this version does not know")
  }
  return word
}

extension ParameterValue {
  init(wire: Roost_LearnerParameter) throws(ProtocolError) {
    switch wire.value {
    case .boolean(let value): self = .boolean(value)
    case .integer(let value): self = .integer(value)
    case .double(let value): self = .double(value)
    case .string(let value): self = .string(value)
    case nil: throw .malformedMessage("parameter \(wire.name) without value")
    }
  }

  func wire(name: String) -> Roost_LearnerParameter {
    .with {
      $0.name = name
      switch self {
      case .boolean(let value): $0.boolean = value
      case .integer(let value): $0.integer = value
      case .double(let value): $0.double = value
      case .string(let value): $0.string = value
      }
    }
  }
}
