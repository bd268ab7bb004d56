// Choosing and joining rows of columns and batches, through Arrow's kernels.

extension RecordBatch {
  /// The rows for which the boolean column `mask` is true: not those where it is false or null.
  package func filtering(by mask: Column) throws -> RecordBatch {
    precondition(mask.type == .boolean && mask.length == rowCount)
    let selected = mask.countOfTrue
    if selected == rowCount { return self }
    if selected == 0 { return slice(0..<0) }
    if columns.isEmpty { return RecordBatch(schema: schema, columns: [], rowCount: selected) }
    return try ComputeFunction.call("filter", [.batch(self), .column(mask)], returning: schema)
  }

  /// The rows at `indices` (a column of type long, in 0..<rowCount); a null index gives a row of nulls.
  package func taking(_ indices: Column) throws -> RecordBatch {
    precondition(indices.type == .long)
    if columns.isEmpty {
      return RecordBatch(schema: schema, columns: [], rowCount: indices.length)
    }
    return try ComputeFunction.call("take", [.batch(self), .column(indices)], returning: schema)
  }

  /// The rows of all `batches`, one after the other. They have one schema, and there is at least one.
  package static func concatenating(_ batches: [RecordBatch]) throws -> RecordBatch {
    let nonempty = batches.filter { $0.rowCount > 0 }
    guard let first = nonempty.first else { return batches[0] }
    if nonempty.count == 1 { return first }
    let columns = try first.columns.indices.map { index in
      try Column.concatenating(nonempty.map { $0.columns[index] })
    }
    return RecordBatch(
      schema: first.schema, columns: columns, rowCount: nonempty.reduce(0) { $0 + $1.rowCount })
  }
}

extension Column {
  /// The values of the rows for which the boolean column `mask` is true.
  package func filtering(by mask: Column) throws -> Column {
    precondition(mask.type == .boolean && mask.length == length)
    return try ComputeFunction.call("filter", [.column(self), .column(mask)], returning: type)
  }

  /// The values at `indices` (a column of type long, in 0..<length); a null index gives a null.
  package func taking(_ indices: Column) throws -> Column {
    precondition(indices.type == .long)
    return try ComputeFunction.call("take", [.column(self), .column(indices)], returning: type)
  }

  /// The values of all `columns`, one after the other. They have one type, and there is at least one.
  package static func concatenating(_ columns: [Column]) throws -> Column {
    if columns.count == 1 { return columns[0] }
    precondition(columns.allSatisfy { $0.type == columns[0].type })
    return try ComputeFunction.concatenate(columns, type: columns[0].type)
  }

  /// How many values of a boolean column are true. O(length).
  package var countOfTrue: Int {
    withExtendedLifetime(self) {
      let bits = booleans
      guard let validity else { return bits.count(length) }
      var total = 0
      for index in 0..<length where validity[index] && bits[index] { total += 1 }
      return total
    }
  }
}
