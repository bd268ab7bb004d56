// Columns from Swift values, for literals, small results and tests.

/// A scalar that the type of its column cannot hold.
package struct ScalarTypeMismatch: Error, Equatable {
  package let scalar: Scalar
  package let type: DataType
}

extension ColumnBuilder {
  /// Appends one scalar; integers must fit and decimals must have the type's scale. After an error inside of a
  /// list the builder is of no more use.
  package func append(_ scalar: Scalar) throws {
    switch (type, scalar) {
    case (_, .null): appendNull()
    case (.boolean, .boolean(let value)): append(value)
    case (.byte, .integer(let value)):
      append(value: try narrow(value, Int8.self, scalar))
    case (.short, .integer(let value)):
      append(value: try narrow(value, Int16.self, scalar))
    case (.integer, .integer(let value)):
      append(value: try narrow(value, Int32.self, scalar))
    case (.long, .integer(let value)): append(value: value)
    case (.float, .float(let value)): append(value: value)
    case (.double, .double(let value)): append(value: value)
    case (.string, .string(let value)): try append(value)
    case (.binary, .binary(let value)): try value.withUnsafeBufferPointer { try append(bytes: $0) }
    case (.date, .date(let value)): append(value: value)
    case (.timestamp, .timestamp(let value)): append(value: value)
    case (.decimal(_, let scale), .decimal(let unscaled, let other)) where scale == other:
      append(
        value: (UInt64(truncatingIfNeeded: unscaled), UInt64(truncatingIfNeeded: unscaled >> 64)))
    case (.list, .list(let values)):
      for value in values { try elementBuilder.append(value) }
      try finishList()
    case (.fixedSizeList(_, let count), .list(let values)) where values.count == count:
      for value in values { try elementBuilder.append(value) }
      try finishList()
    default: throw ScalarTypeMismatch(scalar: scalar, type: type)
    }
  }

  private func narrow<T: FixedWidthInteger>(
    _ value: Int64, _: T.Type, _ scalar: Scalar
  ) throws -> T {
    guard let narrowed = T(exactly: value) else {
      throw ScalarTypeMismatch(scalar: scalar, type: type)
    }
    return narrowed
  }
}

extension Column {
  package init(_ type: DataType, _ scalars: [Scalar]) throws {
    let builder = ColumnBuilder(type, capacity: scalars.count)
    for scalar in scalars { try builder.append(scalar) }
    self = builder.finish()
  }

  package init(doubles: [Double?]) {
    let builder = ColumnBuilder(.double, capacity: doubles.count)
    for value in doubles {
      if let value { builder.append(value: value) } else { builder.appendNull() }
    }
    self = builder.finish()
  }

  package init(longs: [Int64?]) {
    let builder = ColumnBuilder(.long, capacity: longs.count)
    for value in longs {
      if let value { builder.append(value: value) } else { builder.appendNull() }
    }
    self = builder.finish()
  }

  package init(strings: [String?]) throws(ColumnTooLarge) {
    let builder = ColumnBuilder(.string, capacity: strings.count)
    for value in strings {
      if let value { try builder.append(value) } else { builder.appendNull() }
    }
    self = builder.finish()
  }

  package var scalars: [Scalar] { (0..<length).map { self[$0] } }
}

extension RecordBatch {
  package init(_ columns: [(String, Column)]) {
    self.init(
      schema: Schema(columns.map { Field($0.0, $0.1.type) }), columns: columns.map(\.1),
      rowCount: columns.first?.1.length ?? 0)
  }
}
