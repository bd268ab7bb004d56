import Glibc
import Synchronization

/// A lock that ends with the process that holds it, also when that is killed (`flock`).
///
/// Held until it is released or the object goes away. Safe to use from any thread.
package final class FileLock: Sendable {
  /// Nil once it is released.
  private let descriptor: Mutex<Int32?>

  /// Nil when another process or another lock of this one holds it.
  package init?(_ path: String) throws(FileLockError) {
    let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
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
