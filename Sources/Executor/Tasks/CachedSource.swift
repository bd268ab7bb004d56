import Columnar
import Plan
import Wire

/// One partition of a cached table, from here or from the executor that holds it.
final class CachedSource: TaskSource {
  private enum Rows {
    case here(StoredKey, ArraySlice<StoredBatch>)
    case elsewhere(BlockStream)
  }

  private var rows: Rows
  private let expected: ExpectedColumns
  private let store: BlockStore
  private let lost: TaskFailure

  /// Throws `TaskFailure.cachedPartitionLost`, and `FetchError.cannotCall` when it is not for the holder to answer for it.
  init(
    name: String, schema: Schema, partition: Int, location: CachedLocation?, store: BlockStore,
    executor: ExecutorID, connections: BlockConnections
  ) throws {
    lost = .cachedPartitionLost(name: name, partition: partition, holder: location?.holder)
    expected = ExpectedColumns(rows: schema, partialResults: nil)
    self.store = store
    guard let location else { throw lost }
    if location.holder == executor {
      let key = StoredKey.cached(
        CachedPartitionKey(table: location.table, partition: partition, epoch: location.epoch))
      guard let found = store.batches(key, target: 0) else { throw lost }
      rows = .here(key, found[...])
      return
    }
    let request = Roost_DataMessage.with {
      $0.fetchCachedPartition.table = location.table.wire
      $0.fetchCachedPartition.partition = UInt32(partition)
      $0.fetchCachedPartition.epoch = location.epoch
    }
    do throws(FetchError) {
      let stream = try BlockStream(
        request, count: 1,
        to: BlockHolder(executor: location.holder, address: location.address),
        window: store.memory.account.fetchWindow, over: connections)
      try stream.beginBlock()
      rows = .elsewhere(stream)
    } catch {
      if case .cannotCall = error { throw error }
      throw lost
    }
  }

  /// Throws `TaskFailure.cachedPartitionLost`.
  func next() throws -> [BlockBatch]? {
    switch rows {
    case .here(let key, var batches):
      guard let next = batches.popFirst() else { return nil }
      rows = .here(key, batches)
      do {
        let batch = try next.read()
        // Another executor may have left it here.
        try expected.check(batch)
        return [batch]
      } catch {
        store.remove(key, because: error)
        throw lost
      }
    case .elsewhere(let stream):
      do throws(FetchError) {
        return try stream.next(expected).map { [$0] }
      } catch {
        throw lost
      }
    }
  }

  var byteCount: Int {
    if case .elsewhere = rows { store.memory.account.fetchWindow } else { 0 }
  }

  var place: String? { nil }
  var quotes: [TaskOutcome.QuoteCount] { [] }
}
