/// The keys of the rows of a batch, row by row, as 64-bit words: equal words mean equal keys.
///
/// A row is: one word of null bits for each 64 columns, then each column's value. A value is one word (integers
/// sign-extended, floating point in the canonical form of `RowHash`), two for decimals, for strings and binaries the
/// length and the bytes padded with zeros, for lists the count and each element as a null word and a value.
/// Nulls have the words of zero, so that all rows of columns of fixed width take the same number of words.
struct KeyRows {
  private(set) var words: [UInt64] = []
  /// Where each row begins in `words`, and at the end the number of words.
  private(set) var offsets: [Int] = []

  var byteCount: Int { 8 * (words.capacity + offsets.capacity) }

  /// Encodes rows of `keys`; what was encoded before is forgotten and its memory used again. O(bytes of the keys).
  mutating func encode(_ keys: [Column], rowCount: Int) {
    let headerCount = Self.headerCount(keys.count)
    let fixedCount = headerCount + keys.reduce(0) { $0 + (Self.fixedWordCount($1.type) ?? 0) }
    var counts = [Int](repeating: fixedCount, count: rowCount)
    for key in keys where Self.fixedWordCount(key.type) == nil {
      Self.addWordCounts(of: key, to: &counts)
    }
    offsets.removeAll(keepingCapacity: true)
    offsets.reserveCapacity(rowCount + 1)
    var total = 0
    for count in counts {
      offsets.append(total)
      total += count
    }
    offsets.append(total)
    // Zeros are needed where nulls and paddings stand.
    words.removeAll(keepingCapacity: true)
    words.append(contentsOf: repeatElement(0, count: total))

    var cursors = offsets.map { $0 + headerCount }
    words.withUnsafeMutableBufferPointer { words in
      offsets.withUnsafeBufferPointer { offsets in
        cursors.withUnsafeMutableBufferPointer { cursors in
          for (index, key) in keys.enumerated() {
            withExtendedLifetime(key) {
              Self.writeNulls(of: key, index: index, rowCount, offsets, into: words)
              Self.write(key, rowCount, cursors, into: words)
            }
          }
        }
      }
    }
  }

  static func headerCount(_ columnCount: Int) -> Int { (columnCount + 63) / 64 }

  /// The words of any value of a type; nil when they depend on the value.
  static func fixedWordCount(_ type: DataType) -> Int? {
    switch type {
    case .void: 0
    case .boolean, .byte, .short, .integer, .long, .float, .double, .date, .timestamp: 1
    case .decimal: 2
    case .string, .binary, .list, .fixedSizeList: nil
    }
  }

  private static func addWordCounts(of key: Column, to counts: inout [Int]) {
    switch key.type {
    case .string, .binary:
      withExtendedLifetime(key) {
        let offsets = key.offsets
        let validity = key.validity
        for row in counts.indices {
          let isValid = validity.map { $0[row] } ?? true
          counts[row] += 1 + (isValid ? (Int(offsets[row + 1] - offsets[row]) + 7) / 8 : 0)
        }
      }
    default: for row in counts.indices { counts[row] += wordCount(key, row) }
    }
  }

  private static func writeNulls(
    of key: Column, index: Int, _ rowCount: Int, _ offsets: UnsafeBufferPointer<Int>,
    into words: UnsafeMutableBufferPointer<UInt64>
  ) {
    let bit: UInt64 = 1 << UInt64(index & 63)
    if key.type == .void {
      for row in 0..<rowCount { words[offsets[row] + index / 64] |= bit }
    } else if let validity = key.validity {
      for row in 0..<rowCount where !validity[row] { words[offsets[row] + index / 64] |= bit }
    }
  }

  /// Writes a column's values where `cursors` stand and moves them on.
  private static func write(
    _ key: Column, _ rowCount: Int, _ cursors: UnsafeMutableBufferPointer<Int>,
    into words: UnsafeMutableBufferPointer<UInt64>
  ) {
    switch key.type {
    case .void: break
    case .boolean, .byte, .short, .integer, .long, .float, .double, .date, .timestamp:
      key.withKeyWords { values in
        let validity = key.validity
        for row in 0..<rowCount {
          words[cursors[row]] = validity.map { $0[row] } ?? true ? values[row] : 0
          cursors[row] += 1
        }
      }
    case .decimal:
      let values = key.pointer(as: (UInt64, UInt64).self)
      let validity = key.validity
      for row in 0..<rowCount {
        if validity.map({ $0[row] }) ?? true {
          words[cursors[row]] = values[row].0
          words[cursors[row] + 1] = values[row].1
        }
        cursors[row] += 2
      }
    case .string, .binary:
      let validity = key.validity
      for row in 0..<rowCount {
        if validity.map({ $0[row] }) ?? true {
          write(bytes: key.bytes(row), &cursors[row], into: words)
        } else {
          cursors[row] += 1
        }
      }
    case .list, .fixedSizeList:
      for row in 0..<rowCount { writeList(key, row, &cursors[row], into: words) }
    }
  }

  private static func write(
    bytes: UnsafeBufferPointer<UInt8>, _ cursor: inout Int,
    into words: UnsafeMutableBufferPointer<UInt64>
  ) {
    words[cursor] = UInt64(truncatingIfNeeded: bytes.count)
    cursor += 1
    guard let start = bytes.baseAddress else { return }
    let raw = UnsafeRawPointer(start)
    var index = 0
    while index + 8 <= bytes.count {
      words[cursor] = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      cursor += 1
      index += 8
    }
    if index < bytes.count {
      words[cursor] = RowHash.tailWord(raw + index, byteCount: bytes.count - index)
      cursor += 1
    }
  }

  // MARK: Lists, one by one

  /// The words of a value of a type without a fixed count.
  private static func wordCount(_ column: Column, _ row: Int) -> Int {
    switch column.type {
    case .string, .binary:
      if column.isNull(row) { return 1 }
      return 1 + (Int(column.offsets[row + 1] - column.offsets[row]) + 7) / 8
    case .list, .fixedSizeList:
      let elements = column.elements
      return column.elementRange(row).reduce(1) { total, element in
        total + 1 + (fixedWordCount(elements.type) ?? wordCount(elements, element))
      }
    default: return fixedWordCount(column.type) ?? 0
    }
  }

  private static func writeList(
    _ column: Column, _ row: Int, _ cursor: inout Int,
    into words: UnsafeMutableBufferPointer<UInt64>
  ) {
    let elements = column.elements
    let range = column.elementRange(row)
    words[cursor] = UInt64(truncatingIfNeeded: range.count)
    cursor += 1
    for element in range {
      words[cursor] = elements.isNull(element) ? 1 : 0
      cursor += 1
      withUnsafeMutablePointer(to: &cursor) { cursor in
        write(
          elements.slice(element..<element + 1), 1,
          UnsafeMutableBufferPointer(start: cursor, count: 1), into: words)
      }
    }
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
