/// What is known of a table's rows before they are read. Estimates: they may decide how a table is cut, never what
/// is in it.
package struct TableStatistics: Hashable, Sendable {
  /// At most so many.
  package var rowCount: Double
  /// About how many different values each column has, null among them; rather too many. Nil where nothing is known.
  package var distinctCounts: [Double?]

  package init(rowCount: Double, distinctCounts: [Double?]) {
    self.rowCount = rowCount
    self.distinctCounts = distinctCounts
  }

  /// Nothing is known of the values.
  package init(rowCount: Double, columnCount: Int) {
    self.init(rowCount: rowCount, distinctCounts: Array(repeating: nil, count: columnCount))
  }

  /// Of the rows of both, which have the same columns. Values of one may be those of the other.
  package static func + (left: TableStatistics, right: TableStatistics) -> TableStatistics {
    TableStatistics(
      rowCount: left.rowCount + right.rowCount,
      distinctCounts: zip(left.distinctCounts, right.distinctCounts).map { left, right in
        guard let left, let right else { return nil }
        return left + right
      })
  }

  /// Of some of the columns, in this order; nil stands for one that is computed.
  package func selecting(_ columns: [Int?]) -> TableStatistics {
    TableStatistics(
      rowCount: rowCount,
      distinctCounts: columns.map { column in column.flatMap { distinctCounts[$0] } })
  }
}
