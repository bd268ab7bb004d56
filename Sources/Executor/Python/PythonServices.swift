import Foundation
import Plan
import Synchronization
import Wire

/// A worker that one task has, and the parent that made it.
struct PythonLease: Sendable {
  let worker: PythonWorker
  let parent: PythonParent
  let place: PythonPlace
}

/// What workers that may stand in for each other have in common.
struct PythonPlace: Hashable, Sendable {
  var interpreter: String
  /// Where the files of the job are.
  var folder: String
}

/// The Python processes of an executor: kept between tasks and jobs, as many as there are slots. Safe to use from any thread.
package final class PythonServices: Sendable {
  /// For jobs that name none.
  private let interpreter: String
  private let idleLimit: Int
  private let files: ShippedFolder
  private let environments: PythonEnvironments
  private let program: PythonProgram
  /// As whom functions run; nil for the user of this process.
  let user: FileOwner?
  private let parents = Mutex<[String: ParentSlot]>([:])
  /// Workers that wait, the one that was used last at the end.
  private let idle = Mutex<[PythonLease]>([])

  /// A folder with these files, which may have to be fetched; asks now and then whether that is still wanted.
  package typealias ShippedFolder =
    @Sendable (_ files: [ShippedFile], _ check: () throws -> Void) throws -> String

  /// The parent of one interpreter, which is made once while others wait for it.
  private final class ParentSlot: Sendable {
    let parent = Mutex<PythonParent?>(nil)
  }

  /// - Parameters:
  ///   - slots: how many tasks run at a time.
  ///   - files: where the files of jobs come from.
  ///   - makeFolder: a folder of this executor alone, which goes with it.
  /// - Throws: `PythonError` when the user is not known on this host.
  package init(
    options: PythonOptions, slots: Int, files: @escaping ShippedFolder,
    makeFolder: @escaping @Sendable () throws -> String
  ) throws {
    interpreter = Self.found(options.interpreter)
    idleLimit = slots
    self.files = files
    user = try options.user.map { name in
      guard let user = FileOwner(named: name) else { throw PythonError.unknownUser(name) }
      return user
    }
    environments = PythonEnvironments(folder: options.cacheFolder)
    program = PythonProgram(makeFolder: makeFolder)
  }

  /// A worker for functions of an environment; one that waits when there is one. Blocks while files are fetched, requirements are
  /// installed and an interpreter starts. Throws `PythonError`, `TaskFailure`, and what `check` throws.
  func takeWorker(
    for environment: PythonEnvironment, check: () throws -> Void
  ) throws -> PythonLease {
    let place = PythonPlace(
      interpreter: try environments.interpreter(
        for: environment, otherwise: interpreter, check: check),
      folder: try files(environment.files, check))
    let waiting = idle.withLock { idle -> PythonLease? in
      idle.lastIndex { $0.place == place }.map { idle.remove(at: $0) }
    }
    if let waiting, waiting.parent.isUsable { return waiting }
    let parent = try self.parent(of: place.interpreter, check: check)
    return PythonLease(
      worker: try parent.makeWorker(folder: place.folder), parent: parent, place: place)
  }

  /// For the next task. The one that has waited longest makes room.
  func giveBack(_ lease: PythonLease) {
    let surplus = idle.withLock { idle -> PythonLease? in
      idle.append(lease)
      return idle.count > idleLimit ? idle.removeFirst() : nil
    }
    if let surplus { end(surplus) }
  }

  /// Ends a worker and says how it ended.
  @discardableResult
  func end(_ lease: PythonLease) -> PythonProcessEnd { lease.parent.end(lease.worker) }

  /// Ends all processes that wait. What runs ends when its task lets go of it.
  package func stop() {
    idle.withLock { $0 = [] }
    parents.withLock { $0 = [:] }
  }

  private func parent(of interpreter: String, check: () throws -> Void) throws -> PythonParent {
    let slot = parents.withLock { parents in
      if let slot = parents[interpreter] { return slot }
      let slot = ParentSlot()
      parents[interpreter] = slot
      return slot
    }
    return try slot.parent.withLock { parent in
      if let parent, parent.isUsable { return parent }
      let started = try PythonParent(
        interpreter: interpreter, script: try program.script(),
        environment: Self.environment, user: user, check: check)
      parent = started
      return started
    }
  }

  /// The path of a program that is named as on a command line; what is not found stays, for a message that names it.
  private static func found(_ name: String) -> String {
    if name.contains("/") { return name }
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 } ?? name
  }

  /// What this process was told about the cluster is not for the functions of its users.
  private static var environment: [String: String] {
    ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("ROOST_") }
  }
}
