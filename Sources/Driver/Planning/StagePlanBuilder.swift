import Columnar
import Plan

/// Stages, exchanges and results while a plan grows.
///
/// The same operation on the same rows is one node, however many tables ask for it. The dictionaries are
/// only looked up, never iterated: their order decides nothing.
struct StagePlanBuilder {
  private(set) var plan = StagePlan(stages: [], exchanges: [], results: [])
  private var nodeIndices: [[OperatorNode: Int]] = []
  private var tableNames: [[String]] = []
  /// The bytes of the files behind each stage, an upper bound for the bytes of its rows.
  private var inputByteCounts: [Int64] = []

  func partitionCount(of stage: Int) -> Int { plan.stages[stage].partitionCount }

  /// The bytes of the files behind some fragments.
  func inputByteCount(of fragments: [Fragment]) -> Int64 {
    fragments.reduce(0) { sum, fragment in
      let (total, overflow) = sum.addingReportingOverflow(inputByteCounts[fragment.stage])
      return overflow ? .max : total
    }
  }

  /// A stage that reads `input` for a table, as a fragment with all columns of `schema`.
  mutating func addStage(
    for table: String, input: StageInput, schema: Schema, columns: [Int], partitionCount: Int,
    inputByteCount: Int64, statistics: TableStatistics? = nil
  ) -> Fragment {
    let id = plan.stages.count
    plan.stages.append(
      Stage(
        id: id, name: table, inputs: [input], operators: [], sinks: [],
        partitionCount: partitionCount))
    nodeIndices.append([:])
    tableNames.append([table])
    inputByteCounts.append(inputByteCount)
    return Fragment(
      stage: id, parent: .input(0), firstPartition: 0, columns: columns, schema: schema,
      statistics: statistics)
  }

  /// An exchange that the fragments write to, in their order, and the stage that reads it.
  mutating func addExchange(
    for table: String, partitioning: Exchange.Partitioning, partitionCount: Int,
    from fragments: [Fragment], schema: Schema, columns: [Int]
  ) -> Fragment {
    let id = plan.exchanges.count
    plan.exchanges.append(
      Exchange(
        id: id, partitioning: partitioning, partitionCount: partitionCount,
        producers: fragments.map(\.stage), schema: schema))
    for (producer, fragment) in fragments.enumerated() {
      plan.stages[fragment.stage].sinks.append(
        Sink(parent: fragment.parent, target: .exchange(id, producer: producer)))
    }
    return addStage(
      for: table, input: .exchange(id), schema: schema, columns: columns,
      partitionCount: partitionCount, inputByteCount: inputByteCount(of: fragments))
  }

  mutating func addResult(_ result: ResultTable, from fragments: [Fragment]) {
    let index = plan.results.count
    plan.results.append(result)
    for fragment in fragments {
      plan.stages[fragment.stage].sinks.append(
        Sink(
          parent: fragment.parent,
          target: .result(index, firstPartition: fragment.firstPartition)))
    }
  }

  /// Appends an operation; where it changes the columns, the caller says so in the fragment.
  mutating func append(_ operation: Operator, to fragment: inout Fragment) {
    let node = OperatorNode(parent: fragment.parent, operation: operation)
    if let index = nodeIndices[fragment.stage][node] {
      fragment.parent = .node(index)
      return
    }
    let index = plan.stages[fragment.stage].operators.count
    plan.stages[fragment.stage].operators.append(node)
    nodeIndices[fragment.stage][node] = index
    fragment.parent = .node(index)
  }

  /// Appends a projection to expressions over the node's columns, unless it would change nothing.
  mutating func project(
    _ expressions: [NamedExpression], columns: [Int], on fragment: inout Fragment
  ) {
    let schema = Schema(expressions.map { Field($0.name, $0.expression.type) })
    let changesNothing =
      schema == fragment.schema
      && expressions.enumerated().allSatisfy { index, item in
        item.expression == .column(index, item.expression.type)
      }
    if changesNothing {
      fragment.columns = columns
    } else {
      append(.project(expressions), to: &fragment)
      fragment.schema = schema
      fragment.columns = columns
      fragment.statistics = fragment.statistics?.selecting(expressions.map(\.expression.column))
    }
  }

  /// Names a table among those that a stage computes.
  mutating func note(_ table: String, in stage: Int) {
    if tableNames[stage].contains(table) { return }
    tableNames[stage].append(table)
    plan.stages[stage].name = tableNames[stage].joined(separator: ", ")
  }
}
