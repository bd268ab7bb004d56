import Glibc

// Text as UTF-8 bytes, counted in characters (code points) where SQL counts them.

extension UnsafeBufferPointer<UInt8> {
  /// Code points: the bytes that do not continue one.
  var characterCount: Int {
    var count = 0
    for byte in self where byte & 0xC0 != 0x80 { count += 1 }
    return count
  }

  /// Where a character (from 0) begins; the end when there are fewer.
  func byteOffset(ofCharacter character: Int) -> Int {
    var seen = -1
    for index in indices where self[index] & 0xC0 != 0x80 {
      seen += 1
      if seen == character { return index }
    }
    return count
  }

  /// `substring(text, start, count)`: from 1, from the end when negative; what lies before the text counts.
  func characters(from start: Int, count length: Int) -> UnsafeBufferPointer<UInt8> {
    let first = start > 0 ? start - 1 : start == 0 ? 0 : characterCount + start
    let end = first + length
    guard length > 0, end > 0 else { return UnsafeBufferPointer(rebasing: self[..<0]) }
    let lower = byteOffset(ofCharacter: Swift.max(0, first))
    let rest = UnsafeBufferPointer(rebasing: self[lower...])
    let upper = rest.byteOffset(ofCharacter: end - Swift.max(0, first))
    return UnsafeBufferPointer(rebasing: rest[..<upper])
  }

  /// The place in bytes of a part at or after `start`. O(count × part.count) where the part's first byte is
  /// frequent.
  func firstPlace(of part: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard let partBase = part.baseAddress, let first = part.first else { return start }
    guard let base = baseAddress else { return nil }
    var index = start
    while count - index >= part.count {
      guard let found = memchr(base + index, Int32(first), count - index - part.count + 1) else {
        return nil
      }
      index = UnsafeRawPointer(found) - UnsafeRawPointer(base)
      if memcmp(base + index, partBase, part.count) == 0 { return index }
      index += 1
    }
    return nil
  }

  /// All occurrences of a part by another, from the left; itself when the part is empty.
  func replacing(
    _ part: UnsafeBufferPointer<UInt8>, with replacement: UnsafeBufferPointer<UInt8>
  ) -> [UInt8] {
    if part.isEmpty { return Array(self) }
    var result: [UInt8] = []
    result.reserveCapacity(count)
    var index = 0
    while let place = firstPlace(of: part, from: index) {
      result.append(contentsOf: self[index..<place])
      result.append(contentsOf: replacement)
      index = place + part.count
    }
    result.append(contentsOf: self[index...])
    return result
  }
}
