/// The keys of a column of any type, row by row, as 64-bit words: equal words mean equal keys.
///
/// A row is a word that is 1 when it is null, and its value. A value is one word (integers
/// sign-extended, floating point in the canonical form of `RowHash`), two for decimals, for strings and binaries the
/// length and the bytes padded with zeros, for lists the count and each element as a row.
/// Nulls have the words of zero.
struct KeyRows {
  private(set) var words: [UInt64] = []
  /// Where each row begins in `words`, and at the end the number of words.
  private(set) var offsets: [Int] = []

  var byteCount: Int { 8 * (words.capacity + offsets.capacity) }

  /// Encodes the rows of `key`; what was encoded before is forgotten and its memory used again. O(bytes of the key).
  mutating func encode(_ key: Column) {
    withExtendedLifetime(key) {
      offsets.removeAll(keepingCapacity: true)
      offsets.reserveCapacity(key.length + 1)
      var total = 0
      for row in 0..<key.length {
        offsets.append(total)
        total += Self.wordCount(key, row)
      }
      offsets.append(total)
      // Zeros are needed where nulls and paddings stand.
      words.removeAll(keepingCapacity: true)
      words.append(contentsOf: repeatElement(0, count: total))
      words.withUnsafeMutableBufferPointer { words in
        var cursor = 0
        for row in 0..<key.length { Self.write(key, row, &cursor, into: words) }
      }
    }
  }

  /// The words of one row.
  private static func wordCount(_ column: Column, _ row: Int) -> Int {
    switch column.type {
    case .void: return 1
    case .boolean, .byte, .short, .integer, .long, .float, .double, .date, .timestamp: return 2
    case .decimal: return 3
    case .string, .binary:
      return column.isNull(row) ? 2 : 2 + (column.bytes(row).count + 7) / 8
    case .list, .fixedSizeList:
      let elements = column.elements
      return column.elementRange(row).reduce(2) { $0 + wordCount(elements, $1) }
    }
  }

  /// Writes a row where `cursor` stands and moves it on.
  private static func write(
    _ column: Column, _ row: Int, _ cursor: inout Int,
    into words: UnsafeMutableBufferPointer<UInt64>
  ) {
    let isNull = column.isNull(row)
    words[cursor] = isNull ? 1 : 0
    cursor += 1
    switch column.type {
    case .void: break
    case .boolean, .byte, .short, .integer, .long, .float, .double, .date, .timestamp:
      if !isNull { words[cursor] = column.slice(row..<row + 1).withKeyWords { $0[0] } }
      cursor += 1
    case .decimal:
      if !isNull {
        let value = column.pointer(as: (UInt64, UInt64).self)[row]
        words[cursor] = value.0
        words[cursor + 1] = value.1
      }
      cursor += 2
    case .string, .binary:
      if isNull { cursor += 1 } else { write(bytes: column.bytes(row), &cursor, into: words) }
    case .list, .fixedSizeList:
      let elements = column.elements
      let range = column.elementRange(row)
      words[cursor] = UInt64(truncatingIfNeeded: range.count)
      cursor += 1
      for element in range { write(elements, element, &cursor, into: words) }
    }
  }

  private static func write(
    bytes: UnsafeBufferPointer<UInt8>, _ cursor: inout Int,
    into words: UnsafeMutableBufferPointer<UInt64>
  ) {
    words[cursor] = UInt64(truncatingIfNeeded: bytes.count)
    cursor += 1
    let wordCount = (bytes.count + 7) / 8
    // The padding stays zero.
    UnsafeMutableRawBufferPointer(
      UnsafeMutableBufferPointer(rebasing: words[cursor..<cursor + wordCount])
    ).copyMemory(from: UnsafeRawBufferPointer(bytes))
    cursor += wordCount
  }
}

extension Column {
  /// The elements of one row of a list column, none for a null. Indices into `elements`.
  func elementRange(_ row: Int) -> Range<Int> {
    if isNull(row) { return 0..<0 }
    if case .fixedSizeList(_, let count) = type { return row * count..<(row + 1) * count }
    return Int(offsets[row])..<Int(offsets[row + 1])
  }
}
