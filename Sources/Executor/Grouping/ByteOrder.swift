import Glibc

/// The order of strings and binaries: by their bytes, unsigned, a prefix before what it begins.
enum ByteOrder {
  /// Less than, equal to or greater than 0 as row `row` of one column comes before, with or after row `otherRow` of
  /// another. Unsafe: both are rows of columns that are alive.
  @inline(__always)
  static func compare(
    _ data: UnsafePointer<UInt8>, _ offsets: UnsafePointer<Int32>, _ row: Int,
    _ otherData: UnsafePointer<UInt8>, _ otherOffsets: UnsafePointer<Int32>, _ otherRow: Int
  ) -> Int {
    let start = Int(offsets[row])
    let count = Int(offsets[row &+ 1]) &- start
    let otherStart = Int(otherOffsets[otherRow])
    let otherCount = Int(otherOffsets[otherRow &+ 1]) &- otherStart
    let order = memcmp(data + start, otherData + otherStart, min(count, otherCount))
    return order != 0 ? Int(order) : count &- otherCount
  }
}
