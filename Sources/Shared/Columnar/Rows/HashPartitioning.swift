extension RecordBatch {
  /// Splits the rows of batches of one schema by the hash of their first `keyCount` columns: the partitions that have
  /// rows, in ascending order, each with its rows in the order of the batches.
  ///
  /// The parts share their storage. With one partition the batches come back as they are. O(rows x columns): a counting
  /// sort. Throws when a column of variable length passes what 32-bit offsets reach.
  package static func partitioning(
    _ batches: [RecordBatch], keyCount: Int, partitionCount: Int
  ) throws(ColumnTooLarge) -> [(partition: Int, batch: RecordBatch)] {
    precondition(partitionCount > 0 && partitionCount <= Int(Int32.max))
    let batches = batches.filter { $0.rowCount > 0 }
    guard let schema = batches.first?.schema else { return [] }
    if partitionCount == 1 { return batches.map { (0, $0) } }
    let partitions = batches.map { batch in
      RowHash.hashes(of: Array(batch.columns.prefix(keyCount)), rowCount: batch.rowCount).map {
        Int32(truncatingIfNeeded: RowHash.partition(of: $0, count: partitionCount))
      }
    }
    let order = CountingSort(chunks: partitions, groupCount: partitionCount)
    let occupied = (0..<partitionCount).filter { order.offsets[$0] < order.offsets[$0 + 1] }
    if occupied.count == 1 { return batches.map { (occupied[0], $0) } }
    var shared = CountingSort.SharedOrder()
    var columns: [Column] = []
    for index in 0..<schema.count {
      columns.append(
        try order.ordering(batches.map { $0.columns[index] }, sharing: &shared))
    }
    let sorted = RecordBatch(schema: schema, columns: columns, rowCount: order.rowCount)
    return occupied.map {
      ($0, sorted.slice(order.offsets[$0]..<order.offsets[$0 + 1]))
    }
  }
}
