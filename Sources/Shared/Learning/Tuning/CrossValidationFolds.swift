/// The folds of cross-validation: row i of a group, in the order of its rows, is in fold i mod count. So folds differ by
/// at most one row in size, and depend on the order of rows alone.
package struct CrossValidationFolds: Hashable, Sendable {
  /// At least 2.
  package let count: Int

  package init(count: Int) {
    precondition(count >= 2)
    self.count = count
  }

  /// The folds that hold out a row at all: the first ones.
  package func usedCount(rowCount: Int) -> Int { min(count, rowCount) }

  /// Sets `rows` to those that a fold trains on, followed by those that it holds out, each in their order.
  /// - Parameter fold: less than `usedCount`.
  /// - Returns: how many it trains on.
  package func split(rowCount: Int, fold: Int, into rows: inout [Int]) -> Int {
    rows.removeAll(keepingCapacity: true)
    for row in 0..<rowCount where row % count != fold { rows.append(row) }
    let trainCount = rows.count
    rows.append(contentsOf: stride(from: fold, to: rowCount, by: count))
    return trainCount
  }
}
