import Glibc
import Wire

/// The user of this host who is to make files in folders of an executor that runs as root.
package struct FileOwner: Hashable, Sendable {
  package let user: uid_t
  package let group: gid_t

  /// Nil when this host has no user of this name.
  package init?(named name: String) {
    guard let entry = getpwnam(name) else { return nil }
    user = entry.pointee.pw_uid
    group = entry.pointee.pw_gid
  }

  /// Makes a folder, which may be there, of the owner's.
  static func makeFolder(_ path: String, for owner: FileOwner?) throws(FileTransferError) {
    guard mkdir(path, 0o755) == 0 else {
      if errno == EEXIST { return }
      throw .system(action: "make", path: path, code: errno)
    }
    guard let owner else { return }
    guard chown(path, owner.user, owner.group) == 0 else {
      throw .system(action: "hand over", path: path, code: errno)
    }
  }
}
