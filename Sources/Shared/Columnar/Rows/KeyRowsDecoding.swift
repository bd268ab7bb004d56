extension KeyRows {
  /// The key columns of the rows that begin at `offsets` (without an end) in `words`, the inverse of `encode`.
  /// Throws when a string, binary or list column passes 2 GiB.
  static func decode(
    _ words: UnsafeBufferPointer<UInt64>, offsets: [Int], types: [DataType]
  ) throws(ColumnTooLarge) -> [Column] {
    var cursors = offsets.map { $0 + headerCount(types.count) }
    var columns: [Column] = []
    for (index, type) in types.enumerated() {
      let builder = ColumnBuilder(type, capacity: offsets.count)
      for row in offsets.indices {
        let isNull = words[offsets[row] + index / 64] &>> UInt64(index & 63) & 1 != 0
        try read(words, &cursors[row], isNull: isNull, into: builder)
      }
      columns.append(builder.finish())
    }
    return columns
  }

  private static func read(
    _ words: UnsafeBufferPointer<UInt64>, _ cursor: inout Int, isNull: Bool,
    into builder: ColumnBuilder
  ) throws(ColumnTooLarge) {
    switch builder.type {
    case .void: builder.appendNull()
    case .boolean, .byte, .short, .integer, .long, .float, .double, .date, .timestamp:
      if isNull { builder.appendNull() } else { builder.append(keyWord: words[cursor]) }
      cursor += 1
    case .decimal:
      if isNull {
        builder.appendNull()
      } else {
        builder.append(value: (words[cursor], words[cursor + 1]))
      }
      cursor += 2
    case .string, .binary:
      let count = Int(truncatingIfNeeded: words[cursor])
      let start = UnsafeRawPointer(words.baseAddress! + cursor + 1)
      cursor += 1 + (count + 7) / 8
      if isNull {
        builder.appendNull()
      } else {
        let bytes = start.assumingMemoryBound(to: UInt8.self)
        try builder.append(bytes: UnsafeBufferPointer(start: bytes, count: count))
      }
    case .list, .fixedSizeList:
      let count = Int(truncatingIfNeeded: words[cursor])
      cursor += 1
      if isNull {
        builder.appendNull()
        return
      }
      for _ in 0..<count {
        let isNullElement = words[cursor] != 0
        cursor += 1
        try read(words, &cursor, isNull: isNullElement, into: builder.elementBuilder)
      }
      try builder.finishList()
    }
  }
}
