/// The folds of cross-validation: row i of a group, in the order of its rows, is in fold i mod count. So folds differ by
/// at most one row in size, and depend on the order of rows alone.
package struct CrossValidationFolds: Hashable, Sendable {
  /// At least 2.
  package let count: Int

  package init(count: Int) {
    precondition(count >= 2)
    self.count = count
  }

  /// The fold that holds out a row.
  package func fold(ofRow row: Int) -> Int { row % count }

  /// How many of `rowCount` rows a fold holds out.
  package func heldOutCount(_ fold: Int, rowCount: Int) -> Int {
    rowCount / count + (fold < rowCount % count ? 1 : 0)
  }

  /// Copies a column to those rows of it that a fold trains on, followed by those that it holds out, each in their order.
  /// - Parameter target: as long as `column`.
  package func arrange(
    _ column: UnsafePointer<Double>, rowCount: Int, fold: Int,
    into target: UnsafeMutablePointer<Double>
  ) {
    var trained = 0
    var heldOut = rowCount - heldOutCount(fold, rowCount: rowCount)
    for row in 0..<rowCount {
      if row % count == fold {
        target[heldOut] = column[row]
        heldOut += 1
      } else {
        target[trained] = column[row]
        trained += 1
      }
    }
  }
}
