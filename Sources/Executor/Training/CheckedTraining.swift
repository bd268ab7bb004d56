import Columnar
import Learning
import Plan

/// A training operation whose learners, metrics and columns have been looked up.
struct CheckedTraining {
  let learners: [any Learner]
  let learnerNames: [String]
  let metrics: [Metric]
  /// Indices into the row.
  let features: [Int]
  let label: Int
  let heldOut: Int?
  let seed: Int64
  let featureNames: [String]
  let resultFields: [Field]

  init(_ operation: TrainingOperation, schema: Schema) throws(TrainingPlanError) {
    var learners: [any Learner] = []
    for learner in operation.learners {
      // What others predict has more than a number a row.
      guard let description = LearnerRegistry.learner(named: learner.name),
        description.kind == .regression
      else {
        throw .unknownLearner(learner.name)
      }
      do throws(ParameterError) {
        learners.append(try description.learner(learner.parameters))
      } catch {
        throw .parameters(error)
      }
    }
    var metrics: [Metric] = []
    for name in operation.metrics {
      guard let metric = Metric(rawValue: name) else { throw .unknownMetric(name) }
      metrics.append(metric)
    }
    for index in operation.features + [operation.label] {
      guard schema.fields[index].type == .double else {
        throw .unexpectedType(schema.fields[index], expected: .double)
      }
    }
    if let heldOut = operation.heldOut, schema.fields[heldOut].type != .boolean {
      throw .unexpectedType(schema.fields[heldOut], expected: .boolean)
    }
    self.learners = learners
    self.metrics = metrics
    learnerNames = operation.learners.map(\.name)
    features = operation.features
    label = operation.label
    heldOut = operation.heldOut
    seed = operation.seed
    featureNames = operation.features.map { schema.fields[$0].name }
    resultFields = Training.resultFields(metrics: operation.metrics)
  }
}
