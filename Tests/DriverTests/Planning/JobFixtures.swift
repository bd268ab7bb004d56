import Columnar
import Driver
import Learning
import Plan

// Short ways to write jobs and expressions down in tests.

func column(_ index: Int, _ type: DataType = .long) -> BoundExpression { .column(index, type) }

func long(_ value: Int64) -> BoundExpression { .literal(.integer(value), .long) }

func call(
  _ function: ScalarFunction, _ type: DataType, _ arguments: BoundExpression...
) -> BoundExpression {
  BoundExpression(.call(function, arguments, .ansi), type)
}

func less(_ one: BoundExpression, _ other: BoundExpression) -> BoundExpression {
  call(.less, .boolean, one, other)
}

func longs(_ names: String...) -> Schema { Schema(names.map { Field($0, .long) }) }

func table(
  _ name: String, _ input: AnalyzedTable.Input, _ inputSchema: Schema,
  where filter: BoundExpression? = nil, select projection: [NamedExpression]? = nil,
  map mapping: TableFunction? = nil, group: Grouping? = nil, order: [SortOrder] = [],
  limit: Int? = nil, partitions: Int? = nil
) -> AnalyzedTable {
  var table = AnalyzedTable(
    name: name, line: 1, input: input, inputSchema: inputSchema, filter: filter,
    projection: projection, mapping: mapping, grouping: group, order: order, limit: limit,
    partitions: partitions,
    schema: inputSchema)
  table.schema = mapping?.returned ?? table.projectedSchema
  if let group {
    let keys = group.keys.map { Field($0.name, $0.expression.type) }
    switch group.action {
    case .aggregate(_, let results):
      table.schema = Schema(keys + results.map { Field($0.name, $0.expression.type) })
    case .train(let training): table.schema = Schema(keys + training.options.resultFields)
    case .apply(let function): table.schema = function.outputSchema(keys: keys)
    }
  }
  return table
}

func files(_ path: String, format: FileFormat = .parquet) -> AnalyzedTable.Input {
  .read(FileRead(paths: [path], format: format, options: ReadOptions()))
}

/// Aggregates whose results are just their values.
func aggregate(
  by keys: [NamedExpression], _ calls: (AggregateFunction, [BoundExpression])...
) -> Grouping {
  let calls = calls.map { AggregateCall(function: $0.0, arguments: $0.1, type: .long) }
  let results = calls.indices.map {
    NamedExpression(name: "value\($0)", expression: column(keys.count + $0))
  }
  return Grouping(keys: keys, action: .aggregate(calls: calls, results: results))
}

func training(
  by keys: [NamedExpression], label: BoundExpression, features: [NamedExpression],
  testFraction: Double = 0, metrics: [Metric] = [.rmse, .r2]
) -> Grouping {
  var options = TrainingOptions(kind: .regression, metrics: metrics, seed: 7)
  options.testFraction = testFraction
  return Grouping(
    keys: keys,
    action: .train(
      Training(
        learners: [.init(name: "LinearRegression", parameters: [:])], label: label,
        features: features, options: options)))
}

func python(_ name: String) -> PythonFunction {
  PythonFunction(source: .file("f.py"), name: name, environment: PythonEnvironment())
}

func named(_ name: String, _ expression: BoundExpression) -> NamedExpression {
  NamedExpression(name: name, expression: expression)
}

func ascending(_ columns: Int...) -> [SortOrder] {
  columns.map { SortOrder(expression: column($0), descending: false, nullsFirst: true) }
}

func written(_ table: Int, to path: String = "/out") -> AnalyzedOutput {
  AnalyzedOutput(
    table: table, action: .write(FileWrite(path: path, format: .parquet, mode: .error)), line: 9)
}

func shown(_ table: Int, rows: Int = 20) -> AnalyzedOutput {
  AnalyzedOutput(table: table, action: .show(rows: rows), line: 9)
}

/// A file of `rowGroups` row groups, each a partition, of `byteCount` bytes each.
func scan(
  _ schema: Schema, _ path: String = "/data/a.parquet", rowGroups: Int = 3,
  byteCount: Int64 = 1 << 20
) -> ScanInput {
  let file = FileIdentity(path: path, size: byteCount * Int64(rowGroups), modified: 1)
  return ScanInput(
    fileSchema: schema,
    partitions: (0..<rowGroups).map { [FileSplit(file: file, part: .rowGroups($0..<$0 + 1))] },
    byteCount: file.size)
}

extension StagePlan {
  func operations(of stage: Int) -> [Operator] { stages[stage].operators.map(\.operation) }
}
