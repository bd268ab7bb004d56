import Glibc

/// What went wrong with a file of batches on disk. All cases name the path.
package enum SpillError: Error, Hashable, Sendable {
  /// A call of the system failed; `code` is its `errno`.
  case system(action: String, path: String, code: Int32)
  /// The file ends before the bytes that were written.
  case truncated(path: String, expected: Int, found: Int)
  /// The bytes are not those that were written.
  case damaged(path: String, offset: Int, expected: UInt32, found: UInt32)
  /// The folder was removed since its executor ends.
  case removed(path: String)
  /// A batch that Arrow does not turn into bytes, or bytes that it does not read.
  case unreadable(path: String, reason: String)
}

extension SpillError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .system(let action, let path, let code):
      "\(path): cannot \(action) what does not fit into memory: \(String(cString: strerror(code)))"
        + (Self.advice[code].map { ". \($0)" } ?? "")
    case .removed(let path):
      "\(path): nothing more is written there: the executor ends"
    case .truncated(let path, let expected, let found):
      "\(path): a spilled batch has \(found) bytes where \(expected) were written"
    case .damaged(let path, let offset, let expected, let found):
      "\(path): the bytes from \(offset) on are not those that were written: their checksum is "
        + "\(String(found, radix: 16)) and was \(String(expected, radix: 16)). Check the disk"
    case .unreadable(let path, let reason): "\(path): a spilled batch cannot be read: \(reason)"
    }
  }

  private static let advice: [Int32: String] = [
    ENOSPC: "Free space there, or start the executor with another --work-dir",
    EDQUOT: "Free space there, or start the executor with another --work-dir",
    EROFS: "Start the executor with a --work-dir that can be written",
    EACCES: "Start the executor with a --work-dir that can be written",
    ENOENT: "Start the executor with a --work-dir that is there",
  ]
}
