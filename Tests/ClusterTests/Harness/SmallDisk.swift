import Foundation
import Glibc

/// A file system in memory below a test's folder, small enough to be full at once. It goes away with the value.
final class SmallDisk {
  let path: String

  /// Nil when this process may not mount one.
  init?(in folder: TemporaryFolder, byteCount: Int) {
    path = folder.path("disk-\(folder.nextNumber())")
    guard mkdir(path, 0o700) == 0,
      mount("roost-test", path, "tmpfs", 0, "size=\(byteCount)") == 0
    else { return nil }
  }

  deinit {
    umount2(path, Int32(MNT_DETACH))
    rmdir(path)
  }

  var files: [String] { (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? [] }

  static let isPossible =
    (try? TemporaryFolder()).map { SmallDisk(in: $0, byteCount: 1 << 16) != nil } ?? false
}
