import ArrowBridge

/// What a file of a format with types says about itself, without its rows.
package struct FileFooter: Hashable, Sendable {
  /// A row group of Parquet or a record batch of Arrow: what cannot be split further.
  package struct Part: Hashable, Sendable {
    /// Bytes in the file; for Arrow files the mean.
    package var byteCount: Int64
  }

  package var schema: Schema
  package var parts: [Part]
  /// Nil where the format does not tell.
  package var statistics: TableStatistics?

  /// Reads a Parquet file's footer. `columns` are the names that matter, nil for all: the others may have
  /// types that the engine does not know.
  package init(ofParquetFile file: FileIdentity, columns: [String]?) throws(FileError) {
    let parquet = try ParquetFile(file.path)
    schema = try parquet.schema(of: columns)
    let groups = try (0..<parquet.rowGroupCount).map { index throws(FileError) in
      try parquet.rowGroup(index)
    }
    parts = groups.map { Part(byteCount: $0.byteCount) }
    statistics = TableStatistics(
      rowCount: groups.reduce(0) { $0 + Double($1.rowCount) },
      distinctCounts: try parquet.distinctCounts(of: schema.names))
  }

  /// Reads an Arrow IPC file's footer; `columns` as above.
  package init(ofArrowFile file: FileIdentity, columns: [String]?) throws(FileError) {
    var count: Int64 = 0
    schema = try Schema(ofFile: file.path) { schema in
      withBridgedNames(columns) { roost_arrow_file_inspect(file.path, $0, schema, &count) }
    }
    let byteCount = file.size / max(1, count)
    parts = (0..<count).map { _ in Part(byteCount: byteCount) }
    statistics = nil
  }
}
