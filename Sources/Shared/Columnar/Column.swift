import ArrowBridge

/// An immutable column of values in Arrow's layout, cheap to copy and to slice.
///
/// Several columns may share one storage (slices do). Safe to send between threads: nothing writes to a
/// buffer after the column was made.
@usableFromInline
package struct Column: Sendable {
  @usableFromInline package let type: DataType
  @usableFromInline package let length: Int
  @usableFromInline package let nullCount: Int
  /// Where this column starts in its storage, in values.
  @usableFromInline let offset: Int
  @usableFromInline let storage: ArrayStorage

  init(type: DataType, length: Int, nullCount: Int, offset: Int, storage: ArrayStorage) {
    self.type = type
    self.length = length
    self.nullCount = nullCount
    self.offset = offset
    self.storage = storage
  }

  /// The rows `range` of this column, without a copy. O(length / 8) when there are nulls, to count them.
  package func slice(_ range: Range<Int>) -> Column {
    precondition(range.lowerBound >= 0 && range.upperBound <= length)
    if range.count == length { return self }
    let start = offset + range.lowerBound
    let nulls: Int
    if type == .void {
      nulls = range.count
    } else if nullCount > 0, let validity = storage.validity {
      nulls = range.count - Bitmap(bytes: validity, offset: start).count(range.count)
    } else {
      nulls = 0
    }
    return Column(
      type: type, length: range.count, nullCount: nulls, offset: start, storage: storage)
  }

  /// The validity bits, nil when no value is null. A column of type void has none and is all null.
  /// The caller keeps the column alive while it uses the bits.
  @inlinable
  package var validity: Bitmap? {
    guard nullCount > 0, let bytes = storage.validity else { return nil }
    return Bitmap(bytes: bytes, offset: offset)
  }

  @inlinable
  package func isNull(_ index: Int) -> Bool {
    if type == .void { return true }
    return validity.map { !$0[index] } ?? false
  }

  /// The values buffer of a type with a byte width, from this column's first value on.
  /// The pointer holds for `length` values and is valid only while the column is alive (`withExtendedLifetime`).
  @inlinable
  package func pointer<T>(as _: T.Type) -> UnsafePointer<T> {
    // An Arrow array without rows may have no buffer; nobody reads through this pointer then.
    guard let base = storage.buffers[0] else {
      return UnsafePointer(bitPattern: MemoryLayout<T>.alignment)!
    }
    return base.assumingMemoryBound(to: T.self) + offset
  }

  /// Calls `body` with the values of a type with a byte width; values of null rows are undefined.
  @inlinable
  package func withValues<T, Result>(
    as type: T.Type, _ body: (UnsafeBufferPointer<T>) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(storage) {
      try body(UnsafeBufferPointer(start: pointer(as: type), count: length))
    }
  }

  /// The bits of a boolean column. The caller keeps the column alive while it uses them.
  @inlinable
  package var booleans: Bitmap {
    guard let base = storage.buffers[0] else {
      return Bitmap(bytes: UnsafePointer(bitPattern: 1)!, offset: 0)
    }
    return Bitmap(bytes: base.assumingMemoryBound(to: UInt8.self), offset: offset)
  }

  /// The `length + 1` offsets of a string, binary or list column. The caller keeps the column alive.
  @inlinable
  package var offsets: UnsafePointer<Int32> { pointer(as: Int32.self) }

  /// The bytes that the offsets of a string or binary column point into. The caller keeps the column alive.
  @inlinable
  package var data: UnsafePointer<UInt8> {
    guard let base = storage.buffers[1] else { return UnsafePointer(bitPattern: 1)! }
    return base.assumingMemoryBound(to: UInt8.self)
  }

  /// All elements of a list column, or of a fixed-size list column from its first row on.
  package var elements: Column {
    let child = storage.children[0]
    guard case .fixedSizeList(_, let count) = type else { return child }
    return child.slice(offset * count..<(offset + length) * count)
  }

  /// Bytes that the values of this column take, without what other rows of a shared storage take.
  package var byteCount: Int {
    let validityBytes = nullCount > 0 ? (length + 7) / 8 : 0
    switch type {
    case .void: return 0
    case .boolean: return validityBytes + (length + 7) / 8
    case .string, .binary:
      guard length > 0 else { return 0 }
      if let dictionary {
        let indices = validityBytes + 4 * length + dictionary.entries.byteCount
        // Once somebody had the strings written out they take memory too.
        guard storage.dictionary?.isWritten == true else { return indices }
        return indices + 4 * (length + 1) + Int(offsets[length] - offsets[0])
      }
      return validityBytes + 4 * (length + 1) + Int(offsets[length] - offsets[0])
    case .list:
      guard length > 0 else { return 0 }
      let elements = storage.children[0].slice(Int(offsets[0])..<Int(offsets[length]))
      return validityBytes + 4 * (length + 1) + elements.byteCount
    case .fixedSizeList: return validityBytes + elements.byteCount
    case .byte, .short, .integer, .long, .float, .double, .date, .timestamp, .decimal:
      return validityBytes + length * (type.byteWidth ?? 0)
    }
  }

  /// As `byteCount`, and what the text of a dictionary's rows takes once somebody asks for it. O(rows) for those.
  package var byteCountWhenWritten: Int {
    guard length > 0, let strings = storage.dictionary, !strings.isWritten else { return byteCount }
    let text = strings.textByteCount(offset..<offset + length, validity: storage.validity)
    return byteCount + 4 * (length + 1) + text
  }

  /// One value. For tests and display: O(1) for all but lists, but not for loops over rows.
  package subscript(_ index: Int) -> Scalar {
    precondition(index >= 0 && index < length)
    if isNull(index) { return .null }
    return withExtendedLifetime(storage) {
      switch type {
      case .void: .null
      case .boolean: .boolean(booleans[index])
      case .byte: .integer(Int64(pointer(as: Int8.self)[index]))
      case .short: .integer(Int64(pointer(as: Int16.self)[index]))
      case .integer: .integer(Int64(pointer(as: Int32.self)[index]))
      case .long: .integer(pointer(as: Int64.self)[index])
      case .float: .float(pointer(as: Float.self)[index])
      case .double: .double(pointer(as: Double.self)[index])
      case .string: .string(String(decoding: bytes(index), as: UTF8.self))
      case .binary: .binary(Array(bytes(index)))
      case .date: .date(pointer(as: Int32.self)[index])
      case .timestamp: .timestamp(pointer(as: Int64.self)[index])
      case .decimal(_, let scale):
        .decimal(
          unscaled: UnsafeRawPointer(pointer(as: (UInt64, UInt64).self) + index)
            .loadUnaligned(as: Int128.self), scale: scale)
      case .list:
        .list((Int(offsets[index])..<Int(offsets[index + 1])).map { storage.children[0][$0] })
      case .fixedSizeList(_, let count):
        .list((0..<count).map { storage.children[0][(offset + index) * count + $0] })
      }
    }
  }

  /// The bytes of one string or binary value. The caller keeps the column alive while it uses them.
  @inlinable
  package func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    let start = Int(offsets[index])
    return UnsafeBufferPointer(start: data + start, count: Int(offsets[index + 1]) - start)
  }
}

