/// Rows of one schema as columns of equal length, cheap to copy and to slice.
package struct RecordBatch: Sendable {
  package let schema: Schema
  package let columns: [Column]
  package let rowCount: Int

  /// `rowCount` is stated because a batch may have no column and still have rows.
  package init(schema: Schema, columns: [Column], rowCount: Int) {
    precondition(columns.count == schema.count)
    precondition(columns.allSatisfy { $0.length == rowCount })
    self.schema = schema
    self.columns = columns
    self.rowCount = rowCount
  }

  package func slice(_ range: Range<Int>) -> RecordBatch {
    RecordBatch(schema: schema, columns: columns.map { $0.slice(range) }, rowCount: range.count)
  }

  package var byteCount: Int { columns.reduce(0) { $0 + $1.byteCount } }

  /// Bytes that it takes once somebody has asked for the text of all its columns; at least `byteCount`.
  package var byteCountWhenWritten: Int { columns.reduce(0) { $0 + $1.byteCountWhenWritten } }

  package subscript(_ name: String) -> Column? {
    schema.index(of: name).map { columns[$0] }
  }
}
