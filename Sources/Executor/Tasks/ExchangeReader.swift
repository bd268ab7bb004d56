import Columnar
import Plan
import Wire

/// Reads one partition of an exchange: the blocks of all map tasks that have rows for it, in map order, whatever
/// arrives first. What this executor holds itself is not copied. Belongs to one thread.
final class ExchangeReader: TaskSource {
  private let job: JobID
  private let exchange: Int
  private let partition: Int
  private let outputs: [MapOutput]
  private let store: BlockStore
  private let executor: ExecutorID
  private let connections: BlockConnections
  private var streams: [ExecutorID: BlockStream] = [:]
  private var position = 0

  init(
    job: JobID, exchange: Int, partition: Int, outputs: [MapOutput], store: BlockStore,
    executor: ExecutorID, connections: BlockConnections
  ) {
    self.job = job
    self.exchange = exchange
    self.partition = partition
    self.outputs = outputs
    self.store = store
    self.executor = executor
    self.connections = connections
  }

  /// The batches of the next map task; nil after the last. Throws `TaskFailure.blocksLost`.
  func next() throws -> [BlockBatch]? {
    while position < outputs.count, !outputs[position].targets.contains(partition) {
      position += 1
    }
    guard position < outputs.count else { return nil }
    let output = outputs[position]
    position += 1
    if output.holder == executor {
      let key = BlockKey(
        job: job, exchange: exchange, producer: output.producer, partition: output.partition,
        epoch: output.epoch)
      guard let batches = try store.block(key, target: partition) else {
        throw lost(output, "this executor no longer has it")
      }
      return batches
    }
    do throws(FetchError) {
      return try stream(of: output).next()
    } catch {
      let isUnreachable = if case .unreachable = error { true } else { false }
      throw lost(output, isUnreachable: isUnreachable, "\(error)")
    }
  }

  var place: String? { nil }
  var quotes: [TaskOutcome.QuoteCount] { [] }

  /// One request asks a holder for all that it has for us; it answers in map order, bounded by the window.
  private func stream(of output: MapOutput) throws(FetchError) -> BlockStream {
    if let stream = streams[output.holder] { return stream }
    let request = Roost_FetchBlocks.with {
      $0.job = job.number
      $0.exchange = UInt32(exchange)
      $0.partition = UInt32(partition)
      $0.blocks = outputs[(position - 1)...].filter {
        $0.holder == output.holder && $0.targets.contains(partition)
      }.map { block in
        .with {
          $0.producer = UInt32(block.producer)
          $0.partition = UInt32(block.partition)
          $0.epoch = block.epoch
        }
      }
    }
    let stream = try BlockStream(
      .with { $0.fetchBlocks = request }, count: request.blocks.count, to: output.address,
      over: connections)
    streams[output.holder] = stream
    return stream
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
