import Columnar
import Executor
import Foundation
import NIOCore
import NIOPosix
import Plan
import Testing
import Wire

/// Blocks of several executors, read over sockets.
@Suite struct BlockFetchTests {
  private let group = MultiThreadedEventLoopGroup.singleton
  private let connections = BlockConnections(
    security: .unprotected, group: MultiThreadedEventLoopGroup.singleton)
  private let job = JobID(4)

  private let schema = Schema([Field("k", .long)])

  private func store() -> BlockStore {
    store(budget: 1 << 30, in: FileManager.default.temporaryDirectory)
  }

  private func store(budget: Int, in work: URL) -> BlockStore {
    BlockStore(
      memory: MemoryBudget(limit: budget, slots: 1),
      folder: SpillFolder(in: work, host: "h", name: UUID().uuidString))
  }

  private func service(_ store: BlockStore, of executor: String = "e") throws -> BlockService {
    try BlockService(
      of: ExecutorID(executor), on: HostPort(host: "127.0.0.1", port: 0), store: store,
      compression: .none,
      security: .unprotected, group: group)
  }

  private func key(_ partition: Int) -> BlockKey {
    BlockKey(job: job, exchange: 2, producer: 1, partition: partition, epoch: 9)
  }

  private func batch(_ first: Int, count: Int = 3) -> BlockBatch {
    BlockBatch(
      batch: RecordBatch([("k", Column(longs: (first..<first + count).map { Int64($0) }))]),
      kind: first % 2 == 0 ? .rows : .partialResults)
  }

  private func output(_ partition: Int, _ holder: String, _ address: String) -> MapOutput {
    MapOutput(
      producer: 1, partition: partition, epoch: 9, holder: ExecutorID(holder), address: address)
  }

  private func reader(_ outputs: [MapOutput], store: BlockStore) -> ExchangeReader {
    reader(outputs, store: store, expected: ExpectedColumns(rows: schema, partialResults: schema))
  }

  private func reader(
    _ outputs: [MapOutput], store: BlockStore, expected: ExpectedColumns
  ) -> ExchangeReader {
    ExchangeReader(
      job: job, exchange: 2, partition: 5, outputs: outputs,
      expected: expected, store: store,
      executor: ExecutorID("self"), connections: connections)
  }

  private func read(_ reader: ExchangeReader) throws -> [String] {
    var found: [String] = []
    while let batches = try reader.next() {
      found += batches.map(described)
    }
    return found
  }

  private func described(_ batch: BlockBatch) -> String {
    let keys = batch.batch.columns[0]
    return "\(batch.kind) \(keys.length) from \(keys[0]) to \(keys[keys.length - 1])"
  }

