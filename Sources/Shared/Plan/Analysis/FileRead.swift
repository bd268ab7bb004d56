import Columnar

/// Files to read, before they are listed and split.
package struct FileRead: Hashable, Sendable {
  /// Absolute paths, globs or URIs, in the order of the job file.
  package var paths: [String]
  package var format: FileFormat
  package var options: ReadOptions
  /// The schema that the job file declares; nil when the driver infers it.
  package var declaredSchema: Schema?
  /// How many partitions the files are cut into, when the job says so (`partitions:`).
  package var partitions: Int?

  package init(
    paths: [String], format: FileFormat, options: ReadOptions, declaredSchema: Schema? = nil,
    partitions: Int? = nil
  ) {
    self.paths = paths
    self.format = format
    self.options = options
    self.declaredSchema = declaredSchema
    self.partitions = partitions
  }
}

/// A folder to write.
package struct FileWrite: Hashable, Sendable {
  package enum Mode: String, Hashable, Sendable, CaseIterable {
    case error, overwrite, append
  }

  /// An absolute path or a URI.
  package var path: String
  package var format: FileFormat
  package var mode: Mode
  package var options: WriteOptions

  package init(
    path: String, format: FileFormat, mode: Mode, options: WriteOptions = WriteOptions()
  ) {
    self.path = path
    self.format = format
    self.mode = mode
    self.options = options
  }
}
