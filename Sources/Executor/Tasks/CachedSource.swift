import Columnar
import Plan
import Wire

/// One partition of a cached table, from here or from the executor that holds it.
final class CachedSource: TaskSource {
  private var batches: [BlockBatch]?

  /// Throws `TaskFailure.cachedPartitionLost`.
  init(
    name: String, partition: Int, location: CachedLocation?, store: BlockStore,
    executor: ExecutorID, connections: BlockConnections
  ) throws {
    let lost = TaskFailure.cachedPartitionLost(name: name, partition: partition)
    guard let location else { throw lost }
    if location.holder == executor {
      let key = CachedPartitionKey(table: location.table, partition: partition)
      guard let found = try store.cached(key) else { throw lost }
      batches = found.map { BlockBatch(batch: $0, kind: .rows) }
      return
    }
    let request = Roost_DataMessage.with {
      $0.fetchCachedPartition.table = location.table.wire
      $0.fetchCachedPartition.partition = UInt32(partition)
    }
    do throws(FetchError) {
      batches = try BlockStream(
        request, count: 1, to: location.address, over: connections
      ).next()
    } catch {
      throw lost
    }
  }

  func next() throws -> [BlockBatch]? {
    defer { batches = nil }
    return batches
  }

  var place: String? { nil }
  var quotes: [TaskOutcome.QuoteCount] { [] }
}
