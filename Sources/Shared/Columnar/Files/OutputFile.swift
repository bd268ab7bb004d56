import ArrowBridge

/// Writes one file of any content, piece by piece. Belongs to one thread.
///
/// One that goes away without `finish` leaves an incomplete local file, or gives up the upload to an object store.
package final class OutputFile {
  private let path: String
  private let handle: OpaquePointer

  /// Creates the file, or replaces it; the folder of a local one must exist.
  package init(_ path: String) throws(FileError) {
    var handle: OpaquePointer?
    try FileError.check(path) { roost_output_open(path, &handle) }
    self.path = path
    self.handle = handle!
  }

  deinit { roost_output_close(handle) }

  /// Appends bytes. After an error only `deinit` is left.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    try FileError.check(path) {
      roost_output_write(handle, bytes.baseAddress, Int64(bytes.count))
    }
  }

  /// Ends the file, once. Who relies on a local file synchronizes it and its folder.
  package func finish() throws(FileError) {
    try FileError.check(path) { roost_output_finish(handle) }
  }
}
