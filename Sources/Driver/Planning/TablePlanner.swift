import Columnar
import Plan

/// Plans the tables of a job one after the other, each from the fragments of those that it reads.
struct TablePlanner {
  let planner: Planner
  let job: AnalyzedJob
  let scans: [Int: ScanInput]
  let cached: [String: CachedTableLayout]
  let needs: ColumnNeeds
  let predicates: PredicatePushdown
  var builder = StagePlanBuilder()
  /// The fragments of each table that is planned and needed.
  var fragments: [[Fragment]]

  init(
    planner: Planner, job: AnalyzedJob, scans: [Int: ScanInput],
    cached: [String: CachedTableLayout]
  ) {
    self.planner = planner
    self.job = job
    self.scans = scans
    self.cached = cached
    needs = ColumnNeeds(job)
    predicates = PredicatePushdown(job, needs: needs)
    fragments = Array(repeating: [], count: job.tables.count)
  }

  /// Plans a table whose inputs are planned; does nothing when no output needs it.
  mutating func plan(_ index: Int) throws(PlanningError) {
    guard needs.tables[index].isNeeded else { return }
    let table = job.tables[index]
    var parts = try input(of: index)
    for position in parts.indices {
      select(table, columns: needs.tables[index].projected, on: &parts[position])
    }
    if let mapping = table.mapping {
      for position in parts.indices { map(&parts[position], by: mapping, of: table) }
    }
    if let grouping = table.grouping {
      parts = [try group(parts, by: grouping, of: table)]
    }
    let output = needs.tables[index].output
    if !table.order.isEmpty {
      parts = [
        gather(parts, columns: output, of: table) { fragment in
          .sort(fragment.mapping(table.order), limit: table.limit)
        }
      ]
    } else if let limit = table.limit {
      parts = [gather(parts, columns: output, of: table) { _ in .limit(limit) }]
    }
    for part in parts { builder.note(table.name, in: part.stage) }
    fragments[index] = parts
  }

  /// Plans what becomes of a table that is planned.
  mutating func plan(_ output: AnalyzedOutput) {
    let table = job.tables[output.table]
    let columns = Array(table.schema.fields.indices)
    var parts = fragments[output.table]
    if case .show(let rows) = output.action {
      parts = [gather(parts, columns: columns, of: table) { _ in .limit(rows) }]
    }
    for position in parts.indices { align(&parts[position], to: columns, of: table) }
    builder.addResult(
      ResultTable(
        name: table.name, schema: table.schema, action: output.action,
        partitionCount: partitionCount(of: parts)),
      from: parts)
  }

  /// Filter and projection.
  private mutating func select(
    _ table: AnalyzedTable, columns: [Int], on fragment: inout Fragment
  ) {
    var calls = CallColumns(behind: fragment)
    if let filter = table.filter {
      let conditions = fragment.mapping(filter).splitBeforeCalls
      for condition in conditions {
        let condition = calls.compute([condition], on: &fragment, in: &builder)[0]
        builder.append(.filter(condition), to: &fragment)
      }
    }
    if let projection = table.projection {
      let wanted = fragment.mapping(columns.map { projection[$0] })
      let expressions = calls.compute(
        wanted.map(\.expression), on: &fragment, in: &builder)
      builder.project(
        zip(wanted, expressions).map { NamedExpression(name: $0.name, expression: $1) },
        columns: columns, on: &fragment)
    } else {
      calls.drop(from: &fragment, in: &builder)
    }
  }

  // MARK: Inputs

  private mutating func input(of index: Int) throws(PlanningError) -> [Fragment] {
    let table = job.tables[index]
    switch table.input {
    case .read(let read):
      guard let files = scans[index] else {
        throw .filesNotListed(table: table.name, line: table.line)
      }
      let scan = Scan(
        format: read.format, options: read.options, fileSchema: files.fileSchema,
        columns: needs.tables[index].input, predicates: predicates.predicates(ofScan: index),
        // A task without splits reads no rows, but a result then still has its columns.
        partitions: files.partitions.isEmpty ? [[]] : files.partitions)
      return [
        builder.addStage(
          for: table.name, input: .scan(scan), schema: scan.schema, columns: scan.columns,
          partitionCount: scan.partitions.count, inputByteCount: files.byteCount,
          statistics: files.statistics?.selecting(scan.columns))
      ]
    case .cached(let name):
      guard let layout = cached[name] else {
        throw .cachedTableMissing(name: name, table: table.name, line: table.line)
      }
      // What its rows take in memory follows from nothing that every run shares; its partitions do.
      let (bytes, overflow) = layout.partitionCount
        .multipliedReportingOverflow(by: planner.sizing.bytesPerPartition)
      return [
        builder.addStage(
          for: table.name, input: .cached(name: name, schema: table.inputSchema),
          schema: table.inputSchema, columns: Array(table.inputSchema.fields.indices),
          partitionCount: layout.partitionCount, inputByteCount: overflow ? .max : Int64(bytes))
      ]
    case .table(let source):
      return fragments[source]
    case .union(let sources):
      return try union(sources, of: table)
    case .predict(let prediction):
      return predict(prediction, of: table)
    case .cogroup(let cogroup):
      return [try self.cogroup(cogroup, of: table)]
    }
  }

