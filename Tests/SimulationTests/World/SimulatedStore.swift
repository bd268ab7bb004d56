import Executor
import Plan

/// The block store of an executor: what it holds, and what of it was damaged on its disk.
struct SimulatedStore {
  /// The rows of the tasks that wrote them.
  private(set) var blocks: [BlockKey: Lineage] = [:]
  private(set) var cached: [CachedPartitionKey: Lineage] = [:]

  mutating func put(_ key: BlockKey, _ rows: Lineage) { blocks[key] = rows }
  mutating func put(_ key: CachedPartitionKey, _ rows: Lineage) { cached[key] = rows }

  mutating func removeOutputs(ofEpochs epochs: Set<UInt64>) {
    blocks = blocks.filter { !epochs.contains($0.key.epoch) }
    cached = cached.filter { !epochs.contains($0.key.epoch) }
  }

  mutating func removeBlocks(of job: JobID) { blocks = blocks.filter { $0.key.job != job } }
  mutating func removeCached(_ table: CachedTableID) {
    cached = cached.filter { $0.key.table != table }
  }

  /// Something on the disk is no longer what was written. Its checksum tells who reads it next, and then it is as good
  /// as gone, so that it is taken out here at once.
  mutating func damage(using random: inout SeededRandom) -> String? {
    let keys = blocks.keys.sorted { $0.order.lexicographicallyPrecedes($1.order) }
    if let key = keys.randomElement(using: &random) {
      blocks[key] = nil
      return "the block of job \(key.job), exchange \(key.exchange), partition \(key.partition)"
    }
    let partitions = cached.keys.sorted {
      ($0.table.name, $0.table.job, $0.partition) < ($1.table.name, $1.table.job, $1.partition)
    }
    guard let key = partitions.randomElement(using: &random) else { return nil }
    cached[key] = nil
    return "partition \(key.partition) of the cached table \(key.table.name)"
  }
}

extension BlockKey {
  fileprivate var order: [UInt64] {
    [job.number, UInt64(exchange), UInt64(producer), UInt64(partition), epoch]
  }
}
