import Columnar
import Driver
import Learning
import Plan

typealias Row = [Scalar]

/// Runs plans and jobs on a handful of rows, plainly: what a plan gives must be what the job means.
///
/// Rows of files are by row group: `files[path][rowGroup]`.
struct PlanInterpreter {
  let files: [String: [[Row]]]

  // MARK: Plans

  /// The rows of each result.
  func run(_ plan: StagePlan) -> [[Row]] {
    var blocks: [Int: [(exchange: Int, producer: Int, task: Int, partition: Int, rows: [Row])]] =
      [:]
    var results: [Int: [Int: [Row]]] = [:]
    for stage in plan.stages {
      for task in 0..<stage.partitionCount {
        let inputs = stage.inputs.map { read($0, task, blocks, plan) }
        var nodes: [[Row]] = []
        func rows(_ parent: OperatorNode.Parent) -> [Row] {
          switch parent {
          case .node(let index): nodes[index]
          case .input(let index): inputs[index]
          }
        }
        for node in stage.operators {
          let side = node.side.map { inputs[$0] } ?? []
          nodes.append(apply(node.operation, to: rows(node.parent), beside: side, task))
        }
        for sink in stage.sinks {
          switch sink.target {
          case .result(let result, let firstPartition):
            results[result, default: [:]][firstPartition + task] = rows(sink.parent)
          case .exchange(let exchange, let producer):
            for row in rows(sink.parent) {
              blocks[exchange, default: []].append(
                (exchange, producer, task, partition(of: row, plan.exchanges[exchange]), [row]))
            }
          }
        }
      }
    }
    return plan.results.indices.map { index in
      (0..<plan.results[index].partitionCount).flatMap { results[index]?[$0] ?? [] }
    }
  }

  private func read(
    _ input: StageInput, _ task: Int,
    _ blocks: [Int: [(exchange: Int, producer: Int, task: Int, partition: Int, rows: [Row])]],
    _ plan: StagePlan
  ) -> [Row] {
    switch input {
    case .scan(let scan):
      scan.partitions[task].flatMap { split -> [Row] in
        guard case .rowGroups(let groups) = split.part else { return [] }
        return groups.flatMap { files[split.file.path]![$0] }
          .filter { row in scan.predicates.allSatisfy { holds($0, row) } }
          .map { row in scan.columns.map { row[$0] } }
      }
    case .exchange(let exchange):
      (blocks[exchange] ?? [])
        .filter { $0.partition == plan.exchanges[exchange].partition(readBy: task) }
        .enumerated()
        .sorted { ($0.1.producer, $0.1.task, $0.0) < ($1.1.producer, $1.1.task, $1.0) }
        .flatMap(\.element.rows)
    case .cached: []
    }
  }

  private func partition(of row: Row, _ exchange: Exchange) -> Int {
    guard case .hash(let keyCount) = exchange.partitioning else { return 0 }
    return row.prefix(keyCount).reduce(0) { $0 &* 31 &+ Int(number($1)) } & .max
      % exchange.partitionCount
  }

  private func holds(_ predicate: ColumnPredicate, _ row: Row) -> Bool {
    predicate.comparison == .less && number(row[predicate.column]) < number(predicate.value)
  }

