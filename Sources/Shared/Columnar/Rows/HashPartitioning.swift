extension RecordBatch {
  /// Splits the rows by the hash of their first `keyCount` columns: the partitions that have rows, in ascending order,
  /// each with its rows in the order of this batch.
  ///
  /// The parts of one batch share their storage. O(rows x columns): a counting sort, then one gathering a column.
  /// Throws when a list column passes what 32-bit offsets reach.
  package func partitioned(
    keyCount: Int, partitionCount: Int
  ) throws(ColumnTooLarge) -> [(partition: Int, batch: RecordBatch)] {
    precondition(partitionCount > 0 && partitionCount <= Int(Int32.max))
    if rowCount == 0 { return [] }
    if partitionCount == 1 { return [(0, self)] }
    let hashes = RowHash.hashes(of: Array(columns.prefix(keyCount)), rowCount: rowCount)
    let partitions = hashes.map {
      Int32(truncatingIfNeeded: RowHash.partition(of: $0, count: partitionCount))
    }
    let order = CountingSort(chunks: [partitions], groupCount: partitionCount)
    let occupied = (0..<partitionCount).filter { order.offsets[$0] < order.offsets[$0 + 1] }
    if occupied.count == 1 { return [(occupied[0], self)] }
    let sorted = try RecordBatch.gathering([self], at: order.locations()[...])
    return occupied.map {
      ($0, sorted.slice(order.offsets[$0]..<order.offsets[$0 + 1]))
    }
  }
}
