import Glibc
import Synchronization

/// A lock that ends with the process that holds it, also when that is killed (`flock`).
///
/// Held until it is released or the object goes away. Safe to use from any thread.
package final class FileLock: Sendable {
  /// Nil once it is released.
  private let descriptor: Mutex<Int32?>

  /// Makes the file when it is not there. Nil when another process or another lock of this one holds it.
  package convenience init?(_ path: String) throws(FileLockError) {
    try self.init(path, opening: O_CREAT)
  }

  /// Of a file that is there and no link. Nil when another process or another lock of this one holds it.
  package convenience init?(existing path: String) throws(FileLockError) {
    try self.init(path, opening: O_NOFOLLOW)
  }

  private init?(_ path: String, opening flags: Int32) throws(FileLockError) {
    let opened = open(path, O_RDWR | O_CLOEXEC | flags, 0o666)
    if opened < 0 { throw FileLockError(path: path, code: errno) }
    if flock(opened, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      close(opened)
      if code == EWOULDBLOCK { return nil }
      throw FileLockError(path: path, code: code)
    }
    descriptor = Mutex(opened)
  }

  deinit { release() }

  package func release() {
    descriptor.withLock { held in
      if let held { close(held) }
      held = nil
    }
  }
}

/// A file cannot be locked; `code` is the system's `errno`.
package struct FileLockError: Error, Hashable, Sendable, CustomStringConvertible {
  package let path: String
  package let code: Int32

  package var description: String {
    "\(path): cannot be locked: \(String(cString: strerror(code)))"
  }
}
