import Foundation
import Glibc

/// A file system in memory below a temporary folder, small enough to be full at once. It goes away with the value.
final class SmallDisk {
  let root: URL

  /// Nil when this process may not mount one.
  init?(byteCount: Int) {
    root = FileManager.default.temporaryDirectory
      .appendingPathComponent("roost-disk-\(UUID().uuidString)")
    guard mkdir(root.path, 0o700) == 0 else { return nil }
    guard mount("roost-test", root.path, "tmpfs", 0, "size=\(byteCount)") == 0 else {
      rmdir(root.path)
      return nil
    }
  }

  deinit {
    umount2(root.path, Int32(MNT_DETACH))
    rmdir(root.path)
  }

  func makeReadOnly() -> Bool {
    mount("roost-test", root.path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil)
      == 0
  }

  var files: [String] {
    (try? FileManager.default.subpathsOfDirectory(atPath: root.path)) ?? []
  }

  static let isPossible = SmallDisk(byteCount: 1 << 16) != nil
}
