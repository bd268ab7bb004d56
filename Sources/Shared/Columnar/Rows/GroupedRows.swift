/// Rows that are collected batch by batch and then laid side by side, group after group.
///
/// For what needs the rows of a group in one place. Belongs to one task and one thread.
package struct GroupedRows {
  private let types: [DataType]
  private var columns: [[Column]]
  private var groups: [[Int32]] = []
  /// Bytes held, for the executor's memory budget.
  package private(set) var byteCount = 0

  /// For rows of columns of these types; at least one.
  package init(types: [DataType]) {
    self.types = types
    columns = types.map { _ in [] }
  }

  /// Takes rows (columns of the types in their order); row i belongs to group `groups[i]`. The columns are
  /// kept, not copied.
  package mutating func append(_ columns: [Column], groups: UnsafeBufferPointer<Int32>) {
    precondition(columns.map(\.type) == types)
    if groups.isEmpty { return }
    for (index, column) in columns.enumerated() {
      precondition(column.length == groups.count)
      self.columns[index].append(column)
      byteCount += column.byteCount
    }
    self.groups.append(Array(groups))
    byteCount += 4 * groups.count
  }

  /// The rows in the order of their groups `0..<groupCount`, inside a group in the order in which they came:
  /// group g has the rows `offsets[g]..<offsets[g + 1]` of each column.
  ///
  /// Nothing is left in here afterwards. O(rows + groups). Throws when a column passes what 32-bit offsets reach.
  package mutating func finish(
    groupCount: Int
  ) throws(ColumnTooLarge) -> (columns: [Column], offsets: [Int]) {
    let order = CountingSort(chunks: groups, groupCount: groupCount)
    groups = []
    byteCount = 0
    var shared = CountingSort.SharedOrder()
    var laid: [Column] = []
    for index in types.indices {
      let chunks = columns[index]
      // Frees each column's chunks as soon as they are copied.
      columns[index] = []
      laid.append(
        chunks.isEmpty
          ? ColumnBuilder(types[index]).finish()
          : try order.ordering(chunks, sharing: &shared))
    }
    return (laid, order.offsets)
  }
}
