/// The folds of cross-validation where rows stand in the order of time: the last rows are cut into `count` windows of equal
/// size, and each fold trains on all rows before the window that it holds out. scikit-learn's `TimeSeriesSplit`
/// (Hyndman and Athanasopoulos, "Forecasting: principles and practice", 3rd edition, section 5.10).
package struct ExpandingWindows: Hashable, Sendable {
  /// At least 2.
  package let count: Int

  package init(count: Int) {
    precondition(count >= 2)
    self.count = count
  }

  /// The rows of a window: those of a group over `count` + 1, rounded down.
  package func windowSize(rowCount: Int) -> Int {
    count < rowCount ? rowCount / (count + 1) : 0
  }

  /// The folds that hold out a row at all: all or, of too few rows, none.
  package func usedCount(rowCount: Int) -> Int {
    windowSize(rowCount: rowCount) > 0 ? count : 0
  }

  /// Sets `rows` to those that a fold trains on, followed by those that it holds out, all in their order.
  /// - Parameter fold: less than `usedCount`; the first one holds out the earliest window.
  /// - Returns: how many it trains on.
  package func split(rowCount: Int, fold: Int, into rows: inout [Int]) -> Int {
    let size = windowSize(rowCount: rowCount)
    let trainCount = rowCount - (count - fold) * size
    rows.removeAll(keepingCapacity: true)
    rows.append(contentsOf: 0..<trainCount + size)
    return trainCount
  }
}
