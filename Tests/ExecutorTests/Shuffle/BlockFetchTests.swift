import Columnar
import Executor
import Foundation
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

  private func store() -> BlockStore {
    BlockStore(
      budget: 1 << 30,
      folder: SpillFolder(
        in: FileManager.default.temporaryDirectory, host: "h", process: 1, name: UUID().uuidString))
  }

  private func service(_ store: BlockStore) throws -> BlockService {
    try BlockService(
      on: HostPort(host: "127.0.0.1", port: 0), store: store, compression: .none,
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
    ExchangeReader(
      job: job, exchange: 2, partition: 5, outputs: outputs, store: store,
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
    let services = try stores.map { try service($0) }
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
}
