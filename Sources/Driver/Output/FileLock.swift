import Glibc

/// A lock that ends with the process that holds it, also when that is killed (`flock`).
///
/// Held as long as the object lives. Safe to send between threads: nothing changes after `init`.
final class FileLock: Sendable {
  private let descriptor: Int32

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
    descriptor = opened
  }

  deinit { close(descriptor) }
}
