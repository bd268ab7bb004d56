import Columnar

extension ColumnBuilder {
  /// A column of a type with a byte width, without nulls.
  static func column<T>(_ type: DataType, _ values: some Sequence<T>) -> Column {
    let builder = ColumnBuilder(type, capacity: values.underestimatedCount)
    for value in values { builder.append(value: value) }
    return builder.finish()
  }

  /// A column of a type with a byte width; nil is a null.
  static func column<T>(_ type: DataType, nullable values: some Sequence<T?>) -> Column {
    let builder = ColumnBuilder(type, capacity: values.underestimatedCount)
    for value in values {
      if let value { builder.append(value: value) } else { builder.appendNull() }
    }
    return builder.finish()
  }

  /// Appends an Int128 to a decimal column, in the two words of its layout.
  func append(unscaled value: Int128) {
    append(value: (UInt64(truncatingIfNeeded: value), UInt64(truncatingIfNeeded: value >> 64)))
  }
}
