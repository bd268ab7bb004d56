import Columnar
import Executor
import Foundation
import Plan
import Testing

/// What happens when the disk for blocks takes no more, for real: a mounted file system of a megabyte.
@Suite(.enabled(if: SmallDisk.isPossible, "needs the right to mount a file system"))
struct FailingDiskTests {
  private func store(on disk: SmallDisk) -> BlockStore {
    BlockStore(
      memory: MemoryBudget(limit: 1, slots: 1),
      folder: SpillFolder(in: disk.root, host: "host", name: "a"))
  }

  private func key(_ partition: Int) -> BlockKey {
    BlockKey(job: JobID(1), exchange: 0, producer: 0, partition: partition, epoch: 1)
  }

  /// Eight bytes a row that do not compress.
  private func block(rowCount: Int) -> [(target: Int, batches: [BlockBatch])] {
    var random = SeededGenerator(seed: 1)
    let values = (0..<rowCount).map { _ in Int64(bitPattern: random.next()) }
    return [
      (0, [BlockBatch(batch: RecordBatch([("a", Column(longs: values))]), kind: .rows)])
    ]
  }

  @Test func aFullDiskIsAnErrorThatNamesThePathAndNothingHalfWrittenStays() throws {
    let disk = try #require(SmallDisk(byteCount: 1 << 20))
    let store = store(on: disk)
    defer { store.close() }
    try store.put(key(0), targets: block(rowCount: 50_000))
    let before = disk.files
    let error = #expect(throws: SpillError.self) {
      try store.put(key(1), targets: block(rowCount: 100_000))
    }
    guard case .system("write", let path, ENOSPC)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(path.hasPrefix(disk.root.path))
    #expect("\(error!)".contains("--work-dir"))
    #expect(disk.files == before)
    // What was written before is there, and what was not taken is nowhere.
    #expect(try store.block(key(0), target: 0)?.map(\.batch.rowCount) == [50_000])
    #expect(try store.block(key(1), target: 0) == nil)
    #expect(store.memory.account.blocks == 0)
    // Once there is space again the store goes on.
    store.removeBlocks(of: JobID(1))
    store.finishRemoving()
    #expect(disk.files.allSatisfy { !$0.hasSuffix(".blocks") })
    try store.put(key(1), targets: block(rowCount: 100_000))
    #expect(try store.block(key(1), target: 0)?.map(\.batch.rowCount) == [100_000])
  }

  @Test func aReadOnlyDiskIsAnErrorThatNamesThePath() throws {
    let disk = try #require(SmallDisk(byteCount: 1 << 20))
    try #require(disk.makeReadOnly())
    let store = store(on: disk)
    defer { store.close() }
    let error = #expect(throws: SpillError.self) {
      try store.put(key(0), targets: block(rowCount: 10))
    }
    guard case .system(_, let path, EROFS)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(path.hasPrefix(disk.root.path))
    #expect(disk.files.isEmpty)
  }

  @Test func aFolderThatVanishesIsMadeAgainAndWhatItHadIsLost() throws {
    let disk = try #require(SmallDisk(byteCount: 1 << 20))
    let store = store(on: disk)
    defer { store.close() }
    try store.put(key(0), targets: block(rowCount: 10))
    for name in try FileManager.default.contentsOfDirectory(atPath: disk.root.path) {
      try FileManager.default.removeItem(at: disk.root.appendingPathComponent(name))
    }
    let error = #expect(throws: SpillError.self) { try store.block(key(0), target: 0) }
    guard case .system("open", _, ENOENT)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    try store.put(key(1), targets: block(rowCount: 10))
    #expect(try store.block(key(1), target: 0)?.map(\.batch.rowCount) == [10])
  }
}
