import Columnar
import Foundation
import Wire

/// Shown tables as rows of JSON.
struct ResultListResource: Encodable, Sendable {
  struct Column: Encodable, Sendable {
    var name: String
    var type: String
  }

  struct Table: Encodable, Sendable {
    var table: String
    var columns: [Column]
    var rows: [[JSONValue]]
  }

  var tables: [Table]

  /// Throws when the rows cannot be read.
  init(_ shown: [Roost_ShownTable]) throws {
    tables = try shown.map { shown in
      let table = try ShownTable(shown)
      return Table(
        table: table.name,
        columns: table.fields.map { Column(name: $0.name, type: "\($0.type)") },
        rows: table.rows(limit: .max).map { $0.map { JSONValue($0) } })
    }
  }
}

/// A value of a column. What JSON has no numbers for are strings: decimals, dates, timestamps, NaN and the infinities;
/// bytes are base64.
enum JSONValue: Encodable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case double(Double)
  case string(String)
  case list([JSONValue])

  init(_ scalar: Scalar) {
    self =
      switch scalar {
      case .null: .null
      case .boolean(let value): .boolean(value)
      case .integer(let value): .integer(value)
      case .float(let value): .double(Double(value))
      case .double(let value): .double(value)
      case .string(let value): .string(value)
      case .binary(let bytes): .string(Data(bytes).base64EncodedString())
      case .date(let days): .string(formatDate(days))
      case .timestamp(let microseconds): .string(formatTimestamp(microseconds))
      case .decimal(let unscaled, let scale): .string(decimalText(unscaled, scale: scale))
      case .list(let values): .list(values.map { JSONValue($0) })
      }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .boolean(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .double(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    }
  }
}