  private func apply(
    _ operation: Operator, to rows: [Row], beside side: [Row], _ task: Int
  ) -> [Row] {
    switch operation {
    case .filter(let condition): rows.filter { value(condition, $0) == .boolean(true) }
    case .project(let items): rows.map { row in items.map { value($0.expression, row) } }
    case .limit(let count): Array(rows.prefix(count))
    case .sort(let order, let limit): sorted(rows, order, limit)
    case .holdOut(_, let seed, let first, _): holdOut(rows, seed, first + task)
    case .combine: rows
    case .group(let operation): group(rows, operation)
    // Numbers of trials are for tests of the executor.
    case .measureTrials, .chooseTrials: []
    case .applyPython(let application):
      // Of one table nothing comes on the side.
      cogroups(application.frames.count > 1 ? [side, rows] : [rows], application.keyCount)
        .flatMap { key, members in
          apply(
            application.function, key,
            zip(application.frames, members).map { frame, rows in
              rows.map { row in frame.columns.map { row[$0] } }
            }, application.returned, application.missingKeys)
        }
    case .mapPython(let mapping):
      rows.map { row in
        returned(by: mapping.function, [mapping.frame.columns.map { row[$0] }], mapping.returned)
      }
    case .callPython(let calls):
      rows.map { row in
        row + calls.map { value(BoundExpression(.python($0.function, $0.arguments), $0.type), row) }
      }
    case .predict(let operation):
      predict(
        (side + rows).filter { $0[operation.modelColumn] != .null }.map {
          (Array($0.prefix(operation.keyCount)), $0[operation.modelColumn])
        },
        rows.filter { $0[operation.modelColumn] == .null }.map {
          (Array($0.prefix(operation.keyCount)), Array($0[operation.rowColumns]))
        }, operation.form)
    }
  }

  private func group(_ rows: [Row], _ operation: GroupedOperation) -> [Row] {
    groups(rows, operation.keyCount).map { key, members in
      switch operation.action {
      case .aggregate(let aggregates):
        return key
          + aggregates.map { aggregate in
            self.aggregate(
              aggregate.function, members.map { row in aggregate.arguments.map { row[$0] } })
          }
      case .train(let training):
        return key
          + train(
            members.map { row in
              (
                training.features.map { row[$0] }, training.label.map { row[$0] } ?? .null,
                training.heldOut.map { row[$0] == .boolean(true) } ?? false
              )
            })
      }
    }
  }

  // MARK: Jobs

  /// The rows of each output, table by table as the job says, with groupings in the order of first appearance.
  func run(_ job: AnalyzedJob) -> [[Row]] {
    var tables: [[[Row]]] = []
    for table in job.tables { tables.append(evaluate(table, tables)) }
    return job.outputs.map { output in
      let rows = tables[output.table].flatMap(\.self)
      if case .show(let count) = output.action { return Array(rows.prefix(count)) }
      return rows
    }
  }

  private func evaluate(_ table: AnalyzedTable, _ tables: [[[Row]]]) -> [[Row]] {
    var parts: [[Row]]
    switch table.input {
    case .read(let read): parts = files[read.paths[0]]!
    case .cached: parts = []
    case .table(let source): parts = tables[source]
    case .union(let sources): parts = sources.flatMap { tables[$0] }
    case .predict(let prediction):
      let models = tables[prediction.models].flatMap(\.self).map { row in
        (prediction.modelKeys.map { value($0.expression, row) }, row[prediction.modelColumn])
      }.filter { $0.1 != .null }
      // Without a key the model comes to the rows, which stay in their partitions.
      let rows = tables[prediction.rows]
      parts = (prediction.rowKeys.isEmpty ? rows : [rows.flatMap(\.self)]).map { part in
        predict(
          models, part.map { row in (prediction.rowKeys.map { value($0, row) }, row) },
          prediction.form)
      }
    case .cogroup(let cogroup):
      let sides = [(cogroup.left, cogroup.leftKeys), (cogroup.right, cogroup.rightKeys)]
      parts = [
        apply(
          cogroup.function,
          sides.map { source, keys in
            tables[source].flatMap(\.self).map { row in
              keys.map { value($0.expression, row) } + row
            }
          }, cogroup.leftKeys)
      ]
    }
    if let filter = table.filter {
      parts = parts.map { $0.filter { value(filter, $0) == .boolean(true) } }
    }
    if let projection = table.projection {
      parts = parts.map { $0.map { row in projection.map { value($0.expression, row) } } }
    }
    if let mapping = table.mapping {
      parts = parts.map { rows in
        rows.map { returned(by: mapping.function, [$0], mapping.returned) }
      }
    }
    if let grouping = table.grouping { parts = [group(parts, grouping)] }
    if !table.order.isEmpty {
      parts = [sorted(parts.flatMap(\.self), table.order, table.limit)]
    } else if let limit = table.limit {
      parts = [Array(parts.flatMap(\.self).prefix(limit))]
    }
    return parts
  }

