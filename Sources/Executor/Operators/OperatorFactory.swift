import Plan

/// What carries out an operation on one partition. `partition` is the number of the task in its stage; a sort keeps what
/// it sorts in `runs`; what takes long calls `check`, which throws when the task was told to stop.
///
/// Throws when the plan cannot be carried out: an aggregate of a type that it does not take, a column that is not there.
package func makeOperator(
  _ operation: Operator, partition: Int, runs: SortedRunSpace,
  check: @escaping () throws -> Void = {}
) throws -> any BatchOperator {
  switch operation {
  case .filter(let condition): FilterOperator(condition)
  case .project(let columns): ProjectOperator(columns)
  case .limit(let count): LimitOperator(max(0, count))
  case .sort(let order, let limit?): TopRowsOperator(order, limit: max(0, limit))
  case .sort(let order, nil): SortOperator(order, runs: runs)
  case .holdOut(let fraction, let seed, let firstPartition, let name):
    HoldOutOperator(
      fraction: fraction, seed: seed, partition: firstPartition &+ partition, name: name)
  case .combine(let operation): try CombineOperator(operation)
  case .group(let operation): try GroupOperator(operation, partition: partition, check: check)
  case .measureTrials(let operation, let share, let taskCount):
    try MeasureTrialsOperator(
      operation, share: share, task: partition, of: taskCount, check: check)
  case .chooseTrials(let count): ChooseTrialsOperator(count: count)
  case .predict(let operation): PredictOperator(operation)
  }
}
