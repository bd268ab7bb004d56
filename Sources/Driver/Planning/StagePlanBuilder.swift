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
    let id = makeExchange(
      partitioning: partitioning, partitionCount: partitionCount, from: fragments, schema: schema)
    return addStage(
      for: table, input: .exchange(id), schema: schema, columns: columns,
      partitionCount: partitionCount, inputByteCount: inputByteCount(of: fragments))
  }

  private mutating func makeExchange(
    partitioning: Exchange.Partitioning, partitionCount: Int, from fragments: [Fragment],
    schema: Schema
  ) -> Int {
    let id = plan.exchanges.count
    plan.exchanges.append(
      Exchange(
        id: id, partitioning: partitioning, partitionCount: partitionCount,
        producers: fragments.map(\.stage), schema: schema))
    for (producer, fragment) in fragments.enumerated() {
      plan.stages[fragment.stage].sinks.append(
        Sink(parent: fragment.parent, target: .exchange(id, producer: producer)))
    }
    return id
  }

  /// One more stage that reads what a fragment reads, which is all partitions of an exchange.
  /// - Parameter taskCount: of tasks that all read the only partition; nil for a task a partition.
  mutating func addReader(
    like fragment: Fragment, for table: String, taskCount: Int? = nil
  ) -> Fragment {
    let stage = plan.stages[fragment.stage]
    return addStage(
      for: table, input: stage.inputs[0], schema: fragment.schema, columns: fragment.columns,
      partitionCount: taskCount ?? stage.partitionCount,
      inputByteCount: inputByteCounts[fragment.stage])
  }

  /// Sends the rows of some fragments to the tasks of the stage of `reader` besides what they read: all rows to all of them,
  /// or to each its partition of as many as it has tasks. Returns the number of that input.
  mutating func addSide(
    _ fragments: [Fragment], partitioning: Exchange.Partitioning = .single, schema: Schema,
    to reader: Fragment
  ) -> Int {
    let exchange = makeExchange(
      partitioning: partitioning,
      partitionCount: partitioning == .single ? 1 : partitionCount(of: reader.stage),
      from: fragments, schema: schema)
    // What all tasks know is small beside their rows; a partition for each is rows like others.
    if partitioning != .single {
      inputByteCounts[reader.stage] = inputByteCount(of: fragments + [reader])
    }
    plan.stages[reader.stage].inputs.append(.exchange(exchange))
    return plan.stages[reader.stage].inputs.count - 1
  }

  /// A fragment of a stage of its own that does the same, when the fragment's stage comes before one of the others: what
  /// these give can only be sent to a stage that they do not need themselves.
  mutating func apart(_ fragment: Fragment, from others: [Fragment]) -> Fragment {
    guard others.contains(where: { isNeeded(fragment.stage, by: $0.stage) }) else {
      return fragment
    }
    var stage = plan.stages[fragment.stage]
    stage.id = plan.stages.count
    stage.sinks = []
    stage.operators = []
    stage.isIndeterminate = false
    // Only the way to the fragment.
    var way: [OperatorNode] = []
    var parent = fragment.parent
    while case .node(let index) = parent {
      way.append(plan.stages[fragment.stage].operators[index])
      parent = way[way.count - 1].parent
    }
    plan.stages.append(stage)
    nodeIndices.append([:])
    tableNames.append([])
    inputByteCounts.append(inputByteCounts[fragment.stage])
    var copy = fragment
    copy.stage = stage.id
    copy.parent = parent
    for node in way.reversed() { append(node.operation, side: node.side, to: &copy) }
    return copy
  }

  private func isNeeded(_ stage: Int, by other: Int) -> Bool {
    var seen: Set<Int> = []
    var open = [other]
    while let next = open.popLast() {
      if next == stage { return true }
      guard seen.insert(next).inserted else { continue }
      for case .exchange(let exchange) in plan.stages[next].inputs {
        open += plan.exchanges[exchange].producers
      }
    }
    return false
  }

  /// The plan with stages in an order in which each comes after those that it needs, without those whose rows nobody takes.
  func finished() -> StagePlan {
    var order: [Int] = []
    var placed: Set<Int> = []
    let wanted = plan.stages.filter { !$0.sinks.isEmpty }
    // Each round places at least one stage: there are no circles.
    while order.count < wanted.count {
      for stage in wanted where !placed.contains(stage.id) {
        let producers = stage.inputs.flatMap { input -> [Int] in
          if case .exchange(let exchange) = input { plan.exchanges[exchange].producers } else { [] }
        }
        guard producers.allSatisfy(placed.contains) else { continue }
        placed.insert(stage.id)
        order.append(stage.id)
      }
    }
    if order == Array(plan.stages.indices) { return plan }
    var numbers: [Int: Int] = [:]
    for (number, stage) in order.enumerated() { numbers[stage] = number }
    var result = plan
    result.stages = order.enumerated().map { number, stage in
      var moved = plan.stages[stage]
      moved.id = number
      return moved
    }
    for index in result.exchanges.indices {
      result.exchanges[index].producers = plan.exchanges[index].producers.map { numbers[$0]! }
    }
    return result
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
  /// - Parameter side: an input of the stage that the operation gets beside.
  mutating func append(_ operation: Operator, side: Int? = nil, to fragment: inout Fragment) {
    let node = OperatorNode(parent: fragment.parent, side: side, operation: operation)
    if let index = nodeIndices[fragment.stage][node] {
      fragment.parent = .node(index)
      return
    }
    let index = plan.stages[fragment.stage].operators.count
    plan.stages[fragment.stage].operators.append(node)
    nodeIndices[fragment.stage][node] = index
    // What the user's code gives may differ from one attempt to the next.
    if !operation.pythonFunctions.isEmpty { plan.stages[fragment.stage].isIndeterminate = true }
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
