import ArrowBridge
import Glibc

/// What a file system tells of a path.
package struct FileInformation: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case absent, file, directory
    /// A socket, a device.
    case other
  }

  package var kind: Kind
  /// Bytes of a file.
  package var size: Int64
  /// Nanoseconds since 1970; 0 where the file system does not tell.
  package var modified: Int64

  fileprivate init(_ information: roost_file_information) {
    kind =
      switch information.kind {
      case ROOST_FILE_ABSENT: .absent
      case ROOST_FILE_REGULAR: .file
      case ROOST_FILE_DIRECTORY: .directory
      default: .other
      }
    size = information.size
    modified = information.modified
  }
}

/// Files and folders by local path or URI (`file`, `s3`, `gs`, `abfs`; options in the URI's query, as Arrow
/// defines them). Every call blocks until the file system answers; safe from any thread.
package enum FileSystem {
  package struct Entry: Hashable, Sendable {
    /// The last part of its path.
    package var name: String
    package var information: FileInformation
  }

  /// No error when nothing is there.
  package static func information(_ path: String) throws(FileError) -> FileInformation {
    var information = roost_file_information()
    try FileError.check(path) { roost_inspect_file(path, &information) }
    return FileInformation(information)
  }

  package static func exists(_ path: String) throws(FileError) -> Bool {
    try information(path).kind != .absent
  }

  /// What is in a folder, without descending, in the order of the names' bytes.
  package static func entries(of path: String) throws(FileError) -> [Entry] {
    var entries: [Entry] = []
    try withUnsafeMutablePointer(to: &entries) { pointer throws(FileError) in
      try FileError.check(path) {
        roost_list_directory(
          path,
          { context, name, information in
            guard let context, let name else { return }
            context.assumingMemoryBound(to: [Entry].self).pointee.append(
              Entry(name: String(cString: name), information: FileInformation(information)))
          }, pointer)
      }
    }
    return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// Makes the folder and those above it; no error when it is there.
  package static func createDirectory(_ path: String) throws(FileError) {
    try FileError.check(path) { roost_create_directory(path) }
  }

  /// Deletes the folder with all that is in it.
  package static func deleteDirectory(_ path: String) throws(FileError) {
    try FileError.check(path) { roost_delete_directory(path) }
  }

  package static func deleteFile(_ path: String) throws(FileError) {
    try FileError.check(path) { roost_delete_file(path) }
  }

  /// Both must be of one file system. Replaces a file at `destination`. In one step where the file system
  /// can: on local ones, not on object stores.
  package static func move(_ source: String, to destination: String) throws(FileError) {
    try FileError.check(source) { roost_move_file(source, destination) }
  }

  /// Replaces the content of a file; a local one is on disk when this returns.
  package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    try FileError.check(path) {
      bytes.withUnsafeBytes { roost_write_file(path, $0.baseAddress, Int64($0.count)) }
    }
  }

  /// The whole content of a file, for small ones.
  package static func read(_ path: String) throws(FileError) -> [UInt8] {
    var bytes: UnsafeMutableRawPointer?
    var count: Int64 = 0
    try FileError.check(path) { roost_read_file(path, &bytes, &count) }
    defer { roost_free(bytes) }
    return Array(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
  }

  /// Waits until a local file or folder is on disk. Remote ones are when their write returns.
  package static func synchronize(_ path: String) throws(FileError) {
    try FileError.check(path) { roost_synchronize_file(path) }
  }

  /// Waits until all files are on disk, in a fraction of the time that one after the other takes.
  package static func synchronize(_ paths: [String]) throws(FileError) {
    let names = paths.map { strdup($0) }
    defer { for name in names { free(name) } }
    var failed: Int64 = 0
    let status = names.map { UnsafePointer($0) }.withUnsafeBufferPointer {
      roost_synchronize_files($0.baseAddress, Int64($0.count), &failed)
    }
    try FileError.check(paths.isEmpty ? "" : paths[Int(failed)]) { status }
  }
}
