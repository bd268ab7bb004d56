import ArrowBridge

/// Writes batches of one schema into one file of any format. Belongs to one thread.
///
/// The file's bytes are a function of the rows, their order, the schema and the options: not of the sizes of the
/// batches, the time or the host. Parquet has row groups of up to 1,048,576 rows. A writer that goes away
/// without `finish` leaves an incomplete local file, or gives up the upload to an object store.
package final class FileWriter {
  /// What `finish` made.
  package struct Summary: Hashable, Sendable {
    package var rowCount: Int64
    package var byteCount: Int64
  }

  private let path: String
  private let handle: OpaquePointer
  private var rowCount: Int64 = 0

  /// Creates the file, or replaces it; its folder must exist. CSV refuses lists and binaries, and every format a
  /// compression that it does not know, as `unsupported`.
  package init(
    path: String, format: FileFormat, schema: Schema, options: WriteOptions = WriteOptions()
  ) throws(FileError) {
    var handle: OpaquePointer?
    var exported = ArrowSchema()
    schema.export(to: &exported)
    func open(_ compression: UnsafePointer<CChar>?) -> roost_status {
      var settings = roost_write_options(compression: compression, header: options.header)
      return roost_writer_open(path, format.bridged, &exported, &settings, &handle)
    }
    try FileError.check(path) {
      options.compression?.withCString { open($0) } ?? open(nil)
    }
    self.path = path
    self.handle = handle!
  }

  deinit { roost_writer_close(handle) }

  /// Appends the rows of a batch of the writer's schema. After an error only `deinit` is left.
  package func write(_ batch: RecordBatch) throws(FileError) {
    guard batch.rowCount > 0 else { return }
    var array = ArrowArray()
    batch.export(to: &array)
    try FileError.check(path) { roost_writer_write(handle, &array) }
    rowCount += Int64(batch.rowCount)
  }

  /// Ends the file, once. Who relies on a local file synchronizes it and its folder.
  package func finish() throws(FileError) -> Summary {
    var byteCount: Int64 = 0
    try FileError.check(path) { roost_writer_finish(handle, &byteCount) }
    return Summary(rowCount: rowCount, byteCount: byteCount)
  }
}

extension FileFormat {
  fileprivate var bridged: roost_format {
    switch self {
    case .parquet: ROOST_FORMAT_PARQUET
    case .arrow: ROOST_FORMAT_ARROW
    case .csv: ROOST_FORMAT_CSV
    case .json: ROOST_FORMAT_JSON
    }
  }
}