/// The memory behind columns: Arrow buffers, from Arrow C++ or allocated here.
///
/// `@unchecked Sendable`: all is immutable after `init` but for the text of a dictionary, published in one step; `deinit` runs once, when no column is left.
@usableFromInline
final class ArrayStorage: @unchecked Sendable {
  enum Memory {
    /// Moved out of the C data interface: released through its callback.
    case imported(ArrowArray)
    /// Allocated here with `malloc`.
    case allocated([UnsafeMutableRawPointer])
    /// Buffers of another storage, which this one keeps alive.
    case shared(ArrayStorage)
  }

  @usableFromInline let validity: UnsafePointer<UInt8>?
  private let ownBuffers: [UnsafeRawPointer?]
  @usableFromInline let children: [Column]
  /// In place of buffers of its own.
  let dictionary: DictionaryStrings?
  private var memory: Memory

  init(
    validity: UnsafePointer<UInt8>?, buffers: [UnsafeRawPointer?], children: [Column],
    memory: Memory
  ) {
    self.validity = validity
    ownBuffers = buffers
    self.children = children
    self.memory = memory
    dictionary = nil
  }

  init(validity: UnsafePointer<UInt8>?, dictionary: DictionaryStrings, memory: Memory) {
    self.validity = validity
    ownBuffers = []
    children = []
    self.memory = memory
    self.dictionary = dictionary
  }

  /// The buffers after the validity.
  @usableFromInline
  var buffers: [UnsafeRawPointer?] {
    dictionary?.buffers(validity: validity) ?? ownBuffers
  }

  deinit {
    switch memory {
    case .imported(var array): array.release?(&array)
    case .allocated(let pointers): for pointer in pointers { free(pointer) }
    case .shared: break
    }
  }
}

#if canImport(Glibc)
  import Glibc
#endif
