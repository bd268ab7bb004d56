import Columnar

/// A job cut at its shuffles: what the scheduler runs.
///
/// Stages stand in an order in which each comes after the producers of what it reads.
package struct StagePlan: Hashable, Sendable {
  package var stages: [Stage]
  package var exchanges: [Exchange]
  package var results: [ResultTable]

  package init(stages: [Stage], exchanges: [Exchange], results: [ResultTable]) {
    self.stages = stages
    self.exchanges = exchanges
    self.results = results
  }
}

/// Tasks that do the same to the partitions of one input: a tree of operators from the input to the sinks.
package struct Stage: Hashable, Sendable {
  /// Its index in the plan.
  package var id: Int
  /// The names of the tables that it computes, for people.
  package var name: String
  package var inputs: [StageInput]
  /// Each after its parents.
  package var operators: [OperatorNode]
  package var sinks: [Sink]
  package var partitionCount: Int
  /// Whether another attempt of a task may give other rows: the user's code runs in it. When one of its outputs is lost, all of
  /// the stage and of what reads it runs again.
  package var isIndeterminate: Bool

  package init(
    id: Int, name: String, inputs: [StageInput], operators: [OperatorNode], sinks: [Sink],
    partitionCount: Int, isIndeterminate: Bool = false
  ) {
    self.id = id
    self.name = name
    self.inputs = inputs
    self.operators = operators
    self.sinks = sinks
    self.partitionCount = partitionCount
    self.isIndeterminate = isIndeterminate
  }
}

extension Stage {
  /// The order in which the inputs are read: what comes on the side first, and of that the latest, which what is
  /// farther down the tree needs.
  package var readingOrder: [Int] {
    let sides = Set(operators.compactMap(\.side))
    return inputs.indices.filter(sides.contains).reversed()
      + inputs.indices.filter { !sides.contains($0) }
  }
}

package enum StageInput: Hashable, Sendable {
  /// Task i reads partition i of the scan.
  case scan(Scan)
  /// Task i reads partition i of the exchange; all tasks read the only one of an exchange to which all rows go.
  case exchange(Int)
  /// Task i reads partition i of a cached table.
  case cached(name: String, schema: Schema)
}

/// Files cut into partitions, with the columns that are wanted of them.
package struct Scan: Hashable, Sendable {
  package var format: FileFormat
  package var options: ReadOptions
  /// All columns of the files: text needs them to find its fields.
  package var fileSchema: Schema
  /// The columns that are read, by their index in `fileSchema`, in the order of the output.
  package var columns: [Int]
  /// Conditions that let whole row groups be left out; the rows are filtered again by an operator.
  package var predicates: [ColumnPredicate]
  package var partitions: [[FileSplit]]

  package init(
    format: FileFormat, options: ReadOptions, fileSchema: Schema, columns: [Int],
    predicates: [ColumnPredicate], partitions: [[FileSplit]]
  ) {
    self.format = format
    self.options = options
    self.fileSchema = fileSchema
    self.columns = columns
    self.predicates = predicates
    self.partitions = partitions
  }

  package var schema: Schema { Schema(columns.map { fileSchema.fields[$0] }) }
}

/// An operator and where its batches come from.
package struct OperatorNode: Hashable, Sendable {
  package enum Parent: Hashable, Sendable {
    case input(Int)
    case node(Int)
  }

  package var parent: Parent
  /// An input whose batches it gets before those of `parent`, apart from them: what all tasks have to know.
  package var side: Int?
  package var operation: Operator

  package init(parent: Parent, side: Int? = nil, operation: Operator) {
    self.parent = parent
    self.side = side
    self.operation = operation
  }
}

/// Where the batches of a node (or of an input, when nothing happens to them) go.
package struct Sink: Hashable, Sendable {
  package enum Target: Hashable, Sendable {
    /// This stage is producer number `producer` of the exchange.
    case exchange(Int, producer: Int)
    /// Partition i of this stage is partition `firstPartition + i` of the result.
    case result(Int, firstPartition: Int)
  }

  package var parent: OperatorNode.Parent
  package var target: Target

  package init(parent: OperatorNode.Parent, target: Target) {
    self.parent = parent
    self.target = target
  }
}

/// Rows that change hands between stages. Partition p of the exchange is what all tasks of all producers
/// wrote for p, read in the order of the producers and then of their tasks.
package struct Exchange: Hashable, Sendable {
  package enum Partitioning: Hashable, Sendable {
    /// By the hash of the first `keyCount` columns.
    case hash(keyCount: Int)
    /// All rows to partition 0.
    case single
  }

  package var id: Int
  package var partitioning: Partitioning
  package var partitionCount: Int
  /// The stages that write, in the order in which their tasks are read.
  package var producers: [Int]
  /// The columns of plain rows; a grouping also sends batches of partial results.
  package var schema: Schema

  package init(
    id: Int, partitioning: Partitioning, partitionCount: Int, producers: [Int], schema: Schema
  ) {
    self.id = id
    self.partitioning = partitioning
    self.partitionCount = partitionCount
    self.producers = producers
    self.schema = schema
  }
}

extension Exchange {
  /// The partition that a task of a stage reads, by its number.
  package func partition(readBy task: Int) -> Int { partitioning == .single ? 0 : task }
}

/// A table that leaves the job.
package struct ResultTable: Hashable, Sendable {
  package var name: String
  package var schema: Schema
  package var action: AnalyzedOutput.Action
  package var partitionCount: Int

  package init(
    name: String, schema: Schema, action: AnalyzedOutput.Action, partitionCount: Int
  ) {
    self.name = name
    self.schema = schema
    self.action = action
    self.partitionCount = partitionCount
  }
}
