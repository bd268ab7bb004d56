import Glibc

extension Column {
  /// Which of the rows `rows` of a table's partition are held out: a boolean column.
  ///
  /// A row is held out when the hash of the seed, the partition and the number of the row in it, mapped to [0, 1), is below
  /// `fraction` (`docs/protocol.md`). O(rows).
  package static func heldOut(
    rows: Range<Int>, partition: Int, seed: Int64, fraction: Double
  ) -> Column {
    let seedHash = RowHash.combine(0, UInt64(bitPattern: seed))
    let partitionHash = RowHash.combine(seedHash, UInt64(bitPattern: Int64(partition)))
    let memory = calloc(max(64, (rows.count + 7) / 8), 1)!
    let bytes = memory.assumingMemoryBound(to: UInt8.self)
    for index in 0..<rows.count {
      let row = UInt64(bitPattern: Int64(rows.lowerBound + index))
      let hash = RowHash.combine(partitionHash, row)
      let bit: UInt8 = Double(hash >> 11) * 0x1p-53 < fraction ? 1 : 0
      bytes[index >> 3] |= bit &<< UInt8(truncatingIfNeeded: index & 7)
    }
    return Column(
      type: .boolean, length: rows.count, nullCount: 0, offset: 0,
      storage: ArrayStorage(
        validity: nil, buffers: [UnsafeRawPointer(memory)], children: [],
        memory: .allocated([memory])))
  }
}
