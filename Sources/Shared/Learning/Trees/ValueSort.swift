/// Sorts doubles as integers of the same order, in memory that it keeps.
///
/// Short columns are merged bottom-up from sorted blocks of eight, without a branch that depends on the values; long
/// ones are sorted by their bytes, the last first (LSD radix sort: Knuth, "The Art of Computer Programming", volume 3,
/// section 5.2.5), leaving out bytes that all values share.
struct ValueSort: ~Copyable {
  private var keys = WorkingMemory<UInt64>()
  private var spare = WorkingMemory<UInt64>()
  private var byteCounts = WorkingMemory<Int>()

  /// From here on a radix sort is faster than merging.
  private static let radixRowCount = 512

  /// The values of a column in these rows, ascending, as keys: `value` makes doubles of them. -0.0 counts as 0.0.
  /// - Complexity: O(count) for many rows, O(count log count) for few.
  mutating func sort(
    _ column: UnsafePointer<Double>, rows: UnsafePointer<Int32>, count: Int
  ) -> UnsafePointer<UInt64> {
    let keys = keys.reserve(count)
    for position in 0..<count { keys[position] = Self.key(column[Int(rows[position])]) }
    return sort(keys, count)
  }

  /// All of `count` values, as above.
  mutating func sort(
    _ values: UnsafePointer<Double>, count: Int
  ) -> UnsafePointer<UInt64> {
    let keys = keys.reserve(count)
    for position in 0..<count { keys[position] = Self.key(values[position]) }
    return sort(keys, count)
  }

  private mutating func sort(
    _ keys: UnsafeMutablePointer<UInt64>, _ count: Int
  ) -> UnsafePointer<UInt64> {
    let spare = spare.reserve(count)
    return UnsafePointer(
      count < Self.radixRowCount
        ? Self.merge(keys, spare, count)
        : Self.radix(keys, spare, count, counts: byteCounts.reserve(8 * 256)))
  }

  /// An integer that is ordered as the doubles are.
  @inline(__always)
  static func key(_ value: Double) -> UInt64 {
    let bits = (value + 0).bitPattern
    return bits ^ (UInt64(bitPattern: Int64(bitPattern: bits) >> 63) | 1 << 63)
  }

  @inline(__always)
  static func value(_ key: UInt64) -> Double {
    Double(bitPattern: key ^ (UInt64(bitPattern: ~(Int64(bitPattern: key) >> 63)) | 1 << 63))
  }

  private static func merge(
    _ keys: UnsafeMutablePointer<UInt64>, _ spare: UnsafeMutablePointer<UInt64>, _ count: Int
  ) -> UnsafeMutablePointer<UInt64> {
    let block = 8
    var start = 0
    while start < count {
      let end = min(start &+ block, count)
      var next = start &+ 1
      while next < end {
        let key = keys[next]
        var place = next
        while place > start, keys[place &- 1] > key {
          keys[place] = keys[place &- 1]
          place &-= 1
        }
        keys[place] = key
        next &+= 1
      }
      start = end
    }
    var (from, to) = (keys, spare)
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
    _ from: UnsafeMutablePointer<UInt64>, _ to: UnsafeMutablePointer<UInt64>, _ start: Int,
    _ middle: Int, _ end: Int
  ) {
    var (left, right, place) = (start, middle, start)
    while left < middle, right < end {
      let (first, second) = (from[left], from[right])
      let takesRight = second < first
      to[place] = takesRight ? second : first
      let step = takesRight ? 1 : 0
      right &+= step
      left &+= 1 &- step
      place &+= 1
    }
    (to + place).update(from: from + left, count: middle &- left)
    (to + (place &+ (middle &- left))).update(from: from + right, count: end &- right)
  }

  private static func radix(
    _ keys: UnsafeMutablePointer<UInt64>, _ spare: UnsafeMutablePointer<UInt64>, _ count: Int,
    counts: UnsafeMutablePointer<Int>
  ) -> UnsafeMutablePointer<UInt64> {
    counts.update(repeating: 0, count: 8 &* 256)
    for position in 0..<count {
      var key = keys[position]
      var table = counts
      for _ in 0..<8 {
        table[Int(key & 0xff)] &+= 1
        key >>= 8
        table += 256
      }
    }
    var (from, to) = (keys, spare)
    for byte in 0..<8 {
      let shift = UInt64(byte &* 8)
      let table = counts + byte &* 256
      if table[Int((from[0] >> shift) & 0xff)] == count { continue }
      var start = 0
      for digit in 0..<256 {
        let size = table[digit]
        table[digit] = start
        start &+= size
      }
      for position in 0..<count {
        let key = from[position]
        let digit = Int((key >> shift) & 0xff)
        to[table[digit]] = key
        table[digit] &+= 1
      }
      swap(&from, &to)
    }
    return from
  }
}
