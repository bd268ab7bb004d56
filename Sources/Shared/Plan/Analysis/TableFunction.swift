import Columnar

/// A Python function from frames to a frame.
package struct TableFunction: Hashable, Sendable {
  package var function: PythonFunction
  /// What it returns.
  package var returned: Schema

  package init(function: PythonFunction, returned: Schema) {
    self.function = function
    self.returned = returned
  }

  /// The columns of the table that it makes of groups.
  package func outputSchema(keys: [Field]) -> Schema {
    PythonApplication(
      function: function, keyCount: keys.count,
      frames: [PythonFrame(schema: Schema(keys), columns: [], names: [])], returned: returned
    ).outputSchema
  }
}

/// A function of the rows that two tables have of each key.
package struct Cogroup: Hashable, Sendable {
  /// A table by its index, and what of its columns is the key, of the same types as those of the other.
  package var left: Int
  package var leftKeys: [NamedExpression]
  package var right: Int
  package var rightKeys: [NamedExpression]
  package var function: TableFunction
  /// Into how many the keys are divided, when the job says so.
  package var partitions: Int?

  package init(
    left: Int, leftKeys: [NamedExpression], right: Int, rightKeys: [NamedExpression],
    function: TableFunction, partitions: Int? = nil
  ) {
    self.left = left
    self.leftKeys = leftKeys
    self.right = right
    self.rightKeys = rightKeys
    self.function = function
    self.partitions = partitions
  }
}
