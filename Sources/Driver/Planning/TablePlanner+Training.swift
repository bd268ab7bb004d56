import Learning
import Plan

/// One choice of parameters for all groups, and predictions: what all tasks of a stage have to know is sent to each.
extension TablePlanner {
  /// Each of them reads all rows.
  private static let mostMeasuringTasks = 32

  /// Each rung of the search is a stage that measures its trials on all groups and one that chooses the best; the last choice
  /// goes to the stage that trains. All read the same rows.
  mutating func chooseTrials(
    _ operation: GroupedOperation, _ training: TrainingOperation, over grouped: Fragment,
    of table: AnalyzedTable
  ) throws(PlanningError) -> Fragment {
    guard let search = training.options.search else { return grouped }
    let shared: SharedSearch
    do throws(SearchSpaceError) {
      shared = try SharedSearch(search.space, search.tuning, seed: training.options.seed)
    } catch {
      throw .search(table: table.name, line: table.line, error)
    }
    var chosen: Fragment?
    for (index, rung) in shared.rungs.enumerated() {
      // One group is in one partition, which any number of tasks can read: each takes some of the trials.
      let trialCount = rung.count.multipliedReportingOverflow(by: training.learners.count)
      let taskCount =
        operation.keyCount > 0 || trialCount.overflow
        ? 1 : min(trialCount.partialValue, Self.mostMeasuringTasks)
      var reader = builder.addReader(
        like: grouped, for: table.name, taskCount: operation.keyCount > 0 ? nil : taskCount)
      append(
        .measureTrials(operation, share: rung.share, taskCount: taskCount), beside: chosen,
        to: &reader)
      let measured = TrialSchema.measured
      var choice = builder.addExchange(
        for: table.name, partitioning: .single, partitionCount: 1, from: [reader],
        schema: measured, columns: Array(measured.fields.indices))
      let next = index + 1 < shared.rungs.count ? shared.rungs[index + 1].count : 1
      builder.append(.chooseTrials(count: next), to: &choice)
      choice.schema = TrialSchema.chosen
      chosen = choice
    }
    var reader = builder.addReader(like: grouped, for: table.name)
    append(.group(operation), beside: chosen, to: &reader)
    return reader
  }

  private mutating func append(
    _ operation: Operator, beside chosen: Fragment?, to reader: inout Fragment
  ) {
    let side = chosen.map { builder.addSide([$0], schema: TrialSchema.chosen, to: reader) }
    builder.append(operation, side: side, to: &reader)
  }

  /// Models and rows go through one exchange by their key, the models first: where rows are read they find theirs. Without a
  /// key the model is sent to where the rows are.
  mutating func predict(_ prediction: Prediction, of table: AnalyzedTable) -> [Fragment] {
    let layout = PredictionLayout(prediction, rowSchema: job.tables[prediction.rows].schema)
    let operation = layout.operation
    let columns = Array(operation.schema.fields.indices)
    var models = fragments[prediction.models]
    for position in models.indices {
      let isThere = BoundExpression(
        .call(.isNotNull, [.column(prediction.modelColumn, .binary)], .ansi), .boolean)
      builder.append(.filter(models[position].mapping(isThere)), to: &models[position])
      let columns = models[position].mapping(layout.models)
      builder.project(columns, columns: Array(columns.indices), on: &models[position])
    }
    var rows = fragments[prediction.rows]
    if operation.keyCount == 0 { rows = rows.map { builder.apart($0, from: models) } }
    for position in rows.indices {
      let columns = rows[position].mapping(layout.rows)
      builder.project(columns, columns: Array(columns.indices), on: &rows[position])
    }
    if operation.keyCount == 0 {
      for position in rows.indices {
        let side = builder.addSide(models, schema: operation.schema, to: rows[position])
        builder.append(.predict(operation), side: side, to: &rows[position])
        rows[position].becomes(table.inputSchema)
      }
      return rows
    }
    let byInput = planner.sizing.partitionCount(
      byteCount: builder.inputByteCount(of: models + rows))
    var joined = builder.addExchange(
      for: table.name,
      partitioning: .hash(keyCount: operation.keyCount), partitionCount: byInput,
      from: models + rows, schema: operation.schema, columns: columns)
    builder.append(.predict(operation), to: &joined)
    joined.becomes(table.inputSchema)
    return [joined]
  }
}
