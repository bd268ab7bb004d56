import Columnar
import OrderedCollections
import Plan
import Wire

/// Reads one partition of an exchange: the blocks of all map tasks that have rows for it, in map order, whatever
/// arrives first. What this executor holds itself is not copied. Belongs to one thread.
///
/// All holders are asked at the start and send at the same time, while the task works on what came before; each may be
/// ahead of the task by its share of the window.
package final class ExchangeReader: TaskSource {
  /// A holder's share of the window is never less.
  private static let leastWindow = 64 << 10

  private let job: JobID
  private let exchange: Int
  private let partition: Int
  /// Of the map tasks that have rows for the partition, in the order in which they are read.
  private let outputs: [MapOutput]
  private let expected: ExpectedColumns
  private let store: BlockStore
  private let executor: ExecutorID
  private let connections: BlockConnections
  private var streams: [ExecutorID: BlockStream] = [:]
  /// Bytes that may wait of each holder.
  private var window = 0
  private var position = 0
  /// The block that is being read.
  private var current: (output: MapOutput, batches: Batches)?

  private enum Batches {
    case arriving(BlockStream)
    case here(ArraySlice<StoredBatch>)
  }

  package init(
    job: JobID, exchange: Int, partition: Int, outputs: [MapOutput],
    expected: ExpectedColumns, store: BlockStore, executor: ExecutorID,
    connections: BlockConnections
  ) {
    self.job = job
    self.exchange = exchange
    self.partition = partition
    self.outputs = outputs.filter { $0.targets.contains(partition) }
    self.expected = expected
    self.store = store
    self.executor = executor
    self.connections = connections
  }

  /// The next batches; nil after the last. Throws `TaskFailure.blocksLost`, and `FetchError.cannotCall`.
  package func next() throws -> [BlockBatch]? {
    if position == 0 { try askHolders() }
    while true {
      if let batch = try nextOfCurrent() { return [batch] }
      guard position < outputs.count else {
        streams = [:]
        current = nil
        return nil
      }
      let output = outputs[position]
      position += 1
      if let stream = streams[output.holder] {
        try fetch(output) { () throws(FetchError) in try stream.beginBlock() }
        current = (output, .arriving(stream))
      } else {
        guard let batches = store.batches(key(of: output), target: partition) else {
          throw lost(output, "this executor no longer has it")
        }
        current = (output, .here(batches[...]))
      }
    }
  }

  /// Bytes of batches that may wait for the task.
  package var byteCount: Int { streams.count * window }

  package var place: String? { nil }
  package var quotes: [TaskOutcome.QuoteCount] { [] }

  /// The next batch of the present block; nil after its last. What is on disk is read when its turn comes.
  private func nextOfCurrent() throws -> BlockBatch? {
    switch current {
    case nil: return nil
    case (let output, .arriving(let stream))?:
      return try fetch(output) { () throws(FetchError) in try stream.next(expected) }
    case (let output, .here(var batches))?:
      guard let next = batches.popFirst() else { return nil }
      current = (output, .here(batches))
      do {
        let batch = try next.read()
        // Another executor may have left it here.
        try expected.check(batch)
        return batch
      } catch {
        store.remove(key(of: output), because: error)
        throw lost(output, "\(error)")
      }
    }
  }

  private func key(of output: MapOutput) -> StoredKey {
    .block(
      BlockKey(
        job: job, exchange: exchange, producer: output.producer, partition: output.partition,
        epoch: output.epoch))
  }

  /// One request asks a holder for all that it has for us; it answers in map order.
  private func askHolders() throws {
    var blocks: OrderedDictionary<ExecutorID, [MapOutput]> = [:]
    for output in outputs where output.holder != executor {
      blocks[output.holder, default: []].append(output)
    }
    window = max(store.memory.account.fetchWindow / max(1, blocks.count), Self.leastWindow)
    for (holder, blocks) in blocks {
      let request = Roost_FetchBlocks.with {
        $0.job = job.number
        $0.exchange = UInt32(exchange)
        $0.partition = UInt32(partition)
        $0.blocks = blocks.map { block in
          .with {
            $0.producer = UInt32(block.producer)
            $0.partition = UInt32(block.partition)
            $0.epoch = block.epoch
          }
        }
      }
      streams[holder] = try fetch(blocks[0]) { () throws(FetchError) in
        try BlockStream(
          .with { $0.fetchBlocks = request }, count: blocks.count,
          to: BlockHolder(executor: holder, address: blocks[0].address), window: window,
          over: connections)
      }
    }
  }

  /// Names the block that a failure is about.
  private func fetch<Value>(
    _ output: MapOutput, _ body: () throws(FetchError) -> Value
  ) throws -> Value {
    do throws(FetchError) {
      return try body()
    } catch {
      switch error {
      case .cannotCall: throw error
      case .unreachable: throw lost(output, isUnreachable: true, "\(error)")
      case .missing, .malformed: throw lost(output, "\(error)")
      }
    }
  }

  private func lost(
    _ output: MapOutput, isUnreachable: Bool = false, _ reason: String
  ) -> TaskFailure {
    .blocksLost(
      LostBlocks(
        exchange: exchange, producer: output.producer, partition: output.partition,
        epoch: output.epoch, holder: output.holder, isUnreachable: isUnreachable, reason: reason))
  }
}
