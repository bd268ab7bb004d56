import Glibc

// Columns from values that stand side by side already: one copy of all instead of an append for each.

extension Column {
  /// A column of a type with a byte width and without nulls.
  @inlinable
  package static func copying<T>(_ type: DataType, _ values: UnsafeBufferPointer<T>) -> Column {
    filled(type, UnsafeRawBufferPointer(values), count: values.count).finish()
  }

  /// A column of a type with a byte width; value i is null unless `isPresent[i]`.
  @inlinable
  package static func copying<T>(_ type: DataType, _ values: [T], isPresent: [Bool]) -> Column {
    let memory = values.withUnsafeBytes { filled(type, $0, count: values.count) }
    isPresent.withUnsafeBufferPointer { memory.setNulls(exceptWhere: $0) }
    return memory.finish()
  }

  /// A column of fixed-size lists, each of the next `count` doubles. `count` is positive and divides their number.
  package static func copying(
    fixedSizeListsOf count: Int, _ doubles: UnsafeBufferPointer<Double>
  ) -> Column {
    precondition(count > 0 && doubles.count % count == 0)
    return Column(
      type: .fixedSizeList(.double, count: count), length: doubles.count / count, nullCount: 0,
      offset: 0,
      storage: ArrayStorage(
        validity: nil, buffers: [], children: [copying(.double, doubles)], memory: .allocated([])))
  }

  /// A column of lists, each of the next `count` doubles; list i is null, and its doubles are left out, unless
  /// `isPresent[i]`. Throws when there are more doubles than 32-bit offsets reach.
  package static func copying(
    listsOf count: Int, _ doubles: [Double], isPresent: [Bool]
  ) throws(ColumnTooLarge) -> Column {
    precondition(doubles.count == count * isPresent.count)
    guard doubles.count <= Int(Int32.max) else {
      throw ColumnTooLarge(byteCount: doubles.count * MemoryLayout<Double>.size)
    }
    let elementCount = count * isPresent.count { $0 }
    let elements = ColumnMemory(.double, length: elementCount)
    let values = elements.values.bindMemory(to: Double.self, capacity: elementCount)
    var offsets = [Int32](repeating: 0, count: isPresent.count + 1)
    var end = 0
    for row in isPresent.indices {
      if isPresent[row] {
        for index in 0..<count { values[end + index] = doubles[row * count + index] }
        end += count
      }
      offsets[row + 1] = Int32(truncatingIfNeeded: end)
    }
    // Offsets as integers have the buffers and the nulls of the lists; the last one is no list.
    let lists = copying(.integer, offsets, isPresent: isPresent + [true])
    return Column(
      type: .list(.double), length: isPresent.count, nullCount: lists.nullCount, offset: 0,
      storage: ArrayStorage(
        validity: lists.storage.validity, buffers: lists.storage.buffers,
        children: [elements.finish()], memory: .shared(lists.storage)))
  }

  /// A column of the strings one after the other, all of them `count` times. Throws when it passes 2 GiB.
  package static func repeating(
    _ strings: [String], count: Int
  ) throws(ColumnTooLarge) -> Column {
    var bytes: [UInt8] = []
    var ends: [Int] = []
    for string in strings {
      bytes += string.utf8
      ends.append(bytes.count)
    }
    let (byteCount, overflow) = bytes.count.multipliedReportingOverflow(by: count)
    if overflow || byteCount > Int(Int32.max) { throw ColumnTooLarge(byteCount: byteCount) }
    let length = ends.count * count
    let data = malloc(max(64, byteCount))!
    let offsets = malloc(max(64, 4 * (length + 1)))!
    let values = offsets.bindMemory(to: Int32.self, capacity: length + 1)
    values[0] = 0
    for round in 0..<count {
      let start = round * bytes.count
      bytes.withUnsafeBytes { bytes in
        if let base = bytes.baseAddress {
          (data + start).copyMemory(from: base, byteCount: bytes.count)
        }
      }
      for index in ends.indices {
        values[round * ends.count + index + 1] = Int32(truncatingIfNeeded: start + ends[index])
      }
    }
    return Column(
      type: .string, length: length, nullCount: 0, offset: 0,
      storage: ArrayStorage(
        validity: nil, buffers: [UnsafeRawPointer(offsets), UnsafeRawPointer(data)], children: [],
        memory: .allocated([offsets, data])))
  }

  @usableFromInline
  static func filled(
    _ type: DataType, _ bytes: UnsafeRawBufferPointer, count: Int
  ) -> ColumnMemory {
    precondition(type.byteWidth.map { $0 * count } == bytes.count)
    let memory = ColumnMemory(type, length: count)
    if let start = bytes.baseAddress {
      memory.values.copyMemory(from: start, byteCount: bytes.count)
    }
    return memory
  }
}
