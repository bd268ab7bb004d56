import Glibc

/// A folder of files, made by this user for nobody else, in a place where others may make folders too. What is not that is
/// left alone: a link, somebody else's folder, one that others may write to.
enum FlatFolder {
  /// Of its mode.
  static let permissions: mode_t = 0o700
  /// Of one that leads other users to what they know the name of.
  static let passablePermissions: mode_t = 0o711
  /// The one folder that may be in it, with all that is below.
  static let treeName = "files"

  /// Removes it with its files and that folder, never what else lies deeper. Whether it is gone, also when it was not there.
  static func remove(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return errno == ENOENT }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_uid == geteuid(),
      [permissions, passablePermissions].contains(status.st_mode & 0o777),
      let entries = fdopendir(descriptor)
    else {
      close(descriptor)
      return false
    }
    // Closes the descriptor too.
    defer { closedir(entries) }
    FolderTree.remove(treeName, in: descriptor)
    while let entry = readdir(entries) {
      // Folders, also `.` and `..`, are refused.
      withUnsafePointer(to: &entry.pointee.d_name) { name in
        _ = name.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
          unlinkat(descriptor, $0, 0)
        }
      }
    }
    return rmdir(path) == 0
  }

  /// Whether a file beside it is a plain one of this user.
  static func isOwnFile(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_uid == geteuid()
      && status.st_mode & S_IFMT == S_IFREG
  }
}
