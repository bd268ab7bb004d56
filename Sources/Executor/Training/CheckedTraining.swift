import Columnar
import Learning
import Plan

/// A training operation whose learners and columns have been looked up.
struct CheckedTraining {
  let training: GroupTraining
  let options: TrainingOptions
  let learnerNames: [String]
  /// Indices into the row.
  let features: [Int]
  /// Which of the features are categories.
  let isCategory: [Bool]
  let label: Int?
  let weight: Int?
  let order: Int?
  let heldOut: Int?
  let featureNames: [String]
  /// Of each learner the parameters that are not the default ones.
  let statedParameters: [[Trial.Choice]]
  let columns: [TrainingColumn]

  init(_ operation: TrainingOperation, schema: Schema) throws(TrainingPlanError) {
    options = operation.options
    training = try GroupTraining(operation)
    learnerNames = operation.learners.map(\.name)
    features = operation.features
    featureNames = operation.featureNames
    guard featureNames.count == features.count else { throw .namesMissing }
    statedParameters = zip(operation.learners, training.candidates).map { learner, candidate in
      candidate.description.parameters.compactMap { parameter in
        guard let value = learner.parameters[parameter.name], value != parameter.defaultValue else {
          return nil
        }
        return Trial.Choice(name: parameter.name, value: value)
      }
    }
    isCategory = operation.features.map { schema.fields[$0].type == .string }
    label = operation.label
    weight = operation.weight
    order = operation.order
    heldOut = operation.heldOut
    columns = operation.options.resultColumns
    try checkColumns(schema)
  }

  private func checkColumns(_ schema: Schema) throws(TrainingPlanError) {
    let isClassification = options.kind == .classification
    var expected = zip(features, isCategory).map { ($0, $1 ? DataType.string : .double) }
    if let label {
      expected.append((label, isClassification ? .string : .double))
    } else if options.kind != .clustering {
      throw .noLabel(options.kind)
    }
    expected += [weight, order].compactMap(\.self).map { ($0, .double) }
    if let heldOut { expected.append((heldOut, .boolean)) }
    for (index, type) in expected where schema.fields[index].type != type {
      throw .unexpectedType(schema.fields[index], expected: type)
    }
  }

  /// Columns whose nulls drop a row: all but features whose nulls are filled in.
  var neededColumns: [Int] {
    (options.imputation == .none ? features : []) + [label, weight, order].compactMap(\.self)
  }

  /// - Parameter isCancelled: whether there is no use in going on with a search.
  func makeTrainer(
    isCancelled: @escaping () -> Bool
  ) throws(TrainingPlanError) -> GroupTrainer {
    do throws(ParameterError) {
      return try GroupTrainer(
        training, featureCount: features.count, isCancelled: isCancelled)
    } catch {
      throw .parameters(error)
    }
  }

  var resultFields: [Field] { columns.map(\.field) }

  /// Learners of a group whose rows stay.
  var rowsPerGroup: Int {
    switch options.keep {
    case .all: learnerNames.count
    case .best: 1
    }
  }
}

extension GroupTraining {
  fileprivate init(_ operation: TrainingOperation) throws(TrainingPlanError) {
    let options = operation.options
    var candidates: [Candidate] = []
    for learner in operation.learners {
      guard let description = LearnerRegistry.learner(named: learner.name),
        description.kind == options.kind
      else { throw .unknownLearner(learner.name) }
      do throws(ParameterError) {
        candidates.append(
          Candidate(
            description: description, parameters: try description.validate(learner.parameters),
            space: options.search?.space.restricted(to: description)))
      } catch {
        throw .parameters(error)
      }
    }
    self.init(
      candidates: candidates, kind: options.kind, metrics: options.metrics, seed: options.seed)
    imputation = options.imputation
    scaling = options.scaling
    folds = options.folds
    isOrdered = operation.order != nil
    tuning = options.search?.tuning
    explanations = options.explanations
  }
}

extension SearchSpace {
  /// The dimensions that a learner has; nil where it has none of them.
  fileprivate func restricted(to learner: LearnerDescription) -> SearchSpace? {
    let known = dimensions.filter { learner.parameter(named: $0.name) != nil }
    // Part of a space that was checked: only an empty one is none.
    return try? SearchSpace(known.map { ($0.name, $0.values) })
  }
}
