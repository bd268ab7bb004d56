import ArrowBridge

/// The batches of one part of a file, of whatever format. Used by one thread at a time.
final class BatchReader {
  private let path: String
  private let schema: Schema
  private let handle: OpaquePointer

  /// `open` fills the reader's handle. `schema` is that of the batches.
  init(
    path: String, schema: Schema, open: (inout OpaquePointer?) -> roost_status
  ) throws(FileError) {
    var handle: OpaquePointer?
    try FileError.check(path) { open(&handle) }
    self.path = path
    self.schema = schema
    self.handle = handle!
  }

  deinit { roost_reader_close(handle) }

  /// Quote characters passed so far, in CSV.
  var quoteCount: Int { Int(roost_reader_quote_count(handle)) }

  /// Nil at the end. Not to be called after an error.
  func next() throws(FileError) -> RecordBatch? {
    var array = ArrowArray()
    var isDone = false
    try FileError.check(path) { roost_reader_next(handle, &array, &isDone) }
    if isDone { return nil }
    do throws(ArrowExchangeError) {
      return try RecordBatch(consuming: &array, schema: schema)
    } catch {
      throw .malformed(path: path, line: nil, column: nil, message: "\(error)")
    }
  }
}
