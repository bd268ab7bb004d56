import Columnar
import Foundation
import Glibc
import Wire

/// Where a driver keeps files. From any thread; all calls block on the file system.
package protocol FileStoreFolder: Sendable {
  var path: String { get }
  /// What an earlier driver left there. Throws `FileTransferError`.
  func fileNames() throws -> [String]
  /// Makes it when it is not there. Throws `FileTransferError`.
  func make() throws
  /// Waits until files of it, and its list of names, are on the disk. Throws `FileError`.
  func synchronize(_ paths: [String]) throws
  /// The driver ends.
  func close()
}

/// A part of the state folder: what is there is still there for the next driver.
package struct LastingFolder: FileStoreFolder {
  package let path: String

  package init(path: String) { self.path = path }

  package func fileNames() throws -> [String] {
    try make()
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw FileTransferError.system(action: "list", path: path, code: EIO)
    }
  }

  package func make() throws {
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw FileTransferError.system(action: "make", path: path, code: errno)
    }
  }

  package func synchronize(_ paths: [String]) throws {
    try FileSystem.synchronize(paths)
    try FileSystem.synchronize(path)
  }

  package func close() {}
}

/// A folder that goes with its driver. It is made with the first file. One that a killed driver left goes when the next one
/// makes its own: a lock in the folder, which ends with its process, tells.
package final class TemporaryFolder: FileStoreFolder {
  private static let prefix = "roost-driver-files-"
  private static let lockName = "_LOCK"

  package let path: String
  private let parent: URL
  private let lock = Locked<FileLock?>(nil)

  package init(in parent: URL = FileManager.default.temporaryDirectory) {
    self.parent = parent
    path = parent.appendingPathComponent("\(Self.prefix)\(UUID().uuidString)").path
  }

  package func fileNames() -> [String] { [] }

  package func make() throws {
    try lock.withLock { lock in
      guard lock == nil else { return }
      removeLeftovers()
      guard mkdir(path, 0o700) == 0 else {
        throw FileTransferError.system(action: "make", path: path, code: errno)
      }
      lock = try FileLock("\(path)/\(Self.lockName)")
    }
  }

  package func synchronize(_ paths: [String]) {}

  package func close() {
    lock.withLock { lock in
      guard lock != nil else { return }
      try? FileManager.default.removeItem(atPath: path)
      lock = nil
    }
  }

  private func removeLeftovers() {
    let files = FileManager.default
    for name in (try? files.contentsOfDirectory(atPath: parent.path)) ?? []
    where name.hasPrefix(Self.prefix) {
      let path = parent.appendingPathComponent(name).path
      var status = stat()
      // Others may make there what looks like ours.
      guard lstat(path, &status) == 0, status.st_uid == geteuid(),
        status.st_mode & (S_IFMT | 0o777) == S_IFDIR | 0o700,
        let lock = try? FileLock(existing: "\(path)/\(Self.lockName)")
      else { continue }
      try? files.removeItem(atPath: path)
      lock.release()
    }
  }
}
