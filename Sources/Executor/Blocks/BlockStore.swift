import ArrowBridge
import Foundation
import Logging
import Plan
import Synchronization

/// The blocks and cached partitions of an executor: in memory, the least recently used ones on disk when the budget is
/// passed. They stay Arrow arrays in memory and become bytes only on disk.
///
/// A block is written in chunks while its task runs (`BlockWriter`), so that a task needs memory for a chunk and not for all
/// that it writes.
///
/// `@unchecked Sendable`: all state is under `lock`; files are written, read and removed outside of it, and memory is freed
/// there.
package final class BlockStore: @unchecked Sendable {
  /// Batches that share memory, which is free when all of them are gone: they go to disk together.
  private struct Chunk {
    var place: Place
    /// In memory.
    var byteCount: Int
    /// In memory, once somebody has it: text that is indices into a dictionary may be written out then, and stays.
    let usedByteCount: Int
    var lastUse: UInt64
  }

  private enum Place {
    case memory([BlockPart])
    /// The target of each batch.
    case disk([(target: Int, batch: SpilledBatch)])
  }

  private let lock = NSLock()
  package let memory: MemoryBudget
  let folder: SpillFolder
  private let log: Logger
  private let sent = Atomic<Int>(0)
  /// The chunks of what is complete, in the order in which they were written.
  private var entries: [StoredKey: [UInt64]] = [:]
  /// Also those of what is being written.
  private var chunks: [UInt64: Chunk] = [:]
  /// Names chunks and counts uses, to tell the least recent one.
  private var count: UInt64 = 0
  /// Bytes that were kept since what malloc keeps was looked at.
  private var byteCountSinceLook = 0
  /// One thread at a time spills, so that none writes what another is writing. Taken before `lock`.
  private let spilling = NSLock()
  /// For what is removed on the thread that also sends heartbeats.
  private let disposal = Disposal<Chunk>()

  /// What passes the budget goes to files in `folder`.
  package init(
    memory: MemoryBudget, folder: SpillFolder, log: Logger = Logger(label: "blocks")
  ) {
    self.memory = memory
    self.folder = folder
    self.log = log
  }

  /// Blocks and cached partitions that are complete.
  var entryCount: Int { lock.withLock { entries.count } }

  /// Bytes that others were given since the process started.
  var sentByteCount: Int { sent.load(ordering: .relaxed) }

  func note(sentByteCount count: Int) { sent.add(count, ordering: .relaxed) }

  // MARK: Writing

  /// Keeps batches that share memory, and gives them a number.
  fileprivate func keep(_ parts: [BlockPart]) -> UInt64 {
    let byteCount = parts.reduce(0) { $0 + $1.batch.batch.byteCount }
    let usedByteCount = parts.reduce(0) { $0 + $1.batch.batch.byteCountWhenWritten }
    return lock.withLock {
      count += 1
      chunks[count] = Chunk(
        place: .memory(parts), byteCount: byteCount, usedByteCount: usedByteCount, lastUse: count)
      memory.addBlocks(byteCount)
      byteCountSinceLook += byteCount
      return count
    }
  }

  /// What has the name already, from an earlier attempt, goes.
  fileprivate func name(_ chunks: [UInt64], _ key: StoredKey) {
    let old = lock.withLock { entries.updateValue(chunks, forKey: key).map { forget($0) } }
    letGo(of: old)
  }

  fileprivate func drop(_ chunks: [UInt64]) {
    letGo(of: lock.withLock { forget(chunks) })
  }

  // MARK: Reading

  /// The batches for one target in the order in which they were written; nil when nothing has the name.
  package func batches(_ key: StoredKey, target: Int) -> [StoredBatch]? {
    lock.withLock {
      guard let numbers = entries[key] else { return nil }
      var batches: [StoredBatch] = []
      for number in numbers {
        count += 1
        chunks[number]?.lastUse = count
        switch chunks[number]?.place {
        case .memory(let parts):
          countAsUsed(number)
          for part in parts where part.target == target { batches.append(.memory(part.batch)) }
        case .disk(let parts):
          for part in parts where part.target == target { batches.append(.disk(part.batch)) }
        case nil: break
        }
      }
      return batches
    }
  }

  /// Under `lock`.
  private func countAsUsed(_ number: UInt64) {
    guard let chunk = chunks[number], chunk.byteCount != chunk.usedByteCount else { return }
    memory.addBlocks(chunk.usedByteCount - chunk.byteCount)
    chunks[number]?.byteCount = chunk.usedByteCount
  }

  // MARK: Removing

  package func remove(_ key: StoredKey) {
    letGo(of: lock.withLock { entries.removeValue(forKey: key).map { forget($0) } })
  }

  /// Removes what cannot be read, so that nobody is offered it again.
  package func remove(_ key: StoredKey, because error: any Error) {
    log.error("\(key) is lost and has to be computed again: \(error)")
    remove(key)
  }

  /// Removes what attempts of these epochs have written: an epoch is that of one attempt. Does not wait until memory and
  /// files are free.
  package func removeOutputs(ofEpochs epochs: Set<UInt64>) {
    remove { key in
      switch key {
      case .block(let block): epochs.contains(block.epoch)
      case .cached(let partition): epochs.contains(partition.epoch)
      }
    }
  }

  /// Does not wait until memory and files are free.
  package func removeBlocks(of job: JobID) {
    remove { key in
      if case .block(let block) = key { block.job == job } else { false }
    }
  }

  /// Does not wait until memory and files are free.
  package func removeCached(_ table: CachedTableID) {
    remove { key in
      if case .cached(let partition) = key { partition.table == table } else { false }
    }
  }

  /// Waits until memory and files of all that was removed are free.
  package func finishRemoving() { disposal.finish() }

  /// Leaves nothing in memory and nothing on disk, for the end of the process.
  package func close() {
    remove { _ in true }
    finishRemoving()
    folder.remove()
  }

  private func remove(where matches: (StoredKey) -> Bool) {
    let removed = lock.withLock {
      var removed: [Chunk] = []
      entries = entries.filter { key, chunks in
        guard matches(key) else { return true }
        removed += forget(chunks)
        return false
      }
      return removed
    }
    disposal.dispose(of: removed)
  }

  /// Under `lock`; whoever has it lets go of the chunks after it. Each file goes with its chunk: others would wait.
  private func forget(_ numbers: [UInt64]) -> [Chunk] {
    numbers.compactMap { number in
      guard let chunk = chunks.removeValue(forKey: number) else { return nil }
      if case .memory = chunk.place { memory.addBlocks(-chunk.byteCount) }
      return chunk
    }
  }

  /// The end of what `forget` gave, on a thread that may take the time.
  private func letGo(of chunks: [Chunk]?) {
    withExtendedLifetime(chunks) {}
  }

  // MARK: Spilling

  /// Writes the least recently used chunks to disk when the budget is passed. Blocks while it does. Throws when the disk
  /// does not take them.
  package func makeRoom() throws(SpillError) {
    giveBackFreedMemory()
    guard memory.account.isExceeded else { return }
    spilling.lock()
    defer { spilling.unlock() }
    let chosen = victims()
    for number in chosen { try spill(number) }
    // The memory of a chunk lies between that of others: the allocator would keep it.
    if !chosen.isEmpty { roost_give_back_freed_memory() }
  }

  /// What jobs have freed stays with the allocator, which finds room for the blocks of others beside it: that is not counted,
  /// but the system sees it. Looked at once in a while.
  private func giveBackFreedMemory() {
    let limit = memory.account.limit
    let isDue = lock.withLock {
      guard byteCountSinceLook > limit / 8 else { return false }
      byteCountSinceLook = 0
      return true
    }
    if isDue, roost_resident_memory() > limit { roost_give_back_freed_memory() }
  }

  private func spill(_ number: UInt64) throws(SpillError) {
    guard case .memory(let parts)? = lock.withLock({ chunks[number]?.place }) else { return }
    let file = try folder.makeFile()
    for part in parts { try file.append(part.batch) }
    lock.withLock {
      // It may have been removed meanwhile; then the file goes too.
      guard let chunk = chunks[number] else { return }
      chunks[number]?.place = .disk(zip(parts, file.written).map { ($0.target, $1) })
      memory.addBlocks(-chunk.byteCount)
    }
  }

  /// What has to go to disk, the least recently used first. O(chunks log chunks).
  private func victims() -> [UInt64] {
    lock.withLock {
      var excess = memory.account.blocksToSpill
      var victims: [UInt64] = []
      for (number, chunk) in chunks.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
        guard excess > 0 else { break }
        guard case .memory = chunk.place, chunk.byteCount > 0 else { continue }
        victims.append(number)
        excess -= chunk.byteCount
      }
      return victims
    }
  }
}

/// Writes a block or a cached partition, chunk by chunk. Nobody sees it before it is complete; what is not completed goes
/// with the writer. Belongs to one task and one thread.
package final class BlockWriter {
  private let store: BlockStore
  private var chunks: [UInt64] = []

  package init(to store: BlockStore) { self.store = store }

  deinit { store.drop(chunks) }

  /// Appends batches that share memory. Blocks while others have to go to disk for them. Throws when there is no room.
  package func append(_ parts: [BlockPart]) throws(SpillError) {
    if !parts.isEmpty { chunks.append(store.keep(parts)) }
    try store.makeRoom()
  }

  /// What was appended can be read under the name from now on, also when that was nothing.
  package func complete(as key: StoredKey) {
    store.name(chunks, key)
    chunks = []
  }
}
