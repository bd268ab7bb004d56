import Foundation
import Glibc
import NIOCore
import Plan
import Wire

/// The files that travel with jobs, in folders below the executor's spill folder: one for each distinct list of files, which is
/// fetched from the driver when it is asked for first. The folders go with the spill folder.
///
/// `@unchecked Sendable`: every access to the bundles is under `condition`.
package final class ShippedFileStore: @unchecked Sendable {
  /// Files that belong together, in a folder of their own.
  private final class Bundle {
    enum State {
      case coming
      case ready
      case failed(TaskFailure)
    }

    var state = State.coming
    var lastUse = ContinuousClock.now
  }

  private enum Claim {
    case ready
    /// The one who asks has to make it.
    case own(Bundle)
    /// Who was making it failed.
    case failed(TaskFailure)
  }

  /// Folders that stay however long nobody has asked for them.
  private static let leastCount = 4
  private static let idleTime = Duration.seconds(3600)
  private static let checkInterval = 0.5
  /// As long as the most that may travel takes on a slow network.
  private static let waitLimit = Duration.seconds(1800)

  private let spillFolder: SpillFolder
  private let fetch: ShippedFileFetch
  private let condition = NSCondition()
  private var bundles: [String: Bundle] = [:]
  private var count = 0

  /// Connects to nobody before files are asked for. `owner`: whom the folders belong to; nil for the user of this process.
  package init(
    in spillFolder: SpillFolder, owner: FileOwner? = nil, driver: HostPort,
    security: ConnectionSecurity, group: any EventLoopGroup
  ) {
    self.spillFolder = spillFolder
    fetch = ShippedFileFetch(driver: driver, security: security, group: group, owner: owner)
  }

  /// The folder in which the files stand under their names, to be read only; its users may add others. It stays for an hour
  /// after it was asked for last. Blocks until it is there: of several threads that ask one fetches. `check` is called now and
  /// then and ends the waiting by what it throws.
  ///
  /// Throws `TaskFailure.wrongData` when the driver has one of the files no more, `executorTrouble` when they did not come,
  /// `SpillError`, and what `check` throws.
  package func folder(for files: [ShippedFile], check: () throws -> Void) throws -> String {
    let root = try makeRoot()
    let name = Self.name(of: files)
    let path = "\(root)/\(name)"
    while true {
      switch try claim(name, path, check) {
      case .ready: return path
      // Another attempt was told to stop, not this one.
      case .failed(.cancelled): continue
      case .failed(let failure): throw failure
      case .own(let bundle):
        do {
          try make(files, in: root, as: path, check)
        } catch {
          settle(bundle, name, .failed(TaskFailure(classifying: error)))
          throw error
        }
        settle(bundle, name, .ready)
        removeIdle(in: root)
        return path
      }
    }
  }

  /// A folder below the spill folder that belongs to whom the others belong to, made when it is not there. Throws `TaskFailure` and
  /// `SpillError`.
  package func makeFolder(named name: String) throws -> String {
    let path = "\(try makeRoot())/\(name)"
    do {
      try FileOwner.makeFolder(path, for: fetch.owner)
    } catch {
      throw TaskFailure.executorTrouble("\(error)")
    }
    return path
  }

  private func claim(_ name: String, _ path: String, _ check: () throws -> Void) throws -> Claim {
    let deadline = ContinuousClock.now + Self.waitLimit
    condition.lock()
    defer { condition.unlock() }
    var awaited: Bundle?
    while true {
      guard let bundle = awaited ?? bundles[name] else {
        let bundle = Bundle()
        bundles[name] = bundle
        return .own(bundle)
      }
      switch bundle.state {
      case .failed(let failure): return .failed(failure)
      case .ready:
        bundle.lastUse = .now
        if access(path, F_OK) == 0 { return .ready }
        // Somebody has cleaned up.
        bundles[name] = nil
        awaited = nil
      case .coming:
        awaited = bundle
        guard .now < deadline else {
          throw TaskFailure.executorTrouble(
            "the files of the job did not come in \(Self.waitLimit.components.seconds) s")
        }
        _ = condition.wait(until: Date(timeIntervalSinceNow: Self.checkInterval))
        condition.unlock()
        defer { condition.lock() }
        try check()
      }
    }
  }

  private func settle(_ bundle: Bundle, _ name: String, _ state: Bundle.State) {
    condition.withLock {
      bundle.state = state
      bundle.lastUse = .now
      if case .failed = state { bundles[name] = nil }
      condition.broadcast()
    }
  }

  /// It has its name when all of it is there.
  private func make(
    _ files: [ShippedFile], in root: String, as path: String, _ check: () throws -> Void
  ) throws {
    let number = condition.withLock {
      count += 1
      return count
    }
    let newPath = "\(root)/new-\(number)"
    do {
      try FileOwner.makeFolder(newPath, for: fetch.owner)
      try fetch.fetch(files, into: newPath, check: check)
      guard rename(newPath, path) == 0 else {
        throw FileTransferError.system(action: "name", path: newPath, code: errno)
      }
    } catch {
      FolderTree.remove(newPath)
      if let error = error as? FileTransferError { throw TaskFailure.executorTrouble("\(error)") }
      throw error
    }
  }

  private func removeIdle(in root: String) {
    let idle = condition.withLock {
      let now = ContinuousClock.now
      var idle = bundles.filter { now - $0.value.lastUse > Self.idleTime }.keys.sorted()
      idle = Array(idle.prefix(max(0, bundles.count - Self.leastCount)))
      for name in idle { bundles[name] = nil }
      return idle
    }
    for name in idle { FolderTree.remove("\(root)/\(name)") }
  }

  private func makeRoot() throws -> String {
    let folder = try spillFolder.make()
    let root = "\(folder)/\(FlatFolder.treeName)"
    do {
      // Those who run functions pass through, and see of it what they are told the name of.
      if fetch.owner != nil { chmod(folder, FlatFolder.passablePermissions) }
      try FileOwner.makeFolder(root, for: nil)
    } catch {
      throw TaskFailure.executorTrouble("\(error)")
    }
    return root
  }

  /// A function of names and contents, so that two jobs with the same files share them.
  private static func name(of files: [ShippedFile]) -> String {
    ContentDigest.of(
      files.map { "\($0.digest) \($0.name)\0" }.sorted().joined())
  }
}
