import Glibc

/// Why a file did not get from one host to another.
package enum FileTransferError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A call of the system failed; `code` is its `errno`.
  case system(action: String, path: String, code: Int32)
  /// It is not what it was when its digest was taken.
  case changed(path: String)
  /// What came is not what was announced.
  case damaged(digest: String, found: String)
  case malformed(String)
  case connectionClosed
  /// The other side sent or took nothing for so long.
  case silent(seconds: Int)

  package var description: String {
    switch self {
    case .system(let action, let path, let code):
      "\(path): cannot \(action) it: \(String(cString: strerror(code)))"
    case .changed(let path): "\(path): was changed while it was being sent"
    case .damaged(let digest, let found):
      "what was sent as the file \(digest) has the digest \(found): damaged on its way, or on the sender's disk"
    case .malformed(let what): "the other side sent what cannot be read: \(what)"
    case .connectionClosed: "the connection was closed"
    case .silent(let seconds): "the other side did nothing for \(seconds) s"
    }
  }
}
