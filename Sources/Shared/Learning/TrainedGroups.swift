/// What training made of one group after the other, side by side in arrays that are kept: nothing is allocated for
/// a group.
package struct TrainedGroups {
  private let featureCount: Int
  /// Whether `models` are kept, which allocates for each group.
  package let keepsModels: Bool
  /// Whether there is a linear model of the group.
  package private(set) var hasLinearModel: [Bool] = []
  /// Zero where there is no linear model.
  package private(set) var intercepts: [Double] = []
  /// As many as there are features for each group, zeros where there is no linear model.
  package private(set) var coefficients: [Double] = []
  /// How well the model predicts its own examples, and those held out; of no examples where there is no model.
  package private(set) var trainErrors: [PredictionErrors] = []
  package private(set) var testErrors: [PredictionErrors] = []
  /// The models of the groups that have one, in their order, where they are kept.
  package private(set) var models: [(group: Int, model: any Model)] = []
  /// Why the groups that have no model have none, in the order of the groups.
  package private(set) var failures: [(group: Int, error: TrainingError)] = []

  package init(featureCount: Int, keepsModels: Bool = false) {
    self.featureCount = featureCount
    self.keepsModels = keepsModels
  }

  package var count: Int { trainErrors.count }

  /// Appends a group that has a model; nil is one that is no linear function.
  package mutating func append(
    _ model: LinearModel?, train: PredictionErrors, test: PredictionErrors
  ) {
    hasLinearModel.append(model != nil)
    intercepts.append(model?.intercept ?? 0)
    if let model {
      precondition(model.coefficients.count == featureCount)
      coefficients.append(contentsOf: model.coefficients)
    } else {
      coefficients.append(contentsOf: repeatElement(0, count: featureCount))
    }
    trainErrors.append(train)
    testErrors.append(test)
  }

  /// Keeps the model of the next group.
  package mutating func append(_ model: any Model) { models.append((count, model)) }

  /// Appends a group that could not be trained.
  package mutating func append(_ error: TrainingError) {
    failures.append((count, error))
    append(nil, train: .noExamples, test: .noExamples)
  }

  /// Forgets all groups and keeps the memory.
  package mutating func removeAll() {
    hasLinearModel.removeAll(keepingCapacity: true)
    intercepts.removeAll(keepingCapacity: true)
    coefficients.removeAll(keepingCapacity: true)
    trainErrors.removeAll(keepingCapacity: true)
    testErrors.removeAll(keepingCapacity: true)
    failures.removeAll(keepingCapacity: true)
    models.removeAll(keepingCapacity: true)
  }
}
