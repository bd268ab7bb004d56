import Columnar
import Plan

/// Keeps what a map task writes for an exchange in the block store, split by the hash of the keys.
///
/// Batches are collected first and then split together, so that a partition gets few and long pieces and a row is copied
/// once. How many are collected depends on the memory that there is: it decides how rows come in batches and not which rows
/// come in which order.
final class ExchangeSink: TaskSink {
  /// The rows that a partition gets at a time, on average. The more the partitions, the more rows are collected.
  private static let rowsPerPiece = 4096
  private static let collectedRows = 65_536...1_048_576

  private let exchange: Exchange
  private let key: BlockKey
  private var writer: BlockWriter?
  private let splitRowCount: Int
  /// Wide rows are split sooner.
  private let splitByteCount: Int
  private var collected: [RecordBatch] = []
  private var collectedRowCount = 0
  private var collectedByteCount = 0
  private var collectedKind = BatchKind.rows
  /// Whether each partition has rows.
  private var hasRows: [Bool]
  private var rowCount = 0
  private var writtenByteCount: Int64 = 0

  init(exchange: Exchange, key: BlockKey, store: BlockStore) {
    self.exchange = exchange
    self.key = key
    writer = BlockWriter(to: store)
    splitByteCount = store.memory.account.collection
    splitRowCount = min(
      max(Self.collectedRows.lowerBound, exchange.partitionCount * Self.rowsPerPiece),
      Self.collectedRows.upperBound)
    hasRows = Array(repeating: false, count: exchange.partitionCount)
  }

  var byteCount: Int { collectedByteCount }

  func take(_ batch: RecordBatch, _ kind: BatchKind) throws {
    guard batch.rowCount > 0 else { return }
    if kind != collectedKind { try split() }
    collectedKind = kind
    collected.append(batch)
    collectedRowCount += batch.rowCount
    collectedByteCount += batch.byteCount
    if collectedRowCount >= splitRowCount || collectedByteCount >= splitByteCount {
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
    collected = []
    collectedRowCount = 0
    collectedByteCount = 0
    for (target, batch) in parts {
      hasRows[target] = true
      rowCount += batch.rowCount
      writtenByteCount += Int64(batch.byteCount)
    }
    try writer?.append(
      parts.map { target, batch in
        BlockPart(target: target, batch: BlockBatch(batch: batch, kind: collectedKind))
      })
  }

  func finish(into outcome: inout TaskOutcome) throws {
    try split()
    writer?.complete(as: .block(key))
    outcome.outputRows += rowCount
    outcome.shuffleBytes += writtenByteCount
    outcome.blocks.append(
      TaskOutcome.Block(
        exchange: exchange.id, producer: key.producer,
        targets: BlockTargets(
          hasRows.indices.filter { hasRows[$0] }, of: exchange.partitionCount),
        rows: rowCount, bytes: writtenByteCount))
  }

  func abandon() {
    collected = []
    writer = nil
  }
}