  private func group(_ parts: [[Row]], _ grouping: Grouping) -> [Row] {
    if case .apply(let function) = grouping.action {
      let rows = parts.flatMap(\.self).map { row in
        grouping.keys.map { value($0.expression, row) } + row
      }
      return apply(function, [rows], grouping.keys)
    }
    let rows = parts.enumerated().flatMap { index, rows -> [Row] in
      var seed: Int64 = 0
      if case .train(let training) = grouping.action { seed = training.options.seed }
      return holdOut(rows, seed, index).map { row in
        grouping.keys.map { value($0.expression, row) } + row
      }
    }
    let keyCount = grouping.keys.count
    return groups(rows, keyCount).map { key, members in
      let members = members.map { Array($0.dropFirst(keyCount)) }
      switch grouping.action {
      case .aggregate(let calls, let results):
        let values =
          key
          + calls.map { call in
            aggregate(call.function, members.map { row in call.arguments.map { value($0, row) } })
          }
        return key + results.map { value($0.expression, values) }
      case .train(let training):
        return key
          + train(
            members.map { row in
              (
                training.features.map { value($0.expression, row) }, value(training.label!, row),
                training.options.testFraction > 0 && row.last == .boolean(true)
              )
            })
      case .apply: return []
      }
    }
  }

  // MARK: Functions of the user's

  /// - Parameter tables: rows with their keys before them.
  private func apply(
    _ function: TableFunction, _ tables: [[Row]], _ keys: [NamedExpression]
  ) -> [Row] {
    let missing = keys.indices.filter { function.returned.index(of: keys[$0].name) == nil }
    return cogroups(tables, keys.count).flatMap { key, members in
      apply(
        function.function, key, members.map { $0.map { Array($0.dropFirst(keys.count)) } },
        function.returned, missing)
    }
  }

  /// One row a group: what its frames hold, and where errors are recorded the keys that it does not return itself.
  private func apply(
    _ function: PythonFunction, _ key: Row, _ frames: [[Row]], _ schema: Schema,
    _ missingKeys: [Int]
  ) -> [Row] {
    let row = returned(
      by: function,
      [key]
        + frames.enumerated().flatMap { index, rows in rows.map { $0 + [.integer(Int64(index))] } },
      schema)
    return [function.recordsErrors ? missingKeys.map { key[$0] } + row + [.null] : row]
  }

  /// Values that tell whether the right rows came in the right columns.
  private func returned(
    by function: PythonFunction, _ rows: [Row], _ schema: Schema
  ) -> Row {
    let sum = rows.reduce(Int64(function.name.utf8.count)) { sum, row in
      sum &+ row.reduce(1) { $0 &* 7 &+ number($1) }
    }
    return schema.fields.indices.map { .integer(sum &+ Int64($0)) }
  }

  // MARK: Rows

  /// The rows of each table by their keys, in the order in which these first appear.
  private func cogroups(_ tables: [[Row]], _ keyCount: Int) -> [(Row, [[Row]])] {
    let rows = tables.enumerated().flatMap { index, rows in
      rows.map { row in Array(row.prefix(keyCount)) + [.integer(Int64(index))] + row }
    }
    return groups(rows, keyCount).map { key, members in
      let members = members.map { Array($0.dropFirst(keyCount)) }
      return (
        key,
        tables.indices.map { index in
          members.filter { $0[0] == .integer(Int64(index)) }.map { Array($0.dropFirst()) }
        }
      )
    }
  }

