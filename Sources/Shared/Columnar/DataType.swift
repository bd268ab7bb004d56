/// The types of a column, named by the words of Spark's DDL.
///
/// Each has exactly one physical layout (an Arrow format string); readers convert what a file
/// holds (large strings, dictionaries, nanoseconds, unsigned integers) to these before anything else
/// sees it.
@usableFromInline
package indirect enum DataType: Hashable, Sendable {
  /// The type of a bare `NULL`.
  case void
  case boolean
  case byte, short, integer, long
  case float, double
  case string, binary
  /// Days since 1970-01-01.
  case date
  /// Microseconds since 1970-01-01T00:00:00 UTC.
  case timestamp
  /// 128-bit unscaled value; `precision` 1...38, `scale` 0...precision.
  case decimal(precision: Int, scale: Int)
  case list(DataType)
  /// `count` elements a row, side by side without offsets. Internal: it carries the statistics of learners.
  case fixedSizeList(DataType, count: Int)
}

extension DataType {
  package var isInteger: Bool {
    switch self {
    case .byte, .short, .integer, .long: true
    default: false
    }
  }

  package var isFloatingPoint: Bool { self == .float || self == .double }

  package var isDecimal: Bool {
    if case .decimal = self { true } else { false }
  }

  package var isNumeric: Bool { isInteger || isFloatingPoint || isDecimal }

  /// Bytes of one value in the values buffer; nil for types of variable or bit width.
  package var byteWidth: Int? {
    switch self {
    case .byte: 1
    case .short: 2
    case .integer, .float, .date: 4
    case .long, .double, .timestamp: 8
    case .decimal: 16
    case .void, .boolean, .string, .binary, .list, .fixedSizeList: nil
    }
  }

  /// The format string of the Arrow C data interface.
  package var arrowFormat: String {
    switch self {
    case .void: "n"
    case .boolean: "b"
    case .byte: "c"
    case .short: "s"
    case .integer: "i"
    case .long: "l"
    case .float: "f"
    case .double: "g"
    case .string: "u"
    case .binary: "z"
    case .date: "tdD"
    case .timestamp: "tsu:UTC"
    case .decimal(let precision, let scale): "d:\(precision),\(scale)"
    case .list: "+l"
    case .fixedSizeList(_, let count): "+w:\(count)"
    }
  }
}

extension DataType: CustomStringConvertible {
  /// Spark's DDL word: `bigint` is written `long`, as JOB files do.
  @usableFromInline
  package var description: String {
    switch self {
    case .void: "void"
    case .boolean: "boolean"
    case .byte: "byte"
    case .short: "short"
    case .integer: "int"
    case .long: "long"
    case .float: "float"
    case .double: "double"
    case .string: "string"
    case .binary: "binary"
    case .date: "date"
    case .timestamp: "timestamp"
    case .decimal(let precision, let scale): "decimal(\(precision),\(scale))"
    case .list(let element): "array<\(element)>"
    case .fixedSizeList(let element, let count): "array<\(element)>[\(count)]"
    }
  }
}
