/// The order of rows of several chunks by their groups, and by chunk and row inside a group.
struct CountingSort {
  /// The group of each row of each chunk.
  let chunks: [[Int32]]
  /// Where each group begins in the order, and at the end the number of rows.
  let offsets: [Int]

  /// What the columns of one order share, each made for the first column that gains by it.
  struct SharedOrder {
    var locations: [RowLocation]?
    var positions: [Int32]?
    var scatteredCount = 0
  }

  /// All groups are in `0..<groupCount`. O(rows + groups).
  init(chunks: [[Int32]], groupCount: Int) {
    self.chunks = chunks
    var offsets = [Int](repeating: 0, count: groupCount + 1)
    for groups in chunks {
      for group in groups { offsets[Int(group) + 1] += 1 }
    }
    for group in 0..<groupCount { offsets[group + 1] += offsets[group] }
    self.offsets = offsets
  }

  var rowCount: Int { offsets[offsets.count - 1] }

  /// The rows in their order. O(rows).
  func locations() -> [RowLocation] {
    [RowLocation](unsafeUninitializedCapacity: rowCount) { buffer, count in
      forEachPosition { chunk, row, position in
        buffer[position] = RowLocation(
          chunk: Int32(truncatingIfNeeded: chunk), row: Int32(truncatingIfNeeded: row))
      }
      count = rowCount
    }
  }

  /// The position of each row as it came; nil where they pass 32 bits. O(rows).
  func positions() -> [Int32]? {
    guard rowCount <= Int(Int32.max) else { return nil }
    return [Int32](unsafeUninitializedCapacity: rowCount) { buffer, count in
      var next = 0
      forEachPosition { _, _, position in
        buffer[next] = Int32(truncatingIfNeeded: position)
        next &+= 1
      }
      count = rowCount
    }
  }

  /// Calls `body` for all rows as they came, with the position of each in the order. O(rows).
  @inline(__always)
  func forEachPosition(_ body: (_ chunk: Int, _ row: Int, _ position: Int) -> Void) {
    var ends = offsets
    ends.withUnsafeMutableBufferPointer { ends in
      for chunk in chunks.indices {
        chunks[chunk].withUnsafeBufferPointer { groups in
          for row in 0..<groups.count {
            let group = Int(groups[row])
            let position = ends[group]
            ends[group] = position &+ 1
            body(chunk, row, position)
          }
        }
      }
    }
  }
}
