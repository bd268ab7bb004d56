import Columnar
import Plan

/// Keeps what a map task writes for an exchange in the block store, split by the hash of the keys.
///
/// Batches are collected first and then split together, so that a partition gets few and long pieces and a row is copied
/// once.
final class ExchangeSink: TaskSink {
  /// The rows that a partition gets at a time, on average. The more the partitions, the more rows are collected.
  private static let rowsPerPiece = 4096
  private static let collectedRows = 65_536...1_048_576
  /// Wide rows are split sooner: what is collected and its copy are in memory at the same time.
  private static let collectedBytes = 64 << 20

  private let exchange: Exchange
  private let key: BlockKey
  private let store: BlockStore
  private let splitRowCount: Int
  private var collected: [RecordBatch] = []
  private var collectedRowCount = 0
  private var collectedByteCount = 0
  private var collectedKind = BatchKind.rows
  /// What each partition has so far.
  private var targets: [[BlockBatch]]

  init(exchange: Exchange, key: BlockKey, store: BlockStore) {
    self.exchange = exchange
    self.key = key
    self.store = store
    splitRowCount = min(
      max(Self.collectedRows.lowerBound, exchange.partitionCount * Self.rowsPerPiece),
      Self.collectedRows.upperBound)
    targets = Array(repeating: [], count: exchange.partitionCount)
  }

  func take(_ batch: RecordBatch, _ kind: BatchKind) throws {
    guard batch.rowCount > 0 else { return }
    if kind != collectedKind { try split() }
    collectedKind = kind
    collected.append(batch)
    collectedRowCount += batch.rowCount
    collectedByteCount += batch.byteCount
    if collectedRowCount >= splitRowCount || collectedByteCount >= Self.collectedBytes {
      try split()
    }
  }

  private func split() throws {
    let keyCount =
      switch exchange.partitioning {
      case .single: 0
      case .hash(let count): count
      }
    let parts = try RecordBatch.partitioning(
      collected, keyCount: keyCount, partitionCount: exchange.partitionCount)
    for part in parts {
      targets[part.partition].append(BlockBatch(batch: part.batch, kind: collectedKind))
    }
    collected = []
    collectedRowCount = 0
    collectedByteCount = 0
  }

  func finish(into outcome: inout TaskOutcome) throws {
    try split()
    let written = targets.enumerated().filter { !$0.element.isEmpty }
    for batch in targets.joined() {
      outcome.shuffleBytes += Int64(batch.batch.byteCount)
      outcome.outputRows += batch.batch.rowCount
    }
    try store.put(key, targets: written.map { ($0.offset, $0.element) })
    outcome.blocks.append(
      TaskOutcome.Block(
        exchange: exchange.id, producer: key.producer,
        targets: BlockTargets(written.map(\.offset), of: exchange.partitionCount)))
  }

  func abandon() {
    collected = []
    targets = []
  }
}
