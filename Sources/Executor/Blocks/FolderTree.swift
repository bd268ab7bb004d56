import Glibc

/// A folder with folders in it, in which others than this process may have made things.
enum FolderTree {
  /// What lies deeper is left alone, with all that it lies in.
  private static let depthLimit = 512

  /// Removes the entry `name` of an open folder with all below it. Links are removed and never followed.
  static func remove(_ name: UnsafePointer<CChar>, in folder: CInt) {
    remove(name, in: folder, depth: 0)
  }

  static func remove(_ path: String) {
    path.withCString { remove($0, in: AT_FDCWD, depth: 0) }
  }

  private static func remove(_ name: UnsafePointer<CChar>, in folder: CInt, depth: Int) {
    guard depth < depthLimit else { return }
    let descriptor = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    // One that its owner made read-only.
    fchmod(descriptor, 0o700)
    guard let entries = fdopendir(descriptor) else {
      close(descriptor)
      return
    }
    while let entry = readdir(entries) {
      withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { name in
          guard strcmp(name, ".") != 0, strcmp(name, "..") != 0,
            unlinkat(descriptor, name, 0) != 0
          else { return }
          remove(name, in: descriptor, depth: depth + 1)
        }
      }
    }
    // Closes the descriptor too.
    closedir(entries)
    unlinkat(folder, name, AT_REMOVEDIR)
  }
}