  @Test func blocksComeInMapOrderWhereverTheyAre() throws {
    let stores = [store(), store(), store()]
    defer { for store in stores { store.close() } }
    let services = try stores.enumerated().map { try service($1, of: "e\($0)") }
    defer { for service in services { service.close() } }
    // Blocks of 0 to 3 batches, the first of many pieces, dealt out in turn; the last store is the reader's own.
    var outputs: [MapOutput] = []
    var expected: [String] = []
    for partition in 0..<12 {
      let holder = partition % 3
      let batches = (0..<partition % 4).map {
        batch(partition * 100 + $0, count: partition == 1 ? 400_000 : 3)
      }
      try stores[holder].put(key(partition), targets: [(5, batches)])
      expected += batches.map(described)
      outputs.append(
        output(partition, holder == 2 ? "self" : "e\(holder)", "\(services[holder].address)"))
    }
    // The second time over the connections of the first.
    for _ in 0..<2 { #expect(try read(reader(outputs, store: stores[2])) == expected) }
    #expect(try read(reader([], store: stores[2])) == [])
  }

  /// Many more headers than may be on their way: the answer goes on when the socket has taken some.
  @Test func manyEmptyBlocksAreAnsweredAndTheLastOneIsRead() throws {
    let (holder, own) = (store(), store())
    defer {
      holder.close()
      own.close()
    }
    let service = try service(holder)
    defer { service.close() }
    let last = 3000
    for partition in 0..<last { try holder.put(key(partition), targets: []) }
    try holder.put(key(last), targets: [(5, [batch(8)])])
    let outputs = (0...last).map { output($0, "e", "\(service.address)") }
    #expect(try read(reader(outputs, store: own)) == [described(batch(8))])
  }

  @Test func aBlockThatIsGoneIsNamed() throws {
    let (holder, own) = (store(), store())
    defer {
      holder.close()
      own.close()
    }
    let service = try service(holder)
    defer { service.close() }
    try holder.put(key(0), targets: [(5, [batch(0)])])
    let address = "\(service.address)"
    let reader = reader([output(0, "e", address), output(7, "e", address)], store: own)
    #expect(try reader.next()?.count == 1)
    let failure = #expect(throws: TaskFailure.self) { try reader.next() }
    guard case .blocksLost(let lost)? = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(lost.partition == 7)
    #expect(lost.holder == ExecutorID("e"))
    #expect(!lost.isUnreachable)
  }

  @Test func whatIsOnDiskComesAsItWas() throws {
    let work = FileManager.default.temporaryDirectory
      .appendingPathComponent("roost-test-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: work) }
    let (holder, own) = (store(budget: 1, in: work), store())
    defer {
      holder.close()
      own.close()
    }
    let service = try service(holder)
    defer { service.close() }
    let batches = (0..<3).map { batch($0, count: 200_000 * $0 + 1) }
    try holder.put(key(0), targets: [(4, [batch(9)]), (5, batches)])
    #expect(holder.memory.account.blocks == 0)
    let reader = reader([output(0, "e", "\(service.address)")], store: own)
    #expect(try read(reader) == batches.map(described))
  }

  /// The holder says so of one block and goes on with the others: it can be reached.
  @Test func aBlockThatWasDamagedOnDiskIsLostAloneAndOfferedNoMore() throws {
    let work = FileManager.default.temporaryDirectory
      .appendingPathComponent("roost-test-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: work) }
    let (holder, own) = (store(budget: 1, in: work), store())
    defer {
      holder.close()
      own.close()
    }
    let service = try service(holder)
    defer { service.close() }
    // One chunk each, and a file for each chunk; the second batch of the first is damaged.
    try holder.put(key(0), targets: [(5, [batch(0), batch(2)])])
    let files = try FileManager.default.subpathsOfDirectory(atPath: work.path)
      .filter { $0.hasSuffix(".blocks") }
    let file = work.appendingPathComponent(try #require(files.first))
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count - 20] ^= 1
    try bytes.write(to: file)
    try holder.put(key(1), targets: [(5, [batch(4)])])
    let address = "\(service.address)"
    for from in [address, "here"] {
      let store = from == address ? own : holder
      let outputs = [0, 1].map { output($0, from == address ? "e" : "self", address) }
      let damaged = reader(outputs, store: store)
      let failure = #expect(throws: TaskFailure.self) { try read(damaged) }
      guard case .blocksLost(let lost)? = failure else {
        Issue.record("\(String(describing: failure))")
        return
      }
      #expect(lost.partition == 0)
      #expect(!lost.isUnreachable)
      #expect(holder.batches(.block(key(0)), target: 5) == nil)
      #expect(try read(reader([outputs[1]], store: store)) == [described(batch(4))])
    }
  }

  /// Too few, too narrow, or states of groups where rows are read: none of them reaches an operator.
  @Test(arguments: [
    ([], BatchKind.rows), ([Field("k", .integer)], .rows),
    ([Field("k", .long), Field("l", .long)], .rows), ([Field("k", .long)], .partialResults),
  ]) func aBatchOfOtherColumnsThanPlannedIsALostBlock(
    fields: [Field], kind: BatchKind
  ) throws {
    let (holder, own) = (store(), store())
    defer {
      holder.close()
      own.close()
    }
    let service = try service(holder)
    defer { service.close() }
    let columns = fields.map { field -> Column in
      let builder = ColumnBuilder(field.type)
      builder.appendNulls(3)
      return builder.finish()
    }
    let sent = RecordBatch(schema: Schema(fields), columns: columns, rowCount: 3)
    let expected = ExpectedColumns(rows: schema, partialResults: nil)
    for (name, kept) in [("e", holder), ("self", own)] {
      try kept.put(key(0), targets: [(5, [BlockBatch(batch: sent, kind: kind)])])
      let reader = reader(
        [output(0, name, "\(service.address)")], store: own, expected: expected)
      let failure = #expect(throws: TaskFailure.self) { try reader.next() }
      guard case .blocksLost(let lost)? = failure else {
        Issue.record("\(String(describing: failure))")
        return
      }
      #expect(!lost.isUnreachable)
      #expect(lost.reason.contains("planned"))
    }
    #expect(own.batches(.block(key(0)), target: 5) == nil)
  }

  @Test func aHolderThatIsNotThereIsUnreachable() throws {
    let own = store()
    defer { own.close() }
    // Nothing listens at the first, the second is not an address.
    for address in ["127.0.0.1:1", "nobody"] {
      let reader = reader([output(0, "e", address)], store: own)
      let failure = #expect(throws: TaskFailure.self) { try reader.next() }
      guard case .blocksLost(let lost)? = failure else {
        Issue.record("\(String(describing: failure))")
        return
      }
      #expect(lost.isUnreachable)
    }
  }

  /// The port of a dead executor may be another's by now, which would say that it no longer has the block.
  @Test func anotherThatHasTakenThePortOfAHolderIsNotTheHolder() throws {
    let (successor, own) = (store(), store())
    defer {
      successor.close()
      own.close()
    }
    let service = try service(successor, of: "successor")
    defer { service.close() }
    try successor.put(key(0), targets: [(5, [batch(0)])])
    let reader = reader([output(0, "e", "\(service.address)")], store: own)
    let failure = #expect(throws: TaskFailure.self) { try reader.next() }
    guard case .blocksLost(let lost)? = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(lost.isUnreachable && lost.holder == ExecutorID("e"))
    #expect(lost.reason.contains("successor"))
  }

  @Test func whatThisHostLacksIsNotTheHoldersFault() {
    for code in [EMFILE, ENFILE, ENOMEM, ENOBUFS, EADDRNOTAVAIL] {
      let error = FetchError(connectingTo: "h:1", IOError(errnoCode: code, reason: "socket"))
      guard case .cannotCall = error else {
        Issue.record("\(error)")
        continue
      }
      guard case .executorTrouble(let text) = TaskFailure(classifying: error) else {
        Issue.record("\(TaskFailure(classifying: error))")
        continue
      }
      #expect(text.contains("h:1") && text.contains("open files"))
    }
    for code in [ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ECONNRESET] {
      let error = FetchError(connectingTo: "h:1", IOError(errnoCode: code, reason: "connect"))
      guard case .unreachable = error else {
        Issue.record("\(error)")
        continue
      }
    }
  }
}
