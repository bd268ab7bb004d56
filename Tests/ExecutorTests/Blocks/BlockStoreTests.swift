import Columnar
import Executor
import Foundation
import Plan
import Testing

@Suite struct BlockStoreTests {
  private let work = FileManager.default.temporaryDirectory
    .appendingPathComponent("roost-test-\(UUID().uuidString)")

  private var folder: SpillFolder {
    SpillFolder(in: work, host: "host", name: "a")
  }

  private func store(_ budget: Int) -> BlockStore {
    BlockStore(memory: MemoryBudget(limit: budget, slots: 1), folder: folder)
  }

  private func filesOnDisk() -> [String] {
    (try? FileManager.default.subpathsOfDirectory(atPath: work.path)) ?? []
  }

  private func key(_ partition: Int, job: UInt64 = 1, epoch: UInt64 = 1) -> BlockKey {
    BlockKey(job: JobID(job), exchange: 0, producer: 0, partition: partition, epoch: epoch)
  }

  private func batch(_ values: [Int64?]) -> RecordBatch {
    RecordBatch([("a", Column(longs: values))])
  }

  private func values(_ batches: [BlockBatch]?) -> [[Scalar]]? {
    batches?.map { $0.batch.columns[0].scalars }
  }

  @Test func anEmptyPartIsNotAMissingBlock() throws {
    let store = store(1 << 20)
    try store.put(
      key(0), targets: [(1, [BlockBatch(batch: batch([1, nil]), kind: .partialResults)])])
    #expect(values(try store.block(key(0), target: 1)) == [[.integer(1), .null]])
    #expect(try store.block(key(0), target: 1)?.map(\.kind) == [.partialResults])
    #expect(values(try store.block(key(0), target: 0)) == [])
    #expect(try store.block(key(0, epoch: 2), target: 1)?.count == nil)
    #expect(try store.block(key(7), target: 1)?.count == nil)
  }

  @Test func whatPassesTheBudgetGoesToDiskAndComesBackTheSame() throws {
    defer { try? FileManager.default.removeItem(at: work) }
    let store = store(10_000)
    for partition in 0..<10 {
      try store.put(
        key(partition),
        targets: [
          (
            0,
            [BlockBatch(batch: batch((0..<500).map { Int64($0 * partition) }), kind: .rows)]
          )
        ])
      #expect(store.byteCount <= 10_000)
    }
    #expect(filesOnDisk().count >= 7)
    for partition in 0..<10 {
      let expected = [(0..<500).map { Scalar.integer(Int64($0 * partition)) }]
      #expect(values(try store.block(key(partition), target: 0)) == expected)
    }
    store.removeBlocks(of: JobID(1))
    store.finishRemoving()
    #expect(filesOnDisk().count == 2, "only the folder and its lock are left")
    store.close()
    #expect(filesOnDisk().isEmpty)
    #expect(store.byteCount == 0)
  }

  /// Whatever process has the number of the dead one now: the lock tells.
  @Test func whatAKilledExecutorSpilledIsRemovedAndWhatALivingOneHoldsIsNot() throws {
    defer { try? FileManager.default.removeItem(at: work) }
    let living = store(1)
    defer { living.close() }
    try living.put(key(0), targets: [(0, [BlockBatch(batch: batch([1]), kind: .rows)])])
    let kept = filesOnDisk()
    #expect(kept.count == 3)
    for name in ["roost-blocks-host-\(getpid())-dead", "roost-blocks-other-1-dead", "something"] {
      let path = work.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      for file in [path.appendingPathComponent("1.blocks"), path.appendingPathExtension("lock")] {
        try Data([1]).write(to: file)
      }
    }
    _ = SpillFolder(in: work, host: "host", name: "new")
    let others = ["roost-blocks-other-1-dead", "something"]
      .flatMap { [$0, "\($0)/1.blocks", "\($0).lock"] }
    #expect(filesOnDisk().sorted() == (kept + others).sorted())
    #expect(values(try living.block(key(0), target: 0)) == [[.integer(1)]])
  }

