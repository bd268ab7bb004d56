import ArrowBridge

/// The schema of text files, told by their first rows.
enum TextSchema {
  /// How much of a file is looked at.
  private static let byteCount: Int64 = 1 << 20

  /// The schema of the first file that has rows; when none has, the names of the first one that has any.
  static func infer(
    _ files: [FileIdentity], format: FileFormat, options: ReadOptions
  ) throws(FileError) -> Schema {
    var withoutRows = Schema([])
    for file in files where file.size > 0 {
      let (schema, rowCount) = try infer(file, format: format, options: options)
      if rowCount > 0 { return schema }
      if withoutRows.count == 0 { withoutRows = schema }
    }
    return withoutRows
  }

  private static func infer(
    _ file: FileIdentity, format: FileFormat, options: ReadOptions
  ) throws(FileError) -> (Schema, rowCount: Int64) {
    var rowCount: Int64 = 0
    let path = file.path
    let schema: Schema
    if format == .csv {
      let options = try TextOptions(options, path: path)
      schema = try Schema(ofFile: path) { schema in
        options.withBridged { roost_csv_infer(path, $0, byteCount, schema, &rowCount) }
      }
    } else {
      schema = try Schema(ofFile: path) { roost_json_infer(path, byteCount, $0, &rowCount) }
    }
    return (schema, rowCount)
  }
}
