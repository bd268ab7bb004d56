import Columnar
import Foundation
import Plan

/// The blocks and cached partitions of an executor: in memory, the least recently used ones on disk when they pass
/// the budget. Blocks stay Arrow arrays in memory and become bytes only on disk.
///
/// `@unchecked Sendable`: all state is under `lock`; files are written and read outside of it.
package final class BlockStore: @unchecked Sendable {
  /// What is kept together and spilled together.
  private enum Key: Hashable {
    /// The part of a block that goes to one partition of the exchange.
    case block(BlockKey, target: Int)
    case cached(CachedPartitionKey)
  }

  private enum Place {
    case memory([BlockBatch])
    case disk(SpilledBlock)
  }

  private struct Entry {
    var place: Place
    var byteCount: Int
    var lastUse: UInt64
  }

  private let lock = NSLock()
  private let budget: Int
  private let folder: SpillFolder
  private var entries: [Key: Entry] = [:]
  /// Counts uses, to tell the least recent one.
  private var useCount: UInt64 = 0
  /// One thread at a time spills, so that none writes what another is writing. Taken before `lock`.
  private let spilling = NSLock()
  /// The targets of each block that is here, so that an empty part can be told from a missing block.
  private var blocks: [BlockKey: Set<Int>] = [:]
  private var memoryInUse = 0

  /// `budget`: bytes in memory. Spilled blocks go to files below `folder`, which are removed with their blocks.
  package init(budget: Int, folder: SpillFolder) {
    self.budget = budget
    self.folder = folder
  }

  /// Bytes of blocks in memory.
  package var byteCount: Int { lock.withLock { memoryInUse } }

  // MARK: Blocks of exchanges

  /// Keeps what a map task wrote, by partition of the exchange. Throws when there was no room in memory and none on
  /// disk.
  package func put(_ key: BlockKey, targets: [(target: Int, batches: [BlockBatch])]) throws {
    lock.withLock {
      blocks[key] = Set(targets.map(\.target))
      for (target, batches) in targets { insert(batches, at: .block(key, target: target)) }
    }
    try spill()
  }

  /// The part of a block for one partition; nil when the block is not here.
  package func block(_ key: BlockKey, target: Int) throws -> [BlockBatch]? {
    guard let targets = lock.withLock({ blocks[key] }) else { return nil }
    // One that had rows and has none now is being removed.
    return targets.contains(target) ? try read(.block(key, target: target)) : []
  }

  package func removeBlocks(of job: JobID) {
    remove { key in
      if case .block(let block, _) = key { block.job == job } else { false }
    }
    lock.withLock { blocks = blocks.filter { $0.key.job != job } }
  }

  // MARK: Cached tables

  package func put(_ key: CachedPartitionKey, batches: [RecordBatch]) throws {
    lock.withLock {
      insert(batches.map { BlockBatch(batch: $0, kind: .rows) }, at: .cached(key))
    }
    try spill()
  }

  /// The rows of a cached partition; nil when it is not here.
  package func cached(_ key: CachedPartitionKey) throws -> [RecordBatch]? {
    try read(.cached(key))?.map(\.batch)
  }

  package func removeCached(_ table: CachedTableID) {
    remove { key in
      if case .cached(let partition) = key { partition.table == table } else { false }
    }
  }

  package func removeAll() {
    remove { _ in true }
    lock.withLock { blocks = [:] }
  }

  /// Leaves nothing in memory and nothing on disk, for the end of the process.
  package func close() {
    removeAll()
    folder.remove()
  }

  // MARK: Entries

  private func insert(_ batches: [BlockBatch], at key: Key) {
    if let old = entries.removeValue(forKey: key) { forget(old) }
    let byteCount = batches.reduce(0) { $0 + $1.batch.byteCount }
    useCount += 1
    entries[key] = Entry(place: .memory(batches), byteCount: byteCount, lastUse: useCount)
    memoryInUse += byteCount
  }

  private func read(_ key: Key) throws -> [BlockBatch]? {
    let place = lock.withLock { () -> Place? in
      useCount += 1
      entries[key]?.lastUse = useCount
      return entries[key]?.place
    }
    switch place {
    case nil: return nil
    case .memory(let batches): return batches
    case .disk(let block): return try block.read()
    }
  }

  private func remove(where matches: (Key) -> Bool) {
    lock.withLock {
      for (key, entry) in entries where matches(key) { forget(entry) }
      entries = entries.filter { !matches($0.key) }
    }
  }

  private func forget(_ entry: Entry) {
    if case .memory = entry.place { memoryInUse -= entry.byteCount }
  }

  /// Writes the least recently used entries to disk when the budget is passed, and some more, so that the search for
  /// them is paid once for many. Throws when the disk does not take them.
  private func spill() throws {
    try spilling.withLock {
      for (key, batches) in lock.withLock({ victims() }) {
        let spilled = try folder.write(batches)
        lock.withLock {
          guard var entry = entries[key], case .memory = entry.place else { return }
          memoryInUse -= entry.byteCount
          entry.place = .disk(spilled)
          entries[key] = entry
        }
      }
    }
  }

  /// What has to go to disk, the least recently used first. O(entries log entries) when the budget is passed.
  private func victims() -> [(Key, [BlockBatch])] {
    guard memoryInUse > budget else { return [] }
    var excess = memoryInUse - budget / 4 * 3
    var victims: [(Key, [BlockBatch])] = []
    var chosen: Set<Key> = []
    for (oldest, _) in entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
      guard excess > 0 else { break }
      for key in together(with: oldest) where chosen.insert(key).inserted {
        guard let entry = entries[key], case .memory(let batches) = entry.place,
          entry.byteCount > 0
        else { continue }
        victims.append((key, batches))
        excess -= entry.byteCount
      }
    }
    return victims
  }

  /// The parts of a block share memory, which is free when all of them are gone.
  private func together(with key: Key) -> [Key] {
    guard case .block(let block, _) = key, let targets = blocks[block] else { return [key] }
    return targets.map { .block(block, target: $0) }
  }
}