  private func groups(_ rows: [Row], _ keyCount: Int) -> [(Row, [Row])] {
    if keyCount == 0 { return [([], rows)] }
    var groups: [(Row, [Row])] = []
    for row in rows {
      let key = Array(row.prefix(keyCount))
      if let index = groups.firstIndex(where: { $0.0 == key }) {
        groups[index].1.append(row)
      } else {
        groups.append((key, [row]))
      }
    }
    return groups
  }

  private func aggregate(_ function: AggregateFunction, _ arguments: [Row]) -> Scalar {
    let values = arguments.compactMap { $0.first.map(number) }
    switch function {
    case .count: return .integer(Int64(arguments.count))
    case .min: return values.min().map { .integer($0) } ?? .null
    case .python(let function):
      return .integer(values.reduce(Int64(function.name.utf8.count), &+))
    case .countDistinct: return .integer(Int64(Set(arguments).count))
    default: return .integer(values.reduce(0, &+))
    }
  }

  /// As many columns as a training gives; what they hold tells whether the right rows came in the right columns.
  private func train(_ rows: [(features: Row, label: Scalar, heldOut: Bool)]) -> Row {
    let weights = rows.map { row in
      row.features.reduce(number(row.label)) { $0 &* 7 &+ number($1) } &* (row.heldOut ? 3 : 1)
    }
    let count = TrainingOptions(kind: .regression, metrics: [.rmse, .r2], seed: 0).resultFields
      .count
    return (0..<count).map { .integer(weights.reduce(Int64($0), &+)) }
  }

  /// The rows with as many columns as a prediction gives, made of the first model of their key.
  private func predict(
    _ models: [(key: Row, model: Scalar)], _ rows: [(key: Row, row: Row)], _ form: PredictionForm
  ) -> [Row] {
    rows.map { key, row in
      // Of several, which an executor would refuse, one that no order of rows changes.
      let model = models.filter { $0.key == key }.map(\.model).max { number($0) < number($1) }
      return row
        + form.fields.indices.map { index in
          model.map { .integer(row.reduce(number($0) &+ Int64(index)) { $0 &* 7 &+ number($1) }) }
            ?? .null
        }
    }
  }

  private func holdOut(_ rows: [Row], _ seed: Int64, _ partition: Int) -> [Row] {
    rows.enumerated().map { index, row in
      row + [.boolean((seed &+ Int64(partition * 31 + index * 17)) % 5 == 0)]
    }
  }

  private func sorted(_ rows: [Row], _ order: [SortOrder], _ limit: Int?) -> [Row] {
    let keys: [[Int64]] = rows.map { row in
      order.map { number(value($0.expression, row)) * ($0.descending ? -1 : 1) }
    }
    let indices = rows.indices.sorted { (one: Int, other: Int) -> Bool in
      if keys[one] == keys[other] { return one < other }
      return keys[one].lexicographicallyPrecedes(keys[other])
    }
    return Array(indices.map { rows[$0] }.prefix(limit ?? .max))
  }

  private func value(_ expression: BoundExpression, _ row: Row) -> Scalar {
    switch expression.kind {
    case .column(let index): return row[index]
    case .literal(let value): return value
    case .call(.less, let sides, _):
      return .boolean(number(value(sides[0], row)) < number(value(sides[1], row)))
    case .and(let operands):
      return .boolean(operands.allSatisfy { value($0, row) == .boolean(true) })
    case .call(.isNotNull, let sides, _): return .boolean(value(sides[0], row) != .null)
    case .call(.add, let sides, _):
      return .integer(number(value(sides[0], row)) &+ number(value(sides[1], row)))
    case .python(let function, let arguments):
      // Of nothing it still gives something.
      return .integer(
        arguments.reduce(Int64(function.name.utf8.count)) { $0 &* 5 &+ number(value($1, row)) })
    default: return .null
    }
  }

  private func number(_ value: Scalar) -> Int64 {
    switch value {
    case .integer(let number): number
    case .boolean(let truth): truth ? 1 : 0
    default: 0
    }
  }
}
