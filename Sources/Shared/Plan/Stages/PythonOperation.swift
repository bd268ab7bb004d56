import Columnar

/// The columns of rows that a Python function sees.
package struct PythonFrame: Hashable, Sendable {
  /// The columns of a row, first the keys.
  package var schema: Schema
  /// What of it the function sees: indices into the row, and what these columns are called there.
  package var columns: [Int]
  package var names: [String]

  package init(schema: Schema, columns: [Int], names: [String]) {
    self.schema = schema
    self.columns = columns
    self.names = names
  }
}

/// After a shuffle: a function of the rows of each group, or of those that two tables have of a key.
package struct PythonApplication: Hashable, Sendable {
  package var function: PythonFunction
  package var keyCount: Int
  /// One, or the two of a cogroup, of which the first comes on the side.
  package var frames: [PythonFrame]
  /// What the function returns.
  package var returned: Schema

  package init(
    function: PythonFunction, keyCount: Int, frames: [PythonFrame], returned: Schema
  ) {
    self.function = function
    self.keyCount = keyCount
    self.frames = frames
    self.returned = returned
  }

  package var keys: [Field] { Array(frames[0].schema.fields.prefix(keyCount)) }

  /// The columns that come out: of a function whose errors are recorded the keys that it does not return itself, what it returns, and
  /// the error.
  package var outputSchema: Schema {
    guard function.recordsErrors else { return returned }
    return Schema(
      missingKeys.map { keys[$0] } + returned.fields + [PythonErrorColumn.field])
  }

  /// The keys that the function does not return, by their number.
  package var missingKeys: [Int] {
    keys.indices.filter { returned.index(of: keys[$0].name) == nil }
  }
}

/// The column of what went wrong with a group.
package enum PythonErrorColumn {
  package static let field = Field("error", .string)
}

/// A function of the batches of a partition, from an iterator to an iterator.
package struct PythonMapping: Hashable, Sendable {
  package var function: PythonFunction
  package var frame: PythonFrame
  package var returned: Schema

  package init(function: PythonFunction, frame: PythonFrame, returned: Schema) {
    self.function = function
    self.frame = frame
    self.returned = returned
  }
}

/// A function of columns that gives a column, which is appended to the rows.
package struct PythonCall: Hashable, Sendable {
  package var function: PythonFunction
  package var arguments: [BoundExpression]
  package var name: String
  package var type: DataType

  package init(
    function: PythonFunction, arguments: [BoundExpression], name: String, type: DataType
  ) {
    self.function = function
    self.arguments = arguments
    self.name = name
    self.type = type
  }
}
