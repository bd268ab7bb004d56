import Columnar
import Learning

/// A job whose names, types, learners and parameters have all been checked against the schemas of its inputs.
///
/// Tables stand in an order in which each comes after those that it reads.
package struct AnalyzedJob: Hashable, Sendable {
  package var name: String
  package var tables: [AnalyzedTable]
  package var outputs: [AnalyzedOutput]

  package init(name: String, tables: [AnalyzedTable], outputs: [AnalyzedOutput]) {
    self.name = name
    self.tables = tables
    self.outputs = outputs
  }
}

/// One table, as the steps that happen to its rows in this order: input, filter, projection, mapping or grouping, sorting,
/// limit.
package struct AnalyzedTable: Hashable, Sendable {
  package enum Input: Hashable, Sendable {
    /// Files: all their columns, which a planner prunes.
    case read(FileRead)
    /// A table that an earlier job left in the executors' memory.
    case cached(String)
    /// An earlier table of this job, by its index.
    case table(Int)
    /// The rows of several earlier tables of the same schema, one after the other.
    case union([Int])
    /// The rows of an earlier table with what the models of another predict for them.
    case predict(Prediction)
    /// What a function makes of the rows of two earlier tables by their keys.
    case cogroup(Cogroup)
  }

  package var name: String
  /// The line of the job file where the table begins, from 1.
  package var line: Int
  package var input: Input
  package var inputSchema: Schema
  /// Over the columns of `inputSchema`; of type boolean.
  package var filter: BoundExpression?
  /// Over the columns of `inputSchema`; nil keeps them all.
  package var projection: [NamedExpression]?
  /// What the batches of projected rows are handed to, in place of a grouping.
  package var mapping: TableFunction?
  /// Over the projected columns.
  package var grouping: Grouping?
  /// Over the columns after grouping.
  package var order: [SortOrder]
  package var limit: Int?
  /// How many partitions a grouping of this table has, when the job says so (`partitions:`).
  package var partitions: Int?
  /// The columns that readers of this table see.
  package var schema: Schema

  package init(
    name: String, line: Int, input: Input, inputSchema: Schema, filter: BoundExpression? = nil,
    projection: [NamedExpression]? = nil, mapping: TableFunction? = nil, grouping: Grouping? = nil,
    order: [SortOrder] = [], limit: Int? = nil, partitions: Int? = nil, schema: Schema
  ) {
    self.name = name
    self.line = line
    self.input = input
    self.inputSchema = inputSchema
    self.filter = filter
    self.projection = projection
    self.mapping = mapping
    self.grouping = grouping
    self.order = order
    self.limit = limit
    self.partitions = partitions
    self.schema = schema
  }

  /// The columns after `projection` and before `mapping` or `grouping`.
  package var projectedSchema: Schema {
    projection.map { Schema($0.map { Field($0.name, $0.expression.type) }) } ?? inputSchema
  }
}

/// An expression over the columns of an input, with the name of its result.
package struct NamedExpression: Hashable, Sendable {
  package var name: String
  package var expression: BoundExpression

  package init(name: String, expression: BoundExpression) {
    self.name = name
    self.expression = expression
  }
}

package struct SortOrder: Hashable, Sendable {
  package var expression: BoundExpression
  package var descending: Bool
  /// As in Spark: nulls come first in ascending order and last in descending order unless said otherwise.
  package var nullsFirst: Bool

  package init(expression: BoundExpression, descending: Bool, nullsFirst: Bool) {
    self.expression = expression
    self.descending = descending
    self.nullsFirst = nullsFirst
  }
}

/// What happens to the rows of each group. Without keys, all rows are one group.
package struct Grouping: Hashable, Sendable {
  package enum Action: Hashable, Sendable {
    /// One row a group: `results` are expressions over the keys followed by the values of `calls`.
    case aggregate(calls: [AggregateCall], results: [NamedExpression])
    /// One row a group and learner.
    case train(Training)
    /// As many rows a group as the function returns.
    case apply(TableFunction)
  }

  /// Over the projected columns; they come first in the result.
  package var keys: [NamedExpression]
  package var action: Action

  package init(keys: [NamedExpression], action: Action) {
    self.keys = keys
    self.action = action
  }
}

/// One aggregate function over the rows of a group.
package struct AggregateCall: Hashable, Sendable {
  package var function: AggregateFunction
  /// Over the projected columns, already cast to the types that the function takes; empty for `count(*)`.
  package var arguments: [BoundExpression]
  package var type: DataType

  package init(function: AggregateFunction, arguments: [BoundExpression], type: DataType) {
    self.function = function
    self.arguments = arguments
    self.type = type
  }
}

/// The aggregate functions, by Spark's names and meanings.
package enum AggregateFunction: Hashable, Sendable {
  /// Rows in which all arguments are not null; all rows without arguments.
  case count
  /// Distinct combinations of arguments that have no null.
  case countDistinct
  case sum
  case avg
  case min
  case max
  case stddevSample, stddevPopulation
  case varianceSample, variancePopulation
  case covarianceSample, covariancePopulation
  case corr
  /// The value of the first row in the table's order, null or not unless `ignoreNulls`.
  case first(ignoreNulls: Bool)
  case last(ignoreNulls: Bool)
  /// The smallest value whose rank reaches the fraction (Spark's `percentile_approx`, exact here).
  case percentileApprox([Double], isList: Bool)
  /// Interpolated between neighbours (Spark's `percentile`; `median` is the fraction 0.5).
  case percentile([Double], isList: Bool)
  /// One value of the columns of a group.
  case python(PythonFunction)

  /// Whether partial results of parts of a group merge into the result of the whole.
  /// The others need the rows of a group in one place.
  package var isMergeable: Bool {
    switch self {
    case .countDistinct, .percentileApprox, .percentile, .python: false
    default: true
    }
  }
}

/// What becomes of a table.
package struct AnalyzedOutput: Hashable, Sendable {
  package enum Action: Hashable, Sendable {
    case write(FileWrite)
    /// The first rows, shown to who submitted the job.
    case show(rows: Int)
    /// The partitions stay in the executors' memory under a name.
    case cache(name: String)
  }

  /// The table, by its index.
  package var table: Int
  package var action: Action
  /// The line of the job file, from 1.
  package var line: Int

  package init(table: Int, action: Action, line: Int) {
    self.table = table
    self.action = action
    self.line = line
  }
}
