/// The order of rows by their values, in memory that it keeps. Stable: equal values keep the order of their rows.
///
/// As `ValueSort`, whose integers it sorts with the row beside each: few rows are merged bottom-up from sorted blocks of
/// eight, many are sorted by their bytes, the last first, leaving out bytes that all values share.
///
/// Unsafe: columns have `count` doubles.
struct RowOrder: ~Copyable {
  struct Entry: BitwiseCopyable {
    /// An integer that is ordered as the value is; `ValueSort.value` makes a double of it.
    let key: UInt64
    let row: Int
  }

  private var entries = WorkingMemory<Entry>()
  private var spare = WorkingMemory<Entry>()
  private var byteCounts = WorkingMemory<Int>()

  /// From here on a radix sort is faster than merging.
  private static let radixRowCount = 512

  /// The rows by ascending value, none of which is NaN; -0.0 counts as 0.0. Valid until the next sort.
  /// - Complexity: O(count) for many rows, O(count log count) for few.
  mutating func sort(_ column: UnsafePointer<Double>, count: Int) -> UnsafePointer<Entry> {
    let entries = entries.reserve(count)
    let spare = spare.reserve(count)
    for row in 0..<count { entries[row] = Entry(key: ValueSort.key(column[row]), row: row) }
    return UnsafePointer(
      count < Self.radixRowCount
        ? Self.merge(entries, spare, count)
        : Self.radix(entries, spare, count, counts: byteCounts.reserve(8 * 256)))
  }

  private static func merge(
    _ entries: UnsafeMutablePointer<Entry>, _ spare: UnsafeMutablePointer<Entry>, _ count: Int
  ) -> UnsafeMutablePointer<Entry> {
    let block = 8
    var start = 0
    while start < count {
      let end = min(start &+ block, count)
      var next = start &+ 1
      while next < end {
        let entry = entries[next]
        var place = next
        while place > start, entries[place &- 1].key > entry.key {
          entries[place] = entries[place &- 1]
          place &-= 1
        }
        entries[place] = entry
        next &+= 1
      }
      start = end
    }
    var (from, to) = (entries, spare)
    var width = block
    while width < count {
      var start = 0
      while start < count {
        let middle = min(start &+ width, count)
        let end = min(start &+ 2 &* width, count)
        mergeRuns(from, to, start, middle, end)
        start = end
      }
      swap(&from, &to)
      width &*= 2
    }
    return from
  }

  @inline(__always)
  private static func mergeRuns(
    _ from: UnsafeMutablePointer<Entry>, _ to: UnsafeMutablePointer<Entry>, _ start: Int,
    _ middle: Int, _ end: Int
  ) {
    var (left, right, place) = (start, middle, start)
    while left < middle, right < end {
      // Without a branch, which would be guessed wrongly half of the time.
      let step = from[right].key < from[left].key ? 1 : 0
      to[place] = from[step == 1 ? right : left]
      right &+= step
      left &+= 1 &- step
      place &+= 1
    }
    (to + place).update(from: from + left, count: middle &- left)
    (to + (place &+ (middle &- left))).update(from: from + right, count: end &- right)
  }

  private static func radix(
    _ entries: UnsafeMutablePointer<Entry>, _ spare: UnsafeMutablePointer<Entry>, _ count: Int,
    counts: UnsafeMutablePointer<Int>
  ) -> UnsafeMutablePointer<Entry> {
    counts.update(repeating: 0, count: 8 &* 256)
    for position in 0..<count {
      var key = entries[position].key
      var table = counts
      for _ in 0..<8 {
        table[Int(key & 0xff)] &+= 1
        key >>= 8
        table += 256
      }
    }
    var (from, to) = (entries, spare)
    for byte in 0..<8 {
      let shift = UInt64(byte &* 8)
      let table = counts + byte &* 256
      if table[Int((from[0].key >> shift) & 0xff)] == count { continue }
      var start = 0
      for digit in 0..<256 {
        let size = table[digit]
        table[digit] = start
        start &+= size
      }
      for position in 0..<count {
        let entry = from[position]
        let digit = Int((entry.key >> shift) & 0xff)
        to[table[digit]] = entry
        table[digit] &+= 1
      }
      swap(&from, &to)
    }
    return from
  }
}
