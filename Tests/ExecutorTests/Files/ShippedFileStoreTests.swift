import Executor
import Foundation
import NIOPosix
import Plan
import Testing
import Wire

/// The folders of files; how files get there is a matter of two processes.
@Suite final class ShippedFileStoreTests {
  private let work = FileManager.default.temporaryDirectory
    .appendingPathComponent("roost-bundles-\(UUID().uuidString)")

  deinit { try? FileManager.default.removeItem(at: work) }

  private func store(in folder: SpillFolder, owner: FileOwner? = nil) -> ShippedFileStore {
    ShippedFileStore(
      in: folder, owner: owner, driver: HostPort(host: "127.0.0.1", port: 1),
      security: .unprotected, group: MultiThreadedEventLoopGroup.singleton)
  }

  private func spillFolder(_ name: String) -> SpillFolder {
    SpillFolder(in: work, host: "host", name: name)
  }

  private var leftovers: [String] {
    (try? FileManager.default.subpathsOfDirectory(atPath: work.path)) ?? []
  }

  private func mode(_ path: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? -1
  }

  @Test func aFolderGoesWithAllThatWorkersMadeInIt() throws {
    let folder = spillFolder("a")
    let path = try store(in: folder).folder(for: []) {}
    #expect(leftovers.contains("roost-blocks-host-a/files"))
    #expect(try mode(work.appendingPathComponent("roost-blocks-host-a").path) == 0o700)
    let outside = work.appendingPathComponent("outside")
    try FileManager.default.createDirectory(
      atPath: "\(path)/deep/er", withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: "\(path)/deep/er/model.bin"))
    try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
    try Data().write(to: outside.appendingPathComponent("precious"))
    try FileManager.default.createSymbolicLink(
      atPath: "\(path)/deep/link", withDestinationPath: outside.path)
    chmod("\(path)/deep/er", 0o500)
    folder.remove()
    #expect(leftovers.sorted() == ["outside", "outside/precious"])
  }

  /// As a killed executor leaves it.
  @Test func theNextExecutorRemovesWhatADeadOneLeft() throws {
    let dead = work.appendingPathComponent("roost-blocks-host-dead")
    try FileManager.default.createDirectory(
      at: dead.appendingPathComponent("files/0f/features"), withIntermediateDirectories: true)
    chmod(dead.path, 0o711)
    try Data().write(to: dead.appendingPathComponent("files/0f/features/lags.py"))
    try Data().write(to: dead.appendingPathExtension("lock"))
    _ = spillFolder("new")
    #expect(leftovers.isEmpty)
  }

  @Test(.enabled(if: geteuid() == 0 && FileOwner(named: "nobody") != nil))
  func anotherUserReachesAndFillsTheFoldersAndNothingElse() throws {
    let owner = try #require(FileOwner(named: "nobody"))
    let folder = spillFolder("a")
    defer { folder.remove() }
    let path = try store(in: folder, owner: owner).folder(for: []) {}
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.ownerAccountID] as? Int == Int(owner.user))
    #expect(try mode(work.appendingPathComponent("roost-blocks-host-a").path) == 0o711)
    #expect(try mode(path) == 0o755)
  }

  @Test func aDriverThatIsNotThereIsTroubleOfTheExecutor() throws {
    let folder = spillFolder("a")
    defer { folder.remove() }
    let file = ShippedFile(name: "a.py", digest: String(repeating: "0", count: 64), byteCount: 1)
    let error = try #require(
      #expect(throws: TaskFailure.self) { try store(in: folder).folder(for: [file]) {} })
    guard case .executorTrouble(let text) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(text.hasPrefix("the driver at 127.0.0.1:1 did not give the files of the job"))
    #expect(!leftovers.contains { $0.contains("new-") })
  }
}
