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
    let whole = count & ~(block &- 1)
    var start = 0
    while start < whole {
      sortEight(keys + start)
      start &+= block
    }
    sortFew(keys + whole, count &- whole)
    var (from, to) = (keys, spare)
    var width = block
    while width < count {
      var start = 0
      while start < count {
        let middle = min(start &+ width, count)
        let end = min(start &+ 2 &* width, count)
        if end &- start == 2 &* width {
          mergeEqualRuns(from + start, to + start, width)
        } else {
          mergeRuns(from, to, start, middle, end)
        }
        start = end
      }
      swap(&from, &to)
      width &*= 2
    }
    return from
  }

  /// Puts each of eight keys where the number of those before it says, without a branch.
  @inline(__always)
  private static func sortEight(_ keys: UnsafeMutablePointer<UInt64>) {
    // As signed integers, which vectors compare, in the same order.
    let signed =
      UnsafeRawPointer(keys).loadUnaligned(as: SIMD8<Int64>.self)
      ^ SIMD8<Int64>(repeating: .min)
    let lanes = SIMD8<Int64>(0, 1, 2, 3, 4, 5, 6, 7)
    let (zero, one) = (SIMD8<Int64>.zero, SIMD8<Int64>(repeating: 1))
    var places = zero
    for index in 0..<8 {
      let other = SIMD8<Int64>(repeating: signed[index])
      let number = SIMD8<Int64>(repeating: Int64(index))
      places &+= zero.replacing(with: one, where: other .< signed)
      // Of equal ones the first comes first.
      let isLater = number .< lanes
      let isEqual = other .== signed
      places &+= zero.replacing(with: one, where: isEqual .& isLater)
    }
    for lane in 0..<8 { keys[Int(places[lane])] = UInt64(bitPattern: signed[lane] ^ .min) }
  }

  /// By insertion.
  @inline(__always)
  private static func sortFew(_ keys: UnsafeMutablePointer<UInt64>, _ count: Int) {
    var next = 1
    while next < count {
      let key = keys[next]
      var place = next
      while place > 0, keys[place &- 1] > key {
        keys[place] = keys[place &- 1]
        place &-= 1
      }
      keys[place] = key
      next &+= 1
    }
  }

  /// Merges two runs of `width` keys from both ends at once, which do not wait for each other: each end takes `width` of them,
  /// so that neither run is at its end before the last.
  @inline(__always)
  private static func mergeEqualRuns(
    _ from: UnsafePointer<UInt64>, _ to: UnsafeMutablePointer<UInt64>, _ width: Int
  ) {
    var (left, right) = (0, width)
    var (leftEnd, rightEnd) = (width &- 1, 2 &* width &- 1)
    for place in 0..<width {
      let (first, second) = (from[left], from[right])
      let takesRight = second < first
      to[place] = takesRight ? second : first
      let step = takesRight ? 1 : 0
      right &+= step
      left &+= 1 &- step
      let (last, other) = (from[leftEnd], from[rightEnd])
      let takesLeft = other < last
      to[2 &* width &- 1 &- place] = takesLeft ? last : other
      let back = takesLeft ? 1 : 0
      leftEnd &-= back
      rightEnd &-= 1 &- back
    }
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
