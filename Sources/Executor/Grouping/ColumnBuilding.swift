import Columnar

extension Column {
  /// A column of a type with a byte width, without nulls, of values in its layout.
  init<T>(_ type: DataType, values: some Collection<T>) {
    precondition(type.byteWidth == MemoryLayout<T>.size)
    let memory = ColumnMemory(type, length: values.count)
    let rows = UnsafeMutableBufferPointer(
      start: memory.values.bindMemory(to: T.self, capacity: values.count), count: values.count)
    _ = rows.initialize(fromContentsOf: values)
    self = memory.finish()
  }

  /// A column of a type with a byte width; nil is a null.
  init<T: AdditiveArithmetic>(_ type: DataType, nullable values: some Collection<T?>) {
    precondition(type.byteWidth == MemoryLayout<T>.size)
    let memory = ColumnMemory(type, length: values.count)
    let rows = UnsafeMutableBufferPointer(
      start: memory.values.bindMemory(to: T.self, capacity: values.count), count: values.count)
    let isPresent = [Bool](unsafeUninitializedCapacity: values.count) { isPresent, count in
      for value in values {
        rows[count] = value ?? .zero
        isPresent[count] = value != nil
        count += 1
      }
    }
    isPresent.withUnsafeBufferPointer { memory.setNulls(exceptWhere: $0) }
    self = memory.finish()
  }
}

extension ColumnBuilder {
  /// Appends an Int128 to a decimal column, in the two words of its layout.
  func append(unscaled value: Int128) {
    append(value: (UInt64(truncatingIfNeeded: value), UInt64(truncatingIfNeeded: value >> 64)))
  }
}
