import Columnar
import Learning
import Plan

/// The training of a grouped operation on rows of `schema`. Column indices of the operation lie in the schema.
///
/// `mergeable` training carries statistics between hosts; the other kind needs all rows of a group in one
/// place and calls `check` between them, which throws when the task was told to stop. Throws `TrainingPlanError` for a plan that cannot be carried out.
package func makeTrainingAccumulator(
  _ operation: TrainingOperation, schema: Schema, mergeable: Bool,
  check: @escaping () throws -> Void = {}
) throws -> any GroupedAccumulator {
  let training = try CheckedTraining(operation, schema: schema)
  return mergeable
    ? try StatisticsTrainingAccumulator(training)
    : try RowsTrainingAccumulator(training, check: check)
}
