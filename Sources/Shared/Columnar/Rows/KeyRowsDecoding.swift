extension KeyRows {
  /// The key column of the rows that begin at `offsets` (without an end) in `words`, the inverse of `encode`.
  /// Throws when a string, binary or list column passes 2 GiB.
  static func decode(
    _ words: UnsafeBufferPointer<UInt64>, offsets: [Int], type: DataType
  ) throws(ColumnTooLarge) -> Column {
    let builder = ColumnBuilder(type, capacity: offsets.count)
    for offset in offsets {
      var cursor = offset
      try read(words, &cursor, into: builder)
    }
    return builder.finish()
  }

  private static func read(
    _ words: UnsafeBufferPointer<UInt64>, _ cursor: inout Int, into builder: ColumnBuilder
  ) throws(ColumnTooLarge) {
    let isNull = words[cursor] != 0
    cursor += 1
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
      for _ in 0..<count { try read(words, &cursor, into: builder.elementBuilder) }
      try builder.finishList()
    }
  }
}
