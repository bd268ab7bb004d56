import Columnar
import NIOCore
import Plan
import Wire

/// Where the batches of a task come from. Belongs to one task and one thread.
protocol TaskSource: AnyObject {
  /// The next batches; nil at the end.
  func next() throws -> [BlockBatch]?
  /// The file that the last batch came from, when it came from one.
  var place: String? { get }
  /// Known at the end.
  var quotes: [TaskOutcome.QuoteCount] { get }
}

/// The splits of one partition of a scan.
final class ScanSource: TaskSource {
  private let reader: FileReader
  private let splits: [FileSplit]

  init(scan: Scan, partition: Int) {
    splits = scan.partitions[partition]
    reader = FileReader(
      format: scan.format, options: scan.options, fileSchema: scan.fileSchema,
      columns: scan.columns, predicates: scan.predicates, splits: splits)
  }

  func next() throws -> [BlockBatch]? {
    try reader.next().map { [BlockBatch(batch: $0, kind: .rows)] }
  }

  var place: String? { reader.path }

  var quotes: [TaskOutcome.QuoteCount] {
    zip(splits, reader.quoteCounts).map { split, count in
      let start: Int64 = if case .bytes(let range) = split.part { range.lowerBound } else { 0 }
      return TaskOutcome.QuoteCount(path: split.file.path, start: start, count: count)
    }
  }
}

/// One partition of a cached table, from here or from the executor that holds it.
final class CachedSource: TaskSource {
  private var batches: [BlockBatch]?

  /// Throws `TaskFailure.cachedPartitionLost`.
  init(
    name: String, partition: Int, location: CachedLocation?, store: BlockStore,
    executor: ExecutorID, group: any EventLoopGroup
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
      batches = try BlockStream(request, to: location.address, group: group).next()
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
