import Columnar
import Plan

/// Sorts the rows of the partition, stably: nulls where each column says, NaN the largest.
final class SortOperator: BatchOperator {
  /// The rows of an outgoing batch.
  static let batchRowCount = 65_536

  private let columns: [ExpressionEvaluator]
  private var keys: SortKeys
  private var batches: [RecordBatch] = []
  private var byteCountOfBatches = 0

  init(_ order: [SortOrder]) {
    columns = order.map { ExpressionEvaluator($0.expression) }
    keys = SortKeys(order.map(\.direction))
  }

  let isSatisfied = false

  var byteCount: Int { byteCountOfBatches + keys.byteCount }

  func process(_ batch: RecordBatch, _ kind: BatchKind, to output: Output) throws {
    if batch.rowCount == 0 { return }
    keys.append(try columns.map { try $0.evaluate(batch) }, rowCount: batch.rowCount)
    batches.append(batch)
    byteCountOfBatches += batch.byteCount
  }

  func finish(to output: Output) throws {
    if batches.isEmpty { return }
    let sorted = RowLocation.locations(in: batches, of: keys.sorted())
    for start in stride(from: 0, to: sorted.count, by: Self.batchRowCount) {
      let end = min(start + Self.batchRowCount, sorted.count)
      try output(try RecordBatch.gathering(batches, at: sorted[start..<end]), .rows)
    }
  }
}

extension SortOrder {
  var direction: SortDirection {
    SortDirection(descending: descending, nullsFirst: nullsFirst)
  }
}

extension RowLocation {
  /// Where rows, numbered through all batches, stand in them. O(rows of the batches).
  static func locations(in batches: [RecordBatch], of rows: [Int]) -> [RowLocation] {
    var all: [RowLocation] = []
    all.reserveCapacity(batches.reduce(0) { $0 + $1.rowCount })
    for (chunk, batch) in batches.enumerated() {
      for row in 0..<batch.rowCount {
        all.append(
          RowLocation(
            chunk: Int32(truncatingIfNeeded: chunk), row: Int32(truncatingIfNeeded: row)))
      }
    }
    return rows.map { all[$0] }
  }
}
