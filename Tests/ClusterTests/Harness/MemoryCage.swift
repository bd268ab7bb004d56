import Foundation
import Glibc

/// A control group of the kernel whose processes are killed when they take more memory. It goes away with the value, when
/// its processes have ended.
final class MemoryCage {
  private let path: String

  /// Nil when this process may not make one: the memory controller is not there or not ours.
  init?(byteCount: Int) {
    let name = "roost-test-\(UUID().uuidString)"
    for (root, limit) in [
      ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max"),
    ] {
      let path = "\(root)/\(name)"
      guard mkdir(path, 0o755) == 0 else { continue }
      // Without the controller there is no such file.
      if access("\(path)/\(limit)", W_OK) == 0,
        (try? "\(byteCount)".write(
          toFile: "\(path)/\(limit)", atomically: false, encoding: .utf8)) != nil
      {
        self.path = path
        return
      }
      rmdir(path)
    }
    return nil
  }

  deinit { rmdir(path) }

  func add(_ process: pid_t) throws {
    try "\(process)".write(toFile: "\(path)/cgroup.procs", atomically: false, encoding: .utf8)
  }

  static let isPossible = MemoryCage(byteCount: 1 << 30) != nil
}
