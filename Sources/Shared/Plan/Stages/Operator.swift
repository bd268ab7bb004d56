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
  /// After a shuffle: how well each trial of a search does on the groups, trained on a share of their rows. On the side come the
  /// trials that are still in; without a side all are. Of several tasks that all have the same rows each takes some of the trials.
  case measureTrials(GroupedOperation, share: Double, taskCount: Int)
  /// The best trials of each learner over all groups.
  case chooseTrials(count: Int)
  /// After a shuffle: appends to each row what the model of its key predicts.
  case predict(PredictionOperation)
  /// After a shuffle: what a Python function makes of each group.
  case applyPython(PythonApplication)
  /// What a Python function makes of the batches of the partition.
  case mapPython(PythonMapping)
  /// Appends a column for each call, which sees only the columns that came in.
  case callPython([PythonCall])
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

/// Training on columns of the rows.
package struct TrainingOperation: Hashable, Sendable {
  package var learners: [Training.Learner]
  /// Index into the row: a column of doubles, of a classification of strings; nil without a label.
  package var label: Int?
  /// Indices into the row: columns of doubles, or of strings where they are categories.
  package var features: [Int]
  /// What they are called, which columns of a shuffle need not be.
  package var featureNames: [String]
  /// Index of a column of doubles.
  package var weight: Int?
  /// Index of a column of doubles by which the rows of a group are sorted.
  package var order: Int?
  /// Index of the boolean column that says which rows are held out; nil when none are, or the last ones.
  package var heldOut: Int?
  package var options: TrainingOptions

  package init(
    learners: [Training.Learner], label: Int?, features: [Int], featureNames: [String],
    weight: Int? = nil, order: Int? = nil, heldOut: Int? = nil, options: TrainingOptions
  ) {
    self.learners = learners
    self.label = label
    self.features = features
    self.featureNames = featureNames
    self.weight = weight
    self.order = order
    self.heldOut = heldOut
    self.options = options
  }

  /// All columns that it reads.
  package var inputs: [Int] {
    features + [label, weight, order, heldOut].compactMap(\.self)
  }
}

/// The columns of trials while one choice is searched for all groups.
package enum TrialSchema {
  /// A learner by its place in the list, and a trial of its search by its number.
  package static let chosen = Schema([Field("learner", .integer), Field("trial", .integer)])
  /// How many groups have a loss, and the sum of these.
  package static let measured = Schema(
    chosen.fields + [Field("groups", .long), Field("loss", .double)])
}

/// Scoring: models and the rows that they are for come in one stream, in which the models of a key stand before its rows.
package struct PredictionOperation: Hashable, Sendable {
  /// First the keys, then the model (binary; null in what is a row), then the columns of the rows, which are named as the features of
  /// the models are.
  package var schema: Schema
  package var keyCount: Int
  package var form: PredictionForm

  package init(schema: Schema, keyCount: Int, form: PredictionForm) {
    self.schema = schema
    self.keyCount = keyCount
    self.form = form
  }

  package var modelColumn: Int { keyCount }

  package var rowColumns: Range<Int> { keyCount + 1..<schema.count }

  /// The columns that come out: those of the rows and what is predicted.
  package var outputSchema: Schema { Schema(schema.fields[rowColumns] + form.fields) }
}
