import Glibc

/// Memory for the values of a new column of a known length, filled by a kernel and then handed over.
///
/// The values start undefined. Not thread-safe; made and finished by one thread.
@usableFromInline
package final class ColumnMemory {
  private let type: DataType
  private let length: Int
  /// Values of the type's byte width, or bits (all unset) of booleans.
  @usableFromInline package let values: UnsafeMutableRawPointer
  private var validity: UnsafeMutablePointer<UInt8>?
  private var isFinished = false

  /// `type` has a byte width or is boolean.
  @usableFromInline
  package init(_ type: DataType, length: Int) {
    self.type = type
    self.length = length
    let byteCount = type == .boolean ? (length + 7) / 8 : length * (type.byteWidth ?? 0)
    // Aligned for every value that the engine stores, vectors included.
    values = aligned_alloc(64, (max(1, byteCount) + 63) / 64 * 64)!
    if type == .boolean { memset(values, 0, (max(1, byteCount) + 63) / 64 * 64) }
  }

  deinit {
    if isFinished { return }
    free(values)
    free(validity)
  }

  /// Sets the bit of a row of a boolean column.
  @inlinable
  package func setBit(_ row: Int) {
    let byte = (values + (row >> 3)).assumingMemoryBound(to: UInt8.self)
    byte.pointee |= 1 << UInt8(truncatingIfNeeded: row & 7)
  }

  /// Makes a row null.
  package func setNull(_ row: Int) {
    let bits = validityBits()
    bits[row >> 3] &= ~(1 << UInt8(row & 7))
  }

  /// Makes null the rows for which `isPresent` (of the same length) is false.
  @usableFromInline
  package func setNulls(exceptWhere isPresent: UnsafeBufferPointer<Bool>) {
    precondition(isPresent.count == length)
    if !isPresent.contains(false) { return }
    let bits = validityBits()
    let flags = UnsafeRawBufferPointer(isPresent)
    for index in 0..<length / 8 {
      // The product moves the lowest bit of byte i to bit 56 + i: eight flags at once.
      let word = UInt64(
        littleEndian: flags.loadUnaligned(fromByteOffset: index &* 8, as: UInt64.self))
      bits[index] &= UInt8(truncatingIfNeeded: (word &* 0x0102_0408_1020_4080) &>> 56)
    }
    for row in length / 8 * 8..<length where !isPresent[row] { setNull(row) }
  }

  /// Makes null the rows in which `other` (of the same length) is null.
  package func addNulls(of other: Column) {
    precondition(other.length == length)
    withExtendedLifetime(other) {
      if other.type == .void {
        memset(validityBits(), 0, (length + 7) / 8)
      } else if let bitmap = other.validity {
        intersect(validityBits(), with: bitmap)
      }
    }
  }

  private func intersect(_ bits: UnsafeMutablePointer<UInt8>, with bitmap: Bitmap) {
    let base = bitmap.bytes + (bitmap.offset >> 3)
    let shift = UInt8(bitmap.offset & 7)
    let available = (Int(shift) + length + 7) / 8
    for index in 0..<(length + 7) / 8 {
      var byte = base[index] >> shift
      if shift > 0, index + 1 < available { byte |= base[index + 1] << (8 - shift) }
      bits[index] &= byte
    }
  }

  private func validityBits() -> UnsafeMutablePointer<UInt8> {
    if let validity { return validity }
    let byteCount = max(1, (length + 7) / 8)
    let bits = malloc(byteCount)!.assumingMemoryBound(to: UInt8.self)
    memset(bits, 0xFF, byteCount)
    validity = bits
    return bits
  }

  /// The column; the memory is its own from now on. Called once.
  @usableFromInline
  package func finish() -> Column {
    precondition(!isFinished)
    isFinished = true
    var nullCount = 0
    var memory = [values]
    if let validity {
      nullCount = length - Bitmap(bytes: validity, offset: 0).count(length)
      memory.append(validity)
    }
    return Column(
      type: type, length: length, nullCount: nullCount, offset: 0,
      storage: ArrayStorage(
        validity: validity.map { UnsafePointer($0) }, buffers: [UnsafeRawPointer(values)],
        children: [], memory: .allocated(memory)))
  }
}

extension Column {
  /// A list column with the same lists of other elements, as many as `elements` are.
  package func replacingElements(_ elements: Column, type: DataType) -> Column {
    precondition(elements.length == self.elements.length)
    return Column(
      type: type, length: length, nullCount: nullCount, offset: offset,
      storage: ArrayStorage(
        validity: storage.validity, buffers: storage.buffers, children: [elements],
        memory: .shared(storage)))
  }
}
