import Columnar
import Foundation
import Glibc
import Plan
import Wire

/// The files that travel with jobs, in a folder of the driver's by their digests. From any thread.
///
/// What a live job or a cached table needs stays. The rest stays for a while, since the next submission may well bring the
/// same.
package final class FileStore: Sendable {
  /// Who needs files.
  package enum Holder: Hashable, Sendable {
    case job(JobID)
    case table(CachedTableID)
  }

  package struct Limits: Sendable {
    /// How long a file stays that nobody needs.
    package var age: Duration = .seconds(24 * 3600)
    /// Bytes of files that nobody needs, of which those go first that were needed last.
    package var byteCount: Int64 = 8 << 30
    /// How long a file stays in any case: its job is on its way.
    package var grace: Duration = .seconds(600)

    package init() {}
  }

  fileprivate struct Entry {
    var byteCount: Int64
    var holderCount = 0
    var lastUse: ContinuousClock.Instant
  }

  fileprivate struct State {
    var entries: [String: Entry] = [:]
    var holdings: [Holder: Set<String>] = [:]
    var temporaryCount = 0
  }

  private let folder: any FileStoreFolder
  private let limits: Limits
  private let state: Locked<State>

  /// Knows the files that an earlier driver left in the folder, and removes what it was writing. Blocks on the file system.
  /// Throws `FileTransferError`.
  package init(in folder: any FileStoreFolder, limits: Limits = Limits()) throws {
    self.folder = folder
    self.limits = limits
    var state = State()
    for name in try folder.fileNames() {
      let path = "\(folder.path)/\(name)"
      var status = stat()
      guard isDigest(name), lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        unlink(path)
        continue
      }
      state.entries[name] = Entry(byteCount: Int64(status.st_size), lastUse: .now)
    }
    self.state = Locked(state)
  }

  /// Notes that somebody needs these files and no others, as far as they are there. The digests of those that are not, each
  /// once.
  package func hold(_ files: [ShippedFile], for holder: Holder) -> [String] {
    state.withLock { state in
      let digests = Set(files.map(\.digest))
      let missing = digests.filter { state.entries[$0] == nil }
      state.release(holder)
      state.holdings[holder] = digests.subtracting(missing)
      for digest in digests.subtracting(missing) {
        state.entries[digest]!.holderCount += 1
        state.entries[digest]!.lastUse = .now
      }
      return missing.sorted()
    }
  }

  package func release(_ holder: Holder) {
    state.withLock { $0.release(holder) }
  }

  /// Where a file is, and its bytes; nil when it is not there.
  package func find(_ digest: String) -> (path: String, byteCount: Int64)? {
    let path = "\(folder.path)/\(digest)"
    return state.withLock { state in
      guard let entry = state.entries[digest] else { return nil }
      guard access(path, R_OK) == 0 else {
        // Somebody has cleaned up: the next submission brings it again.
        state.entries[digest] = nil
        return nil
      }
      state.entries[digest]!.lastUse = .now
      return (path, entry.byteCount)
    }
  }

  /// A place for a file that comes. Blocks on the file system. Throws `FileTransferError`.
  package func receive(_ file: ShippedFile) throws -> IncomingFile {
    try folder.make()
    let number = state.withLock { state in
      state.temporaryCount += 1
      return state.temporaryCount
    }
    return try IncomingFile(
      digest: file.digest, byteCount: file.byteCount,
      temporaryPath: "\(folder.path)/.new-\(number)")
  }

  /// Gives a complete file its name. Throws `FileTransferError.damaged` when it is another than was announced.
  package func keep(_ incoming: IncomingFile, _ file: ShippedFile) throws(FileTransferError) {
    try incoming.keep(as: "\(folder.path)/\(file.digest)", mode: 0o400)
  }

  /// Has files from now on that were kept, when they are on the disk where the folder outlives the driver. Throws `FileError`.
  package func admit(_ files: [ShippedFile]) throws {
    try folder.synchronize(files.map { "\(folder.path)/\($0.digest)" })
    state.withLock { state in
      for file in files {
        let holders = state.entries[file.digest]?.holderCount ?? 0
        state.entries[file.digest] = Entry(
          byteCount: file.byteCount, holderCount: holders, lastUse: .now)
      }
    }
  }

  /// Removes what nobody needs and is too old or too much. Blocks on the file system.
  package func removeUnneeded(at now: ContinuousClock.Instant = .now) {
    state.withLock { state in
      let unneeded = state.entries.filter {
        $0.value.holderCount == 0 && now - $0.value.lastUse >= limits.grace
      }.sorted { $0.value.lastUse > $1.value.lastUse }
      var kept: Int64 = 0
      for (digest, entry) in unneeded {
        kept += entry.byteCount
        guard now - entry.lastUse > limits.age || kept > limits.byteCount else { continue }
        // Under the lock: nobody is told meanwhile that it is there.
        unlink("\(folder.path)/\(digest)")
        state.entries[digest] = nil
      }
    }
  }

  /// Nobody needs any of them any more.
  package func close() { folder.close() }
}

extension FileStore.State {
  fileprivate mutating func release(_ holder: FileStore.Holder) {
    for digest in holdings.removeValue(forKey: holder) ?? [] {
      entries[digest]?.holderCount -= 1
      entries[digest]?.lastUse = .now
    }
  }
}

private func isDigest(_ name: String) -> Bool {
  name.utf8.count == 64
    && name.utf8.allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
    }
}
