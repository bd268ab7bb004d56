import Columnar
import Foundation

// Types, schemas and constants, to and from their messages.

extension Schema {
  package init(wire: Roost_Schema) throws(ProtocolError) {
    var fields: [Field] = []
    for field in wire.fields {
      fields.append(Field(field.name, try DataType(wire: field.type)))
    }
    self.init(fields)
  }

  package var wire: Roost_Schema {
    .with {
      $0.fields = fields.map { field in
        .with {
          $0.name = field.name
          $0.type = field.type.wire
        }
      }
    }
  }
}

extension DataType {
  // Recursion ends with the depth that protobuf allows a message.
  package init(wire: Roost_DataType) throws(ProtocolError) {
    switch wire.kind {
    case .void: self = .void
    case .boolean: self = .boolean
    case .byte: self = .byte
    case .short: self = .short
    case .integer: self = .integer
    case .long: self = .long
    case .float: self = .float
    case .double: self = .double
    case .string: self = .string
    case .binary: self = .binary
    case .date: self = .date
    case .timestamp: self = .timestamp
    case .decimal:
      guard 1...UInt32(DecimalValue.maximumPrecision) ~= wire.precision,
        wire.scale <= wire.precision
      else { throw .malformedMessage("a decimal(\(wire.precision),\(wire.scale))") }
      self = .decimal(precision: Int(wire.precision), scale: Int(wire.scale))
    case .list: self = .list(try DataType(wire: wire.element))
    case .fixedSizeList:
      guard let count = Int32(exactly: wire.count) else {
        throw .malformedMessage("a list of \(wire.count) elements")
      }
      self = .fixedSizeList(try DataType(wire: wire.element), count: Int(count))
    case .unspecified, .UNRECOGNIZED:
      throw .malformedMessage("data type \(wire.kind.rawValue)")
    }
  }

  package var wire: Roost_DataType {
    .with {
      switch self {
      case .void: $0.kind = .void
      case .boolean: $0.kind = .boolean
      case .byte: $0.kind = .byte
      case .short: $0.kind = .short
      case .integer: $0.kind = .integer
      case .long: $0.kind = .long
      case .float: $0.kind = .float
      case .double: $0.kind = .double
      case .string: $0.kind = .string
      case .binary: $0.kind = .binary
      case .date: $0.kind = .date
      case .timestamp: $0.kind = .timestamp
      case .decimal(let precision, let scale):
        $0.kind = .decimal
        $0.precision = UInt32(precision)
        $0.scale = UInt32(scale)
      case .list(let element):
        $0.kind = .list
        $0.element = element.wire
      case .fixedSizeList(let element, let count):
        $0.kind = .fixedSizeList
        $0.element = element.wire
        $0.count = UInt32(count)
      }
    }
  }
}

extension Scalar {
  package init(wire: Roost_Scalar) throws(ProtocolError) {
    switch wire.value {
    case nil: self = .null
    case .boolean(let value): self = .boolean(value)
    case .integer(let value): self = .integer(value)
    case .float(let value): self = .float(value)
    case .double(let value): self = .double(value)
    case .string(let value): self = .string(value)
    case .binary(let value): self = .binary(Array(value))
    case .date(let value): self = .date(value)
    case .timestamp(let value): self = .timestamp(value)
    case .decimal(let value):
      guard value.scale <= UInt32(DecimalValue.maximumPrecision) else {
        throw .malformedMessage("a decimal of scale \(value.scale)")
      }
      self = .decimal(
        unscaled: Int128(truncatingIfNeeded: Int64(bitPattern: value.high)) << 64
          | Int128(value.low), scale: Int(value.scale))
    case .list(let list):
      var items: [Scalar] = []
      for item in list.items { items.append(try Scalar(wire: item)) }
      self = .list(items)
    }
  }

  package var wire: Roost_Scalar {
    .with {
      switch self {
      case .null: break
      case .boolean(let value): $0.boolean = value
      case .integer(let value): $0.integer = value
      case .float(let value): $0.float = value
      case .double(let value): $0.double = value
      case .string(let value): $0.string = value
      case .binary(let value): $0.binary = Data(value)
      case .date(let value): $0.date = value
      case .timestamp(let value): $0.timestamp = value
      case .decimal(let unscaled, let scale):
        $0.decimal = .with {
          $0.high = UInt64(truncatingIfNeeded: unscaled >> 64)
          $0.low = UInt64(truncatingIfNeeded: unscaled)
          $0.scale = UInt32(scale)
        }
      case .list(let items): $0.list = .with { $0.items = items.map(\.wire) }
      }
    }
  }
}
