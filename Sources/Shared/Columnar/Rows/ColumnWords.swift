// Values of at most 64 bits as words of one size, so that what compares them is written and compiled once.

extension DataType {
  /// Whether a value fits in one word: all types but void, decimals and those of variable length.
  package var fitsWord: Bool {
    switch self {
    case .boolean, .byte, .short, .integer, .long, .float, .double, .date, .timestamp: true
    case .void, .decimal, .string, .binary, .list, .fixedSizeList: false
    }
  }
}

extension Column {
  /// Calls `body` with a word for each value, equal just when the values are the same key: integers
  /// sign-extended, floats and doubles as the bits of a double in which all zeros and all NaNs are one. The words of
  /// null rows are undefined. Copies nothing for long and timestamp. The type must fit a word.
  func withKeyWords<Result>(
    _ body: (UnsafeBufferPointer<UInt64>) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(self) {
      switch type {
      case .long, .timestamp:
        return try body(UnsafeBufferPointer(start: pointer(as: UInt64.self), count: length))
      default:
        return try Self.words(of: self) {
          UInt64(bitPattern: $0)
        } floating: {
          $0
        }.withUnsafeBufferPointer(body)
      }
    }
  }

  /// Calls `body` with a signed word for each value, in the order of the values: NaN is the largest, -0.0 is 0.0.
  /// The words of null rows are undefined. Copies nothing for long and timestamp. The type must fit a word.
  package func withOrderedWords<Result>(
    _ body: (UnsafeBufferPointer<Int64>) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(self) {
      switch type {
      case .long, .timestamp:
        return try body(UnsafeBufferPointer(start: pointer(as: Int64.self), count: length))
      default:
        return try Self.words(of: self) {
          $0
        } floating: {
          OrderedWord.ordered($0)
        }.withUnsafeBufferPointer(body)
      }
    }
  }

  @inline(__always)
  private static func words<Word>(
    of column: Column, integer: (Int64) -> Word, floating: (UInt64) -> Word
  ) -> [Word] {
    func collect(_ word: (Int) -> Word) -> [Word] {
      [Word](unsafeUninitializedCapacity: column.length) { buffer, count in
        for row in 0..<column.length { buffer[row] = word(row) }
        count = column.length
      }
    }
    switch column.type {
    case .boolean:
      let values = column.booleans
      return collect { integer(values[$0] ? 1 : 0) }
    case .byte:
      let values = column.pointer(as: Int8.self)
      return collect { integer(Int64(values[$0])) }
    case .short:
      let values = column.pointer(as: Int16.self)
      return collect { integer(Int64(values[$0])) }
    case .integer, .date:
      let values = column.pointer(as: Int32.self)
      return collect { integer(Int64(values[$0])) }
    case .long, .timestamp:
      let values = column.pointer(as: Int64.self)
      return collect { integer(values[$0]) }
    case .float:
      let values = column.pointer(as: Float.self)
      return collect { floating(RowHash.word(of: Double(values[$0]))) }
    case .double:
      let values = column.pointer(as: Double.self)
      return collect { floating(RowHash.word(of: values[$0])) }
    case .void, .decimal, .string, .binary, .list, .fixedSizeList:
      preconditionFailure("a value of type \(column.type) does not fit a word")
    }
  }
}

/// The word that has the order of a double's values, from the bits of the double and back.
@usableFromInline
package enum OrderedWord {
  @inlinable
  static func ordered(_ bits: UInt64) -> Int64 {
    // Negative doubles order the other way round by their bits; flipping all but the sign turns them.
    let word = Int64(bitPattern: bits)
    return word ^ ((word &>> 63) & Int64.max)
  }

  /// The word of a double: NaN is the largest, -0.0 is 0.0.
  @inlinable
  package static func word(of value: Double) -> Int64 {
    // The addition makes 0.0 of -0.0 and changes nothing else.
    ordered(value == value ? (value + 0.0).bitPattern : 0x7FF8_0000_0000_0000)
  }

  /// The double whose word this is.
  @inlinable
  package static func double(_ word: Int64) -> Double {
    Double(bitPattern: UInt64(bitPattern: word ^ ((word &>> 63) & Int64.max)))
  }
}

extension Column {
  /// Values from their words of `withKeyWords`, null in row `nullRow`. The type must fit a word.
  init(_ type: DataType, keyWords words: UnsafeBufferPointer<UInt64>, nullRow: Int?) {
    let memory = ColumnMemory(type, length: words.count)
    memory.fill(type, keyWords: words)
    if let nullRow { memory.setNull(nullRow) }
    self = memory.finish()
  }

  /// Values from their words of `withOrderedWords`; value i is null unless `isPresent[i]`. The type must fit a word.
  package init(_ type: DataType, orderedWords words: [Int64], isPresent: [Bool]) {
    let memory = ColumnMemory(type, length: words.count)
    let keyWords =
      type.isFloatingPoint
      ? words.map { OrderedWord.double($0).bitPattern } : words.map { UInt64(bitPattern: $0) }
    keyWords.withUnsafeBufferPointer { memory.fill(type, keyWords: $0) }
    isPresent.withUnsafeBufferPointer { memory.setNulls(exceptWhere: $0) }
    self = memory.finish()
  }
}

extension ColumnMemory {
  /// Writes all values of a type that fits a word from their words of `withKeyWords`.
  fileprivate func fill(_ type: DataType, keyWords words: UnsafeBufferPointer<UInt64>) {
    func fill<T>(_ value: (UInt64) -> T) {
      let values = values.bindMemory(to: T.self, capacity: words.count)
      for row in words.indices { values[row] = value(words[row]) }
    }
    switch type {
    case .boolean: for row in words.indices where words[row] != 0 { setBit(row) }
    case .byte: fill { Int8(truncatingIfNeeded: $0) }
    case .short: fill { Int16(truncatingIfNeeded: $0) }
    case .integer, .date: fill { Int32(truncatingIfNeeded: $0) }
    case .long, .timestamp, .double: fill { $0 }
    case .float: fill { Float(Double(bitPattern: $0)) }
    case .void, .decimal, .string, .binary, .list, .fixedSizeList:
      preconditionFailure("a value of type \(type) does not fit a word")
    }
  }
}

extension ColumnBuilder {
  /// Appends a value from its word of `withKeyWords`. The type must fit a word.
  func append(keyWord word: UInt64) {
    switch type {
    case .float: append(value: Float(Double(bitPattern: word)))
    case .double: append(value: Double(bitPattern: word))
    default: append(integerWord: Int64(bitPattern: word))
    }
  }

  /// Appends a value from its word of `withOrderedWords`. The type must fit a word.
  package func append(orderedWord word: Int64) {
    switch type {
    case .float: append(value: Float(OrderedWord.double(word)))
    case .double: append(value: OrderedWord.double(word))
    default: append(integerWord: word)
    }
  }

  private func append(integerWord word: Int64) {
    switch type {
    case .boolean: append(word != 0)
    case .byte: append(value: Int8(truncatingIfNeeded: word))
    case .short: append(value: Int16(truncatingIfNeeded: word))
    case .integer, .date: append(value: Int32(truncatingIfNeeded: word))
    case .long, .timestamp: append(value: word)
    case .void, .float, .double, .decimal, .string, .binary, .list, .fixedSizeList:
      preconditionFailure("a value of type \(type) is no integer word")
    }
  }
}
