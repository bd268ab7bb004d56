import Columnar
import Executor
import Foundation
import Plan
import Testing

@Suite struct BlockStoreTests {
  private let work = FileManager.default.temporaryDirectory
    .appendingPathComponent("roost-test-\(UUID().uuidString)")

  private var folder: SpillFolder {
    SpillFolder(in: work, host: "host", process: getpid(), name: "a")
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
    let store = BlockStore(budget: 1 << 20, folder: folder)
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
    let store = BlockStore(budget: 10_000, folder: folder)
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
    #expect(filesOnDisk().count == 1, "only the folder is left")
    store.close()
    #expect(filesOnDisk().isEmpty)
    #expect(store.byteCount == 0)
  }

  @Test func whatAKilledExecutorSpilledIsRemovedAndWhatALivingOneHoldsIsNot() throws {
    defer { try? FileManager.default.removeItem(at: work) }
    let names = [
      // No process has a number past 2^22 (proc(5), pid_max).
      "roost-blocks-host-1999999999-a", "roost-blocks-host-\(getpid())-b",
      "roost-blocks-other-1999999999-c", "something",
    ]
    for name in names {
      let path = work.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
    }
    _ = folder
    #expect(filesOnDisk().sorted() == names.dropFirst().sorted())
  }

  @Test func aJobsBlocksGoAndOthersStay() throws {
    let store = BlockStore(budget: 1 << 20, folder: folder)
    for job in UInt64(1)...2 {
      try store.put(
        key(0, job: job), targets: [(0, [BlockBatch(batch: batch([1]), kind: .rows)])])
    }
    store.removeBlocks(of: JobID(1))
    #expect(try store.block(key(0, job: 1), target: 0)?.count == nil)
    #expect(try store.block(key(0, job: 2), target: 0)?.count == 1)
  }

  @Test func aCachedTableIsKeptUntilItIsRemoved() throws {
    let store = BlockStore(budget: 1 << 20, folder: folder)
    let table = CachedTableID(name: "t", job: JobID(1))
    let key = CachedPartitionKey(table: table, partition: 3)
    #expect(try store.cached(key)?.count == nil)
    try store.put(key, batches: [batch([5])])
    store.removeBlocks(of: JobID(1))
    #expect(try store.cached(key)?.map(\.rowCount) == [1])
    store.removeCached(table)
    #expect(try store.cached(key)?.count == nil)
    #expect(store.byteCount == 0)
  }
}
