import Plan

/// What carries out an operation on one partition.
///
/// Throws when the plan cannot be carried out: an aggregate of a type that it does not take, a column that is not there.
package func makeOperator(
  _ operation: Operator, context: OperatorContext
) throws -> any BatchOperator {
  switch operation {
  case .filter(let condition): FilterOperator(condition)
  case .project(let columns): ProjectOperator(columns)
  case .limit(let count): LimitOperator(max(0, count))
  case .sort(let order, let limit?): TopRowsOperator(order, limit: max(0, limit))
  case .sort(let order, nil): SortOperator(order, runs: context.runs)
  case .holdOut(let fraction, let seed, let firstPartition, let name):
    HoldOutOperator(
      fraction: fraction, seed: seed, partition: firstPartition &+ context.partition, name: name)
  case .combine(let operation): try CombineOperator(operation)
  case .group(let operation):
    try GroupOperator(operation, context: context)
  case .measureTrials(let operation, let share, let taskCount):
    try MeasureTrialsOperator(
      operation, share: share, task: context.partition, of: taskCount, check: context.check)
  case .chooseTrials(let count): ChooseTrialsOperator(count: count)
  case .predict(let operation): PredictOperator(operation)
  case .applyPython(let operation) where operation.frames.count > 1:
    try CogroupPythonOperator(operation, context: context)
  case .applyPython(let operation): try ApplyPythonOperator(operation, context: context)
  case .mapPython(let operation): try MapPythonOperator(operation, context: context)
  case .callPython(let calls): try CallPythonOperator(calls, context: context)
  }
}
