/// Numbers the groups of rows by their keys, in the order of first appearance.
///
/// Keys are equal as `RowHash` says: -0.0 is 0.0, all NaN are one key, null is a key. Without keys all
/// rows are group 0, and that group is there from the start. Belongs to one task and one thread.
package final class GroupTable {
  /// The most groups of one table: what a group index holds.
  package static let maximumGroupCount = Int(Int32.max)

  private let index: (any KeyIndex)?
  /// The group of each row of the last `assign`.
  package private(set) var groups: [Int32] = []

  package init(keyTypes: [DataType]) {
    let columns = keyTypes.map { $0.makeKeyIndex() }
    index = columns.count > 1 ? SeveralKeysIndex(columns) : columns.first
  }

  /// How many groups there are.
  package var count: Int { index?.count ?? 1 }

  /// Bytes held, for the executor's memory budget.
  package var byteCount: Int { (index?.byteCount ?? 0) + 4 * groups.capacity }

  /// Assigns rows to groups, from the first row up to the first one that would need more than `limit` groups;
  /// `groups` then has the groups of these rows. Returns how many rows were assigned.
  ///
  /// `keys` are of the table's types and have `rowCount` rows. `limit` is at least the groups there are and at most
  /// `maximumGroupCount`. O(bytes of the keys), on average.
  package func assign(
    _ keys: [Column], rowCount: Int, limit: Int = GroupTable.maximumGroupCount
  ) -> Int {
    precondition(limit >= count && limit <= Self.maximumGroupCount)
    groups.removeAll(keepingCapacity: true)
    groups.append(contentsOf: repeatElement(0, count: rowCount))
    guard let index else { return rowCount }
    let assigned = groups.withUnsafeMutableBufferPointer {
      index.assign(keys, to: $0, limit: limit)
    }
    groups.removeLast(rowCount - assigned)
    return assigned
  }

  /// The keys of all groups in their order. Throws when a column of them passes 2 GiB.
  package func keys() throws(ColumnTooLarge) -> [Column] {
    try index?.keys() ?? []
  }

  /// Forgets all groups and keeps the memory.
  package func reset() {
    index?.reset()
  }
}

/// How the keys of a table are found again.
protocol KeyIndex: AnyObject {
  var count: Int { get }
  var byteCount: Int { get }
  /// See `GroupTable.assign`; `groups` has room for all rows.
  func assign(
    _ keys: [Column], to groups: UnsafeMutableBufferPointer<Int32>, limit: Int
  ) -> Int
  func keys() throws(ColumnTooLarge) -> [Column]
  func reset()
}

extension DataType {
  /// The index of one column of this type.
  fileprivate func makeKeyIndex() -> any KeyIndex {
    switch self {
    case .boolean, .byte, .short, .integer, .long, .float, .double, .date, .timestamp:
      WordKeyIndex(type: self)
    case .string, .binary: StringKeyIndex(type: self)
    case .decimal: DecimalKeyIndex(type: self)
    case .void, .list, .fixedSizeList: RowKeyIndex(type: self)
    }
  }
}
