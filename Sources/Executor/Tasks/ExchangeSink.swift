import Columnar
import Plan

/// Keeps what a map task writes for an exchange in the block store, split by the hash of the keys.
final class ExchangeSink: TaskSink {
  /// Pieces of one partition are joined when they have so many rows, so that readers get few large batches.
  private static let joinedRows = 65_536

  private struct Target {
    var done: [BlockBatch] = []
    var pieces: [RecordBatch] = []
    var pieceRows = 0
    var kind = BatchKind.rows
  }

  private let exchange: Exchange
  private let key: BlockKey
  private let store: BlockStore
  private var targets: [Target]

  init(exchange: Exchange, key: BlockKey, store: BlockStore) {
    self.exchange = exchange
    self.key = key
    self.store = store
    targets = Array(repeating: Target(), count: exchange.partitionCount)
  }

  func take(_ batch: RecordBatch, _ kind: BatchKind) throws {
    guard batch.rowCount > 0 else { return }
    switch exchange.partitioning {
    case .single: try append(batch, kind, to: 0)
    case .hash(let keyCount):
      let parts = try batch.partitioned(
        keyCount: keyCount, partitionCount: exchange.partitionCount)
      for part in parts { try append(part.batch, kind, to: part.partition) }
    }
  }

  private func append(_ batch: RecordBatch, _ kind: BatchKind, to target: Int) throws {
    if targets[target].kind != kind { try join(target) }
    targets[target].kind = kind
    targets[target].pieces.append(batch)
    targets[target].pieceRows += batch.rowCount
    if targets[target].pieceRows >= Self.joinedRows { try join(target) }
  }

  private func join(_ target: Int) throws {
    guard !targets[target].pieces.isEmpty else { return }
    let joined = try RecordBatch.concatenating(targets[target].pieces)
    targets[target].done.append(BlockBatch(batch: joined, kind: targets[target].kind))
    targets[target].pieces = []
    targets[target].pieceRows = 0
  }

  func finish(into outcome: inout TaskOutcome) throws {
    for target in targets.indices { try join(target) }
    let written = targets.enumerated().filter { !$0.element.done.isEmpty }
    for (_, target) in written {
      for batch in target.done {
        outcome.shuffleBytes += Int64(batch.batch.byteCount)
        outcome.outputRows += batch.batch.rowCount
      }
    }
    try store.put(key, targets: written.map { ($0.offset, $0.element.done) })
  }

  func abandon() { targets = [] }
}