  /// Anybody may put there what has such a name: a link to elsewhere, a folder with folders, one that is open to others.
  @Test func whatOnlyLooksLikeALeftoverIsLeftAlone() throws {
    defer { try? FileManager.default.removeItem(at: work) }
    let files = FileManager.default
    let precious = work.appendingPathComponent("precious")
    func makeFolder(_ path: URL, mode: Int) throws {
      try files.createDirectory(
        at: path, withIntermediateDirectories: true, attributes: [.posixPermissions: mode])
      try Data([1]).write(to: path.appendingPathComponent("1.blocks"))
    }
    try makeFolder(precious, mode: 0o700)
    let leftover = { (name: String) in work.appendingPathComponent("roost-blocks-host-1-\(name)") }
    for name in ["open", "deep", "link"] {
      try Data().write(to: leftover(name).appendingPathExtension("lock"))
    }
    try makeFolder(leftover("open"), mode: 0o777)
    chmod(leftover("open").path, 0o777)
    try makeFolder(leftover("deep"), mode: 0o700)
    try makeFolder(leftover("deep").appendingPathComponent("folder"), mode: 0o700)
    try files.createSymbolicLink(at: leftover("link"), withDestinationURL: precious)
    try makeFolder(leftover("linked-lock"), mode: 0o700)
    try files.createSymbolicLink(
      at: leftover("linked-lock").appendingPathExtension("lock"),
      withDestinationURL: precious.appendingPathComponent("1.blocks"))
    _ = SpillFolder(in: work, host: "host", name: "new")
    #expect(files.fileExists(atPath: precious.appendingPathComponent("1.blocks").path))
    #expect(files.fileExists(atPath: leftover("open").appendingPathComponent("1.blocks").path))
    #expect(files.fileExists(atPath: leftover("deep").path + "/folder/1.blocks"))
    #expect(files.fileExists(atPath: leftover("linked-lock").path + "/1.blocks"))
  }

