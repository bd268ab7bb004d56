import Columnar
import Plan
import Wire

/// One partition of a cached table, from here or from the executor that holds it.
final class CachedSource: TaskSource {
  private enum Rows {
    case here([BlockBatch])
    case elsewhere(BlockStream)
  }

  private var rows: Rows
  private let lost: TaskFailure

  /// Throws `TaskFailure.cachedPartitionLost`.
  init(
    name: String, partition: Int, location: CachedLocation?, store: BlockStore,
    executor: ExecutorID, connections: BlockConnections
  ) throws {
    lost = .cachedPartitionLost(name: name, partition: partition)
    guard let location else { throw lost }
    if location.holder == executor {
      let key = CachedPartitionKey(table: location.table, partition: partition)
      guard let found = try store.cached(key) else { throw lost }
      rows = .here(found.map { BlockBatch(batch: $0, kind: .rows) })
      return
    }
    let request = Roost_DataMessage.with {
      $0.fetchCachedPartition.table = location.table.wire
      $0.fetchCachedPartition.partition = UInt32(partition)
    }
    do throws(FetchError) {
      let stream = try BlockStream(
        request, count: 1, to: location.address, window: BlockStream.window, over: connections)
      try stream.beginBlock()
      rows = .elsewhere(stream)
    } catch {
      throw lost
    }
  }

  /// Throws `TaskFailure.cachedPartitionLost`.
  func next() throws -> [BlockBatch]? {
    switch rows {
    case .here(let batches):
      rows = .here([])
      return batches.isEmpty ? nil : batches
    case .elsewhere(let stream):
      do throws(FetchError) {
        return try stream.next().map { [$0] }
      } catch {
        throw lost
      }
    }
  }

  var place: String? { nil }
  var quotes: [TaskOutcome.QuoteCount] { [] }
}
