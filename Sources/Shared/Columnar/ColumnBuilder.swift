import Glibc

/// Builds a column value by value. Not thread-safe.
///
/// `@exclusivity(unchecked)`: no method calls out of the builder while it changes a property, so that no two accesses
/// overlap. The check at run time took most of the time of an append.
///
/// The typed `append`s trust the caller to pass what the type's layout holds (`Int32` for `integer` and
/// `date`, `Int64` for `long` and `timestamp`, `Int128` for decimals).
@usableFromInline
package final class ColumnBuilder {
  @usableFromInline package let type: DataType
  @exclusivity(unchecked) @usableFromInline package var length = 0
  @exclusivity(unchecked) @usableFromInline var nullCount = 0
  /// Empty until the first null: one bit a value afterwards.
  @exclusivity(unchecked) @usableFromInline var validity: GrowableBuffer?
  /// Values, bits of booleans, or offsets.
  @usableFromInline let values: GrowableBuffer
  /// The bytes of strings and binaries.
  @usableFromInline let data: GrowableBuffer?
  private let elements: ColumnBuilder?

  package init(_ type: DataType, capacity: Int = 0) {
    self.type = type
    switch type {
    case .string, .binary:
      values = GrowableBuffer(capacity: 4 * (capacity + 1))
      data = GrowableBuffer(capacity: 8 * capacity)
      elements = nil
      values.append(Int32(0))
    case .list(let element):
      values = GrowableBuffer(capacity: 4 * (capacity + 1))
      data = nil
      elements = ColumnBuilder(element)
      values.append(Int32(0))
    case .fixedSizeList(let element, let count):
      values = GrowableBuffer(capacity: 0)
      data = nil
      elements = ColumnBuilder(element, capacity: capacity * count)
    case .void, .boolean, .byte, .short, .integer, .long, .float, .double, .date, .timestamp,
      .decimal:
      values = GrowableBuffer(capacity: capacity * (type.byteWidth ?? 1))
      data = nil
      elements = nil
    }
  }

  /// Bytes held so far.
  package var byteCount: Int {
    values.count + (data?.count ?? 0) + (validity?.count ?? 0) + (elements?.byteCount ?? 0)
  }

  // MARK: Values

  /// Appends a value of a type with a byte width.
  @inlinable
  package func append<T>(value: T) {
    values.append(value)
    noteValid()
  }

  package func append(_ value: Bool) {
    appendBit(value, to: values, at: length)
    noteValid()
  }

  /// Appends a string or binary. Traps never: a column past 2 GiB of bytes throws.
  package func append(bytes: UnsafeBufferPointer<UInt8>) throws(ColumnTooLarge) {
    let data = self.data!
    guard let end = Int32(exactly: data.count + bytes.count) else {
      throw ColumnTooLarge(byteCount: data.count + bytes.count)
    }
    data.append(bytes: UnsafeRawBufferPointer(bytes))
    values.append(end)
    noteValid()
  }

  package func append(_ string: String) throws(ColumnTooLarge) {
    var string = string
    let result: Result<Void, ColumnTooLarge> = string.withUTF8 { utf8 in
      do throws(ColumnTooLarge) {
        try append(bytes: utf8)
        return .success(())
      } catch { return .failure(error) }
    }
    try result.get()
  }

  /// - Complexity: O(count).
  package func appendNulls(_ count: Int) {
    for _ in 0..<count { appendNull() }
  }

  package func appendNull() {
    switch type {
    case .void: break
    case .boolean: appendBit(false, to: values, at: length)
    case .string, .binary: values.append(Int32(data!.count))
    case .list: values.append(Int32(elements!.length))
    case .fixedSizeList(_, let count): for _ in 0..<count { elements!.appendNull() }
    case .byte, .short, .integer, .long, .float, .double, .date, .timestamp, .decimal:
      let width = type.byteWidth!
      values.reserve(width)
      memset(values.base + values.count, 0, width)
      values.count += width
    }
    if validity == nil {
      validity = GrowableBuffer(capacity: length / 8 + 64)
      for index in 0..<length { appendBit(true, to: validity!, at: index) }
    }
    appendBit(false, to: validity!, at: length)
    nullCount += 1
    length += 1
  }

  /// Takes the elements of the next row of a list or fixed-size list, before `finishList`.
  package var elementBuilder: ColumnBuilder { elements! }

  /// Ends a row whose elements were appended to `elementBuilder`.
  package func finishList() throws(ColumnTooLarge) {
    if case .list = type {
      guard let end = Int32(exactly: elements!.length) else {
        throw ColumnTooLarge(byteCount: elements!.byteCount)
      }
      values.append(end)
    }
    noteValid()
  }

  @inlinable
  func noteValid() {
    if let validity { appendBit(true, to: validity, at: length) }
    length &+= 1
  }

  @usableFromInline
  func appendBit(_ bit: Bool, to buffer: GrowableBuffer, at index: Int) {
    if index & 7 == 0 { buffer.append(UInt8(0)) }
    if bit {
      let byte = (buffer.base + (index >> 3)).assumingMemoryBound(to: UInt8.self)
      byte.pointee |= 1 << UInt8(index & 7)
    }
  }

  /// The column; the builder is empty and unusable afterwards.
  package func finish() -> Column {
    var memory: [UnsafeMutableRawPointer] = []
    var buffers: [UnsafeRawPointer?] = []
    var bits: UnsafePointer<UInt8>?
    if let validity, type != .void {
      let taken = validity.take()
      memory.append(taken)
      bits = UnsafePointer(taken.assumingMemoryBound(to: UInt8.self))
    }
    switch type {
    case .void, .fixedSizeList: break
    case .string, .binary:
      memory.append(contentsOf: [values.take(), data!.take()])
      buffers = memory.suffix(2).map { UnsafeRawPointer($0) }
    default:
      memory.append(values.take())
      buffers = [UnsafeRawPointer(memory.last!)]
    }
    return Column(
      type: type, length: length, nullCount: type == .void ? length : nullCount, offset: 0,
      storage: ArrayStorage(
        validity: bits, buffers: buffers, children: elements.map { [$0.finish()] } ?? [],
        memory: .allocated(memory)))
  }
}

/// A string, binary or list column passed the 2 GiB that 32-bit offsets reach.
package struct ColumnTooLarge: Error, Equatable {
  package let byteCount: Int
}
