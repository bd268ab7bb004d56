import Columnar
import Plan

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

  var byteCount: Int { reader.bufferByteCount }

  var place: String? { reader.path }

  var quotes: [TaskOutcome.QuoteCount] {
    zip(splits, reader.quoteCounts).map { split, count in
      let start: Int64 = if case .bytes(let range) = split.part { range.lowerBound } else { 0 }
      return TaskOutcome.QuoteCount(path: split.file.path, start: start, count: count)
    }
  }
}
