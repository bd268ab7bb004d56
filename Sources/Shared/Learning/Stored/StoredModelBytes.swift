extension StoredModel {
  /// The model in its binary form. A training that writes many models takes a `StoredModelWriter`.
  package var bytes: [UInt8] {
    let head = StoredModelWriter(
      learner: learner, kind: kind, featureNames: features.map(\.name))
    var writer = ModelWriter()
    head.append(
      model, preparation: preparation, categories: features.map(\.categories), classes: classes,
      to: &writer)
    return writer.bytes
  }

  /// Reads a model that this version or an earlier one has written. Bytes come from anybody: where this does not throw,
  /// nothing that the model is asked can trap.
  /// - Complexity: O(bytes) in time and memory.
  package init(_ bytes: [UInt8]) throws(ModelFormatError) {
    var reader = ModelReader(bytes)
    for expected in StoredModelFormat.magic {
      guard try reader.byte() == expected else { throw .notAModel }
    }
    let version = try reader.byte()
    guard version <= StoredModelFormat.version else { throw .newerVersion(version) }
    guard version > 0 else { throw .notAModel }
    let learner = try reader.text()
    let kind = try LearnerKind(code: try reader.byte())
    let features = try Self.features(from: &reader)
    let classes = try reader.texts()
    let preparation = try reader.boolean() ? try FeaturePreparation(from: &reader) : nil
    let formCode = try reader.byte()
    guard let form = ModelForm(rawValue: formCode) else { throw .unknownForm(formCode) }
    let model = try form.modelType.init(from: &reader)
    guard reader.isAtEnd else { throw .tooLong }
    self.init(
      learner: learner, kind: kind, features: features, classes: classes, preparation: preparation,
      model: model)
    try check()
  }

  private static func features(
    from reader: inout ModelReader
  ) throws(ModelFormatError) -> [Feature] {
    var features: [Feature] = []
    for name in try reader.texts() { features.append(Feature(name: name)) }
    var next = 0
    for _ in 0..<(try reader.count(ofAtLeast: 2)) {
      let index = try reader.count()
      guard index >= next, index < features.count else { throw .outOfRange(Int64(index)) }
      features[index] = Feature(name: features[index].name, categories: try reader.texts())
      next = index + 1
    }
    return features
  }

  /// Whether the parts go together: they do in what training writes.
  private func check() throws(ModelFormatError) {
    if let preparation {
      guard preparation.featureCount == features.count else {
        throw .featureCount(preparation.featureCount, needed: features.count)
      }
      for case .indicator(let feature, let code) in preparation.columns {
        guard let categories = features[feature].categories, categories.indices.contains(Int(code))
        else { throw .outOfRange(Int64(code)) }
      }
    }
    let isForecast = model is any ForecastModel
    let columnCount = preparation?.columnCount ?? features.count
    guard isForecast || model.featureCount == columnCount else {
      throw .featureCount(model.featureCount, needed: columnCount)
    }
    let classCount: Int
    let isOfKind: Bool
    switch model.output {
    case .value: (classCount, isOfKind) = (0, kind == (isForecast ? .forecasting : .regression))
    case .scores(let count): (classCount, isOfKind) = (count, kind == .classification)
    case .cluster: (classCount, isOfKind) = (0, kind == .clustering)
    case .probabilities(let count):
      classCount = kind == .classification ? count : 0
      isOfKind = kind == .classification || kind == .clustering
    }
    guard isOfKind else { throw .wrongKind(kind, type(of: model).form) }
    guard classes.count == classCount else {
      throw .classCount(classes.count, needed: classCount)
    }
  }
}

extension ModelForm {
  /// What reads the bytes of this form; people can read each.
  var modelType: any DescribedModel.Type {
    switch self {
    case .linear: LinearModel.self
    case .generalizedLinear: GeneralizedLinearModel.self
    case .logistic: LogisticModel.self
    case .linearSupportVector: LinearSupportVectorModel.self
    case .naiveBayes: NaiveBayesModel.self
    case .isotonic: IsotonicModel.self
    case .decisionTree: DecisionTreeModel.self
    case .treeEnsemble: TreeEnsembleModel.self
    case .kMeans: KMeansModel.self
    case .bisectingKMeans: BisectingKMeansModel.self
    case .gaussianMixture: GaussianMixtureModel.self
    case .seasonalNaive: SeasonalNaiveModel.self
    case .exponentialSmoothing: ExponentialSmoothingModel.self
    }
  }
}
