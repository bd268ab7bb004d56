import Columnar

/// What a task does to batches on their way from its input to its sinks.
package enum Operator: Hashable, Sendable {
  /// Keeps the rows for which the expression is true (not false, not null).
  case filter(BoundExpression)
  case project([NamedExpression])
  /// The first rows of the partition.
  case limit(Int)
  /// Sorts the partition, stably; with a limit it keeps only the first rows.
  case sort([SortOrder], limit: Int?)
  /// Appends a boolean column: whether the row is held out for testing, by a hash of the seed, the partition
  /// (`firstPartition` plus the task's own) and the number of the row in it.
  case holdOut(fraction: Double, seed: Int64, firstPartition: Int, name: String)
  /// Before a shuffle: turns rows into partial results of their groups while that saves rows.
  case combine(GroupedOperation)
  /// After a shuffle: turns rows and partial results into one row a group (and learner).
  case group(GroupedOperation)
}

/// A grouping on rows laid out for it: first the keys, then the inputs.
package struct GroupedOperation: Hashable, Sendable {
  package enum Action: Hashable, Sendable {
    case aggregate([Aggregate])
    case train(TrainingOperation)
  }

  /// The columns of a row.
  package var schema: Schema
  package var keyCount: Int
  package var action: Action
  /// Whether all of it merges, so that partial results travel instead of rows.
  package var isMergeable: Bool

  package init(schema: Schema, keyCount: Int, action: Action, isMergeable: Bool) {
    self.schema = schema
    self.keyCount = keyCount
    self.action = action
    self.isMergeable = isMergeable
  }

  package var keys: [Field] { Array(schema.fields.prefix(keyCount)) }
}

/// An aggregate function on columns of the rows.
package struct Aggregate: Hashable, Sendable {
  package var function: AggregateFunction
  /// Indices into the row.
  package var arguments: [Int]
  package var type: DataType

  package init(function: AggregateFunction, arguments: [Int], type: DataType) {
    self.function = function
    self.arguments = arguments
    self.type = type
  }
}

/// Training on columns of the rows, all of them double but the last.
package struct TrainingOperation: Hashable, Sendable {
  package var learners: [Training.Learner]
  /// Index into the row.
  package var label: Int
  /// Indices into the row.
  package var features: [Int]
  /// Index of the boolean column that says which rows are held out; nil when none are.
  package var heldOut: Int?
  package var seed: Int64
  package var metrics: [String]

  package init(
    learners: [Training.Learner], label: Int, features: [Int], heldOut: Int?, seed: Int64,
    metrics: [String]
  ) {
    self.learners = learners
    self.label = label
    self.features = features
    self.heldOut = heldOut
    self.seed = seed
    self.metrics = metrics
  }
}
