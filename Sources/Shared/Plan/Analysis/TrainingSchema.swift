import Columnar

extension Training {
  /// The columns that training appends to the keys of a group: one row a group and learner.
  ///
  /// Analysis takes the schema of a table from here and executors fill exactly these columns.
  package static func resultFields(metrics: [String]) -> [Field] {
    [
      Field("learner", .string), Field("rows", .long), Field("train_rows", .long),
      Field("test_rows", .long), Field("dropped_rows", .long),
    ] + metrics.map { Field("train_\($0)", .double) } + metrics.map { Field("test_\($0)", .double) }
      + [
        Field("intercept", .double), Field("coefficients", .list(.double)), Field("error", .string),
      ]
  }

  package var resultFields: [Field] { Self.resultFields(metrics: metrics) }
}
