extension RecordBatch {
  /// A batch of this schema without rows.
  package static func empty(_ schema: Schema) -> RecordBatch {
    RecordBatch(
      schema: schema, columns: schema.fields.map { ColumnBuilder($0.type).finish() }, rowCount: 0)
  }
}
