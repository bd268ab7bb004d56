/// A view of bits, least significant first, that starts `offset` bits into its memory.
///
/// The memory belongs to a `Column`; a bitmap must not outlive it.
@usableFromInline
package struct Bitmap {
  @usableFromInline let bytes: UnsafePointer<UInt8>
  @usableFromInline let offset: Int

  @inlinable
  package init(bytes: UnsafePointer<UInt8>, offset: Int) {
    self.bytes = bytes
    self.offset = offset
  }

  @inlinable
  package subscript(_ index: Int) -> Bool {
    let bit = offset &+ index
    return bytes[bit >> 3] & (1 &<< UInt8(truncatingIfNeeded: bit & 7)) != 0
  }

  /// The number of set bits in the first `length`. O(length / 8).
  package func count(_ length: Int) -> Int {
    var total = 0
    var index = 0
    while index < length, (offset + index) & 7 != 0 {
      total += self[index] ? 1 : 0
      index += 1
    }
    while index + 8 <= length {
      total += bytes[(offset + index) >> 3].nonzeroBitCount
      index += 8
    }
    while index < length {
      total += self[index] ? 1 : 0
      index += 1
    }
    return total
  }
}
