import Columnar

/// One value of any type a group, kept as the row of a column where it stands.
///
/// After each batch the rows that are still some group's value are copied out of it, so that what is held
/// grows with the groups and not with the rows.
struct RetainedValues {
  /// The location of groups that have no value: the one null of the first chunk.
  static let absent = RowLocation(chunk: 0, row: 0)
  /// Beyond this many chunks they are put together, so that looking at all of them stays cheap.
  private static let maximumChunkCount = 64

  private let type: DataType
  private(set) var chunks: [Column]
  private(set) var locations: [RowLocation] = []
  private var byteCountOfChunks = 0

  init(_ type: DataType) {
    self.type = type
    let absent = ColumnBuilder(type)
    absent.appendNull()
    chunks = [absent.finish()]
  }

  var byteCount: Int {
    byteCountOfChunks + MemoryLayout<RowLocation>.stride * locations.capacity
  }

  mutating func grow(to groupCount: Int) {
    locations.append(
      contentsOf: repeatElement(Self.absent, count: groupCount - locations.count))
  }

  /// Makes row i of `column` the value of its group where `replaces`, asked row by row with the location of the value
  /// so far, says so. Locations of this column have the chunk number `chunks.count` of before the call.
  /// Throws when the values pass 2 GiB.
  @inline(__always)
  mutating func take(
    _ column: Column, groups: UnsafeBufferPointer<Int32>,
    replaces: (_ current: RowLocation, _ row: Int) -> Bool
  ) throws(ColumnTooLarge) {
    let chunk = Int32(truncatingIfNeeded: chunks.count)
    var replaced = 0
    locations.withUnsafeMutableBufferPointer { locations in
      for row in 0..<groups.count {
        let group = Int(groups[row])
        if replaces(locations[group], row) {
          locations[group] = RowLocation(chunk: chunk, row: Int32(truncatingIfNeeded: row))
          replaced += 1
        }
      }
    }
    if replaced > 0 { try retain(column, groups: groups) }
  }

  /// Copies the rows of the last column that are values of groups.
  private mutating func retain(
    _ column: Column, groups: UnsafeBufferPointer<Int32>
  ) throws(ColumnTooLarge) {
    let chunk = Int32(truncatingIfNeeded: chunks.count)
    var live: [RowLocation] = []
    for row in 0..<groups.count {
      let group = Int(groups[row])
      let location = RowLocation(chunk: chunk, row: Int32(truncatingIfNeeded: row))
      if locations[group] == location {
        // The new row is not after this one, so no later row is taken for it.
        locations[group].row = Int32(truncatingIfNeeded: live.count)
        live.append(RowLocation(chunk: 0, row: location.row))
      }
    }
    chunks.append(try Column.gathering([column], at: live[...]))
    byteCountOfChunks += chunks[chunks.count - 1].byteCount
    let rowCount = chunks.reduce(0) { $0 + $1.length }
    if chunks.count > Self.maximumChunkCount || rowCount > 2 * locations.count + 4096 {
      try compact()
    }
  }

  private mutating func compact() throws(ColumnTooLarge) {
    let values = try column()
    chunks = [chunks[0], values]
    byteCountOfChunks = values.byteCount
    for group in locations.indices where locations[group] != Self.absent {
      locations[group] = RowLocation(chunk: 1, row: Int32(truncatingIfNeeded: group))
    }
  }

  /// The values of all groups, null where there is none. Throws when they pass 2 GiB.
  func column() throws(ColumnTooLarge) -> Column {
    try Column.gathering(chunks, at: locations[...])
  }

  mutating func reset() {
    chunks.removeLast(chunks.count - 1)
    locations.removeAll(keepingCapacity: true)
    byteCountOfChunks = 0
  }
}
