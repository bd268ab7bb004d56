import Glibc
import Synchronization

/// A lock that ends with the process that holds it, also when that is killed (`flock`).
///
/// Held until it is released or the object goes away. Safe to use from any thread.
final class FileLock: Sendable {
  /// Nil once it is released.
  private let descriptor: Mutex<Int32?>

  /// Nil when another process or another lock of this one holds it.
  init?(_ path: String) throws(OutputError) {
    let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    if opened < 0 { throw .system("lock", path, errno) }
    if flock(opened, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      close(opened)
      if code == EWOULDBLOCK { return nil }
      throw .system("lock", path, code)
    }
    descriptor = Mutex(opened)
  }

  deinit { release() }

  func release() {
    descriptor.withLock { held in
      if let held { close(held) }
      held = nil
    }
  }
}