  private func union(
    _ sources: [Int], of table: AnalyzedTable
  ) throws(PlanningError) -> [Fragment] {
    var parts: [Fragment] = []
    var firstPartition = 0
    for source in sources {
      guard parts.count + fragments[source].count <= planner.fragmentLimit else {
        throw .tooManyParts(table: table.name, line: table.line, limit: planner.fragmentLimit)
      }
      for var part in fragments[source] {
        part.firstPartition = firstPartition
        firstPartition += builder.partitionCount(of: part.stage)
        parts.append(part)
      }
    }
    return parts
  }

  // MARK: Shuffles

  private mutating func group(
    _ parts: [Fragment], by grouping: Grouping, of table: AnalyzedTable
  ) throws(PlanningError) -> Fragment {
    let layout: GroupingLayout
    switch grouping.action {
    case .aggregate(let calls, _):
      layout = GroupingLayout(calls, by: grouping.keys, projectedSchema: table.projectedSchema)
    case .train(let training):
      layout = GroupingLayout(training, by: grouping.keys, projectedSchema: table.projectedSchema)
    case .apply(let function):
      return try apply(function, to: parts, by: grouping.keys, of: table)
    }
    let operation = layout.operation
    let columns = Array(operation.schema.fields.indices)
    var sources = parts
    for position in sources.indices {
      let rows = sources[position].mapping(layout.rows)
      builder.project(rows, columns: Array(rows.indices), on: &sources[position])
      if let name = layout.heldOutName, case .train(let training) = grouping.action {
        builder.append(
          .holdOut(
            fraction: training.options.testFraction, seed: training.options.seed,
            firstPartition: sources[position].firstPartition, name: name),
          to: &sources[position])
      }
      if operation.isMergeable { builder.append(.combine(operation), to: &sources[position]) }
    }
    var grouped = builder.addExchange(
      for: table.name,
      partitioning: operation.keyCount == 0 ? .single : .hash(keyCount: operation.keyCount),
      partitionCount: try groupPartitionCount(of: table, operation, from: sources),
      from: sources, schema: operation.schema, columns: columns)
    if case .train(let training) = operation.action, training.options.search?.isShared == true {
      grouped = try chooseTrials(operation, training, over: grouped, of: table)
    } else {
      builder.append(.group(operation), to: &grouped)
    }
    if case .aggregate(_, let results) = grouping.action {
      let keys = operation.keys.enumerated().map { index, key in
        NamedExpression(name: key.name, expression: .column(index, key.type))
      }
      builder.append(.project(keys + results), to: &grouped)
    }
    grouped.becomes(table.schema)
    return grouped
  }

  /// - Parameter sources: what sends rows or partials; the keys are the first columns.
  private func groupPartitionCount(
    of table: AnalyzedTable, _ operation: GroupedOperation, from sources: [Fragment]
  ) throws(PlanningError) -> Int {
    if let count = try checked(table.partitions, of: table, keyCount: operation.keyCount) {
      return count
    }
    let byInput = planner.sizing.partitionCount(byteCount: builder.inputByteCount(of: sources))
    guard operation.isMergeable, let partials = partialCount(of: operation, from: sources) else {
      return byInput
    }
    return min(
      byInput, planner.sizing.partitionCount(partialBytes: partials * operation.partialWidth))
  }

  /// The number of partitions that the job states, and one where all rows are one group.
  func checked(
    _ partitions: Int?, of table: AnalyzedTable, keyCount: Int
  ) throws(PlanningError) -> Int? {
    if let count = partitions, !(1...planner.sizing.explicitLimit).contains(count) {
      throw .partitionCountOutOfRange(
        table: table.name, line: table.line, count: count, limit: planner.sizing.explicitLimit)
    }
    return keyCount == 0 ? 1 : partitions
  }

  /// About how many partial results travel: a row for each group of each task, where that is less than the rows. Nil
  /// when nothing is known of a key.
  private func partialCount(of operation: GroupedOperation, from sources: [Fragment]) -> Double? {
    var sum = 0.0
    for source in sources {
      guard let statistics = source.statistics else { return nil }
      var groups = 1.0
      for key in 0..<operation.keyCount {
        guard let count = statistics.distinctCounts[key] else { return nil }
        groups *= count
      }
      sum += min(statistics.rowCount, groups * Double(builder.partitionCount(of: source.stage)))
    }
    return sum
  }

  /// Brings all rows to one partition. `operation` (a limit or a sort) happens to each part first and then to
  /// the rows of all: twice is as good as once for both, and less travels.
  private mutating func gather(
    _ parts: [Fragment], columns: [Int], of table: AnalyzedTable,
    _ operation: (Fragment) -> Operator
  ) -> Fragment {
    var sources = parts
    for position in sources.indices {
      builder.append(operation(sources[position]), to: &sources[position])
    }
    if partitionCount(of: sources) == 1 { return sources[0] }
    for position in sources.indices { align(&sources[position], to: columns, of: table) }
    var gathered = builder.addExchange(
      for: table.name, partitioning: .single, partitionCount: 1, from: sources,
      schema: Schema(columns.map { table.schema.fields[$0] }), columns: columns)
    builder.append(operation(gathered), to: &gathered)
    return gathered
  }

  /// Gives a fragment exactly these columns of its table, under the table's names.
  private mutating func align(
    _ fragment: inout Fragment, to columns: [Int], of table: AnalyzedTable
  ) {
    let wanted = columns.map { column in
      let field = table.schema.fields[column]
      return NamedExpression(name: field.name, expression: .column(column, field.type))
    }
    builder.project(fragment.mapping(wanted), columns: columns, on: &fragment)
  }

  func partitionCount(of parts: [Fragment]) -> Int {
    parts.reduce(0) { $0 + builder.partitionCount(of: $1.stage) }
  }
}
