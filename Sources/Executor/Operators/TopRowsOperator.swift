import Columnar
import Plan

/// The first rows of the sorted partition, without the memory of the others: at most twice the limit and a batch.
///
/// Rows that come after the last of the best so far are dropped at once; what is kept is cut back to the
/// limit when it is twice as much.
final class TopRowsOperator: BatchOperator {
  private let limit: Int
  private let columns: [ExpressionEvaluator]
  private let directions: [SortDirection]
  /// The rows that may be among the first, in the order in which they came, and their keys.
  private var candidates: [RecordBatch] = []
  private var keys: SortKeys
  /// The key of the last of the first `limit` rows at the last cut; nil before there were as many.
  private var bound: SortKeys?

  /// `limit` is not negative.
  init(_ order: [SortOrder], limit: Int) {
    self.limit = limit
    columns = order.map { ExpressionEvaluator($0.expression) }
    directions = order.map(\.direction)
    keys = SortKeys(directions)
  }

  var isSatisfied: Bool { limit == 0 }

  var byteCount: Int { candidates.reduce(keys.byteCount) { $0 + $1.byteCount } }

  func process(_ batch: RecordBatch, _ kind: BatchKind, to output: Output) throws {
    if batch.rowCount == 0 || limit == 0 { return }
    var batchKeys = SortKeys(directions)
    batchKeys.append(try columns.map { try $0.evaluate(batch) }, rowCount: batch.rowCount)
    var kept: [RowLocation] = []
    let bound = self.bound
    for row in 0..<batch.rowCount {
      // A row that is equal to the bound came later, so it stays out.
      if let bound, !batchKeys.isKey(row, before: 0, of: bound) { continue }
      kept.append(RowLocation(chunk: 0, row: Int32(truncatingIfNeeded: row)))
      keys.append(row, of: batchKeys)
    }
    if kept.isEmpty { return }
    candidates.append(try RecordBatch.gathering([batch], at: kept[...]))
    if keys.count / 2 >= limit { try cut() }
  }

  func finish(to output: Output) throws {
    if candidates.isEmpty { return }
    let sorted = RowLocation.locations(in: candidates, of: Array(keys.sorted().prefix(limit)))
    for start in stride(from: 0, to: sorted.count, by: SortOperator.batchRowCount) {
      let end = min(start + SortOperator.batchRowCount, sorted.count)
      try output(try RecordBatch.gathering(candidates, at: sorted[start..<end]), .rows)
    }
  }

  /// Drops all candidates but the first `limit`, which stay in the order in which they came.
  private func cut() throws {
    let first = keys.sorted().prefix(limit)
    guard let last = first.last else { return }
    var bound = SortKeys(directions)
    bound.append(last, of: keys)
    var keptKeys = SortKeys(directions)
    let kept = first.sorted()
    for index in kept { keptKeys.append(index, of: keys) }
    let locations = RowLocation.locations(in: candidates, of: kept)
    candidates = [try RecordBatch.gathering(candidates, at: locations[...])]
    keys = keptKeys
    self.bound = bound
  }
}
