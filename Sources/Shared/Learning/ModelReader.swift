/// Reads what `ModelWriter` wrote. Memory is taken only for what is there: a count that the bytes left cannot hold is
/// an error.
package struct ModelReader {
  private var rest: ArraySlice<UInt8>

  package init(_ bytes: [UInt8]) { rest = bytes[...] }

  package var isAtEnd: Bool { rest.isEmpty }

  package mutating func byte() throws(ModelFormatError) -> UInt8 {
    guard let byte = rest.popFirst() else { throw .truncated }
    return byte
  }

  package mutating func boolean() throws(ModelFormatError) -> Bool {
    switch try byte() {
    case 0: return false
    case 1: return true
    case let other: throw .outOfRange(Int64(other))
    }
  }

  package mutating func double() throws(ModelFormatError) -> Double {
    Double(bitPattern: UInt64(littleEndian: try fixed(UInt64.self)))
  }

  package mutating func int32() throws(ModelFormatError) -> Int32 {
    Int32(littleEndian: try fixed(Int32.self))
  }

  /// A count or an index.
  package mutating func count() throws(ModelFormatError) -> Int {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try byte()
      // 49 bits are more than any model has, and no sum of some of them overflows.
      guard shift < 49 else { throw .outOfRange(.max) }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return Int(value) }
      shift += 7
    }
  }

  /// A count of things of which each takes at least `bytes` more bytes.
  package mutating func count(ofAtLeast bytes: Int) throws(ModelFormatError) -> Int {
    let count = try count()
    guard count <= rest.count / max(1, bytes) else { throw .truncated }
    return count
  }

  package mutating func doubles() throws(ModelFormatError) -> [Double] {
    let count = try count(ofAtLeast: 8)
    var values: [Double] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try double()) }
    return values
  }

  package mutating func int32s() throws(ModelFormatError) -> [Int32] {
    let count = try count(ofAtLeast: 4)
    var values: [Int32] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try int32()) }
    return values
  }

  package mutating func text() throws(ModelFormatError) -> String {
    let count = try count(ofAtLeast: 1)
    defer { rest = rest.dropFirst(count) }
    guard let text = String(validating: rest.prefix(count), as: UTF8.self) else {
      throw .notText
    }
    return text
  }

  private mutating func fixed<Value: FixedWidthInteger>(
    _: Value.Type
  ) throws(ModelFormatError) -> Value {
    let size = MemoryLayout<Value>.size
    guard rest.count >= size else { throw .truncated }
    defer { rest = rest.dropFirst(size) }
    return rest.withUnsafeBytes { $0.loadUnaligned(as: Value.self) }
  }
}

/// Bytes that are no model.
package enum ModelFormatError: Error, Hashable, Sendable {
  case truncated
  /// There are bytes after the model.
  case tooLong
  /// Not the first bytes of a model.
  case notAModel
  case newerVersion(UInt8)
  case unknownForm(UInt8)
  /// A number that cannot stand there.
  case outOfRange(Int64)
  case notText
}

extension ModelFormatError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .truncated: "the model's bytes end too early"
    case .tooLong: "there are bytes after the end of the model"
    case .notAModel: "these bytes are no model of Roost"
    case .newerVersion(let version):
      "the model has format \(version), which a newer Roost wrote: update this one"
    case .unknownForm(let form): "the model has form \(form), which this version does not know"
    case .outOfRange(let value): "the model's bytes hold \(value) where it cannot stand"
    case .notText: "the model's bytes hold a text that is not UTF-8"
    }
  }
}
