import Columnar
import Foundation
import Synchronization

/// A folder for what does not fit into memory; it is made with the first file.
///
/// A lock beside it lives as long as its process, however that ends. A later executor of the host removes the folders whose
/// locks are free: the number of a dead process may be another one's by then, so it tells nothing. Safe to use from any
/// thread.
package final class SpillFolder: Sendable {
  private let path: String
  private let state = Mutex(State())
  private let count = Atomic<Int>(0)
  /// Of all its files.
  let usage = DiskUsage()

  private struct State {
    var lock: FileLock?
    var isRemoved = false
  }

  /// `name` tells it from the folders of others in the same work directory, `host` those of other hosts, whose locks say
  /// nothing here. Removes what killed executors of this host left.
  package init(in workDirectory: URL, host: String, name: String) {
    path = workDirectory.appendingPathComponent("\(Self.prefix(host: host))\(name)").path
    Self.removeLeftovers(in: workDirectory, host: host)
  }

  /// Removes it with what is in it, for good.
  package func remove() {
    state.withLock { state in
      state.isRemoved = true
      guard state.lock != nil else { return }
      // A file may come while the others go, from somebody who asked before; a second time none does.
      if FlatFolder.remove(path) || FlatFolder.remove(path) { unlink(Self.lockPath(of: path)) }
      state.lock = nil
    }
  }

  /// A new file in it. Makes the folder when it is not there, also when somebody else removed it. Throws `removed` after
  /// `remove`.
  func makeFile() throws(SpillError) -> SpillWriter {
    _ = try make()
    let number = count.add(1, ordering: .relaxed).newValue
    return try SpillWriter(path: "\(path)/\(number).blocks", usage: usage)
  }

  /// Where it is, made when it was not there, also when somebody else removed it. Throws `removed` after `remove`.
  func make() throws(SpillError) -> String {
    let failure = state.withLock { state -> SpillError? in
      if state.isRemoved { return .removed(path: path) }
      if state.lock != nil, access(path, F_OK) == 0 { return nil }
      state.lock = nil
      do throws(SpillError) {
        state.lock = try Self.make(path)
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw failure }
    return path
  }

  private static func make(_ path: String) throws(SpillError) -> FileLock {
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent()
    // What is wrong with it shows in the next step.
    try? FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    // It is locked before it has the name that others look for.
    let newPath = "\(path).new"
    let lock: FileLock?
    do {
      lock = try FileLock(newPath)
    } catch {
      throw .system(action: "lock", path: error.path, code: error.code)
    }
    guard let lock else { throw .system(action: "lock", path: newPath, code: EWOULDBLOCK) }
    guard rename(newPath, lockPath(of: path)) == 0 else {
      let code = errno
      unlink(newPath)
      throw .system(action: "lock", path: newPath, code: code)
    }
    guard mkdir(path, FlatFolder.permissions) == 0 || errno == EEXIST else {
      throw .system(action: "create", path: path, code: errno)
    }
    return lock
  }

  private static func removeLeftovers(in workDirectory: URL, host: String) {
    let files = FileManager.default
    let names = (try? files.contentsOfDirectory(atPath: workDirectory.path)) ?? []
    for name in names where name.hasPrefix(prefix(host: host)) && name.hasSuffix(lockSuffix) {
      let lockPath = workDirectory.appendingPathComponent(name).path
      // The work directory may be one where anybody makes what looks like ours.
      guard FlatFolder.isOwnFile(lockPath), let lock = try? FileLock(existing: lockPath) else {
        continue
      }
      if FlatFolder.remove(String(lockPath.dropLast(lockSuffix.count))) { unlink(lockPath) }
      lock.release()
    }
  }

  private static let lockSuffix = ".lock"
  private static func lockPath(of path: String) -> String { path + lockSuffix }
  private static func prefix(host: String) -> String { "roost-blocks-\(host)-" }
}
