/// `column <op> literal` (or a null check) on a column of the files, for leaving out row groups.
package struct ColumnPredicate: Hashable, Sendable {
  package enum Comparison: Hashable, Sendable {
    case equal, less, lessOrEqual, greater, greaterOrEqual, isNotNull
  }

  /// Index into the scan's file schema.
  package var column: Int
  package var comparison: Comparison
  /// Of the column's type; `.null` for `isNotNull`.
  package var value: Scalar

  package init(column: Int, comparison: Comparison, value: Scalar) {
    self.column = column
    self.comparison = comparison
    self.value = value
  }
}