  @Test func nothingIsWrittenOnceTheFolderIsRemoved() throws {
    defer { try? FileManager.default.removeItem(at: work) }
    let store = store(1)
    let part = BlockBatch(batch: batch([1]), kind: .rows)
    try store.put(key(0), targets: [(0, [part])])
    store.close()
    #expect(filesOnDisk().isEmpty)
    let error = #expect(throws: SpillError.self) {
      try store.put(key(1), targets: [(0, [part])])
    }
    guard case .removed? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(filesOnDisk().isEmpty)
  }

  @Test func aJobsBlocksGoAndOthersStay() throws {
    let store = store(1 << 20)
    for job in UInt64(1)...2 {
      try store.put(
        key(0, job: job), targets: [(0, [BlockBatch(batch: batch([1]), kind: .rows)])])
    }
    store.removeBlocks(of: JobID(1))
    #expect(try store.block(key(0, job: 1), target: 0)?.count == nil)
    #expect(try store.block(key(0, job: 2), target: 0)?.count == 1)
  }

  @Test func whatAnAttemptHasWrittenGoesAndWhatOthersWroteStays() throws {
    let store = store(1 << 20)
    let table = CachedTableID(name: "t", job: JobID(1))
    for epoch in UInt64(1)...2 {
      try store.put(
        key(0, epoch: epoch), targets: [(0, [BlockBatch(batch: batch([1]), kind: .rows)])])
      try store.put(
        CachedPartitionKey(table: table, partition: 3, epoch: epoch), batches: [batch([5])])
    }
    store.removeOutputs(ofEpochs: [1])
    for epoch in UInt64(1)...2 {
      let count = epoch == 1 ? nil : 1
      #expect(try store.block(key(0, epoch: epoch), target: 0)?.count == count)
      let partition = CachedPartitionKey(table: table, partition: 3, epoch: epoch)
      #expect(try store.cached(partition)?.count == count)
    }
  }

  @Test func aCachedTableIsKeptUntilItIsRemoved() throws {
    let store = store(1 << 20)
    let table = CachedTableID(name: "t", job: JobID(1))
    let key = CachedPartitionKey(table: table, partition: 3, epoch: 1)
    #expect(try store.cached(key)?.count == nil)
    try store.put(key, batches: [batch([5])])
    store.removeBlocks(of: JobID(1))
    #expect(try store.cached(key)?.map(\.rowCount) == [1])
    store.removeCached(table)
    #expect(try store.cached(key)?.count == nil)
    #expect(store.byteCount == 0)
  }

  @Test func anAttemptReplacesWhatAnEarlierOneCached() throws {
    let store = store(1 << 20)
    let key = CachedPartitionKey(
      table: CachedTableID(name: "t", job: JobID(1)), partition: 0, epoch: 1)
    try store.put(key, batches: [batch([1]), batch([2])])
    try store.put(key, batches: [batch([1]), batch([2])])
    #expect(try store.cached(key)?.map(\.rowCount) == [1, 1])
    #expect(store.byteCount == 16)
  }

  @Test func whatIsNotCompletedIsSeenByNobodyAndGoesWithItsWriter() throws {
    defer { try? FileManager.default.removeItem(at: work) }
    let store = store(1)
    defer { store.close() }
    var writer: BlockWriter? = BlockWriter(to: store)
    try writer?.append([
      BlockPart(target: 0, batch: BlockBatch(batch: batch([1, 2]), kind: .rows))
    ])
    #expect(try store.block(key(0), target: 0) == nil)
    #expect(filesOnDisk().count == 3)
    writer = nil
    #expect(filesOnDisk().count == 2)
    #expect(store.byteCount == 0)
  }

  @Test func whatTasksHoldSendsBlocksToDisk() throws {
    defer { try? FileManager.default.removeItem(at: work) }
    let store = store(100_000)
    defer { store.close() }
    for partition in 0..<5 {
      try store.put(
        key(partition),
        targets: [(0, [BlockBatch(batch: batch((0..<1000).map { Int64($0) }), kind: .rows)])])
    }
    #expect(store.byteCount == 40_000)
    try withReservation(of: 90_000, in: store.memory) {
      try store.makeRoom()
      #expect(store.byteCount <= 10_000)
    }
    #expect(store.memory.account.held == 0)
    for partition in 0..<5 {
      #expect(try store.block(key(partition), target: 0)?.map(\.batch.rowCount) == [1000])
    }
  }

  private func withReservation(
    of byteCount: Int, in budget: MemoryBudget, _ body: () throws -> Void
  ) rethrows {
    let reservation = budget.reserve(byteCount, for: .tasks)
    try body()
    _ = reservation.byteCount
  }

  // MARK: What is told of it

  @Test func whatIsInMemoryAndOnDiskIsTold() throws {
    defer { try? FileManager.default.removeItem(at: work) }
    let store = store(1 << 20)
    defer { store.close() }
    try store.put(key(0), targets: [(0, [BlockBatch(batch: batch([1, 2]), kind: .rows)])])
    let before = store.status(fetchedByteCount: 7)
    #expect(before.blocks == 1 && before.blockBytes == 16 && before.memoryUsed == 16)
    #expect(before.diskBytes == 0 && before.spilledBytes == 0 && before.fetchedBytes == 7)
    #expect(before.residentBytes > 0 && before.processorMicroseconds > 0)

    let rows = batch((0..<1_000_000).map { Int64($0) })
    try store.put(key(1), targets: [(0, [BlockBatch(batch: rows, kind: .rows)])])
    let spilled = store.status(fetchedByteCount: 7)
    #expect(spilled.blocks == 2 && spilled.diskBytes > 1_000_000)
    #expect(spilled.spilledBytes == spilled.diskBytes)

    store.remove(.block(key(0)))
    store.remove(.block(key(1)))
    let after = store.status(fetchedByteCount: 7)
    #expect(after.blocks == 0 && after.blockBytes == 0 && after.diskBytes == 0)
    #expect(after.spilledBytes == spilled.spilledBytes)
  }

  // MARK: Damage

  /// The only file of blocks.
  private func spilledFile() throws -> URL {
    let names = filesOnDisk().filter { $0.hasSuffix(".blocks") }
    #expect(names.count == 1)
    return work.appendingPathComponent(try #require(names.first))
  }

  @Test(arguments: [0, 100, -1]) func aFlippedBitOnDiskIsAnErrorThatNamesTheFile(
    position: Int
  ) throws {
    defer { try? FileManager.default.removeItem(at: work) }
    let store = store(1)
    defer { store.close() }
    let rows = batch((0..<300).map { Int64($0) * 77 })
    try store.put(key(0), targets: [(0, [BlockBatch(batch: rows, kind: .rows)])])
    let file = try spilledFile()
    var bytes = try Data(contentsOf: file)
    bytes[position < 0 ? bytes.count - 1 : position] ^= 4
    try bytes.write(to: file)
    let error = #expect(throws: SpillError.self) { try store.block(key(0), target: 0) }
    guard case .damaged(let path, 0, let expected, let found)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(path == file.path)
    #expect(expected != found)
    store.remove(.block(key(0)), because: error!)
    #expect(try store.block(key(0), target: 0) == nil)
  }

  @Test func aFileThatWasCutOrRemovedIsAnError() throws {
    defer { try? FileManager.default.removeItem(at: work) }
    let store = store(1)
    defer { store.close() }
    try store.put(key(0), targets: [(0, [BlockBatch(batch: batch([1, 2]), kind: .rows)])])
    let file = try spilledFile()
    let bytes = try Data(contentsOf: file)
    try bytes.dropLast(9).write(to: file)
    #expect(
      throws: SpillError.truncated(
        path: file.path, expected: bytes.count, found: bytes.count - 9)
    ) { try store.block(key(0), target: 0) }
    try FileManager.default.removeItem(at: file)
    #expect(throws: SpillError.system(action: "open", path: file.path, code: ENOENT)) {
      try store.block(key(0), target: 0)
    }
  }
}
