/// Reads what `ModelWriter` wrote. Memory is taken only for what is there: a count that the bytes left cannot hold is
/// an error.
package struct ModelReader {
  private let bytes: [UInt8]
  /// What comes next; at most the number of bytes.
  private var position = 0

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package var isAtEnd: Bool { position == bytes.count }

  private var restCount: Int { bytes.count - position }

  package mutating func byte() throws(ModelFormatError) -> UInt8 {
    guard position < bytes.count else { throw .truncated }
    defer { position += 1 }
    return bytes[position]
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
    guard count <= restCount / max(1, bytes) else { throw .truncated }
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
    let range = position..<position + count
    position = range.upperBound
    guard let text = String(validating: bytes[range], as: UTF8.self) else { throw .notText }
    return text
  }

  package mutating func texts() throws(ModelFormatError) -> [String] {
    // A text takes at least the byte of its length.
    let count = try count(ofAtLeast: 1)
    var texts: [String] = []
    texts.reserveCapacity(count)
    for _ in 0..<count { texts.append(try text()) }
    return texts
  }

  private mutating func fixed<Value: FixedWidthInteger>(
    _: Value.Type
  ) throws(ModelFormatError) -> Value {
    let size = MemoryLayout<Value>.size
    guard restCount >= size else { throw .truncated }
    defer { position += size }
    return bytes.withUnsafeBytes {
      $0.loadUnaligned(fromByteOffset: position, as: Value.self)
    }
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
  /// Another number of features than the parts before say.
  case featureCount(Int, needed: Int)
  /// Another number of classes than the model has outputs for.
  case classCount(Int, needed: Int)
  /// Models of this form are of another kind.
  case wrongKind(LearnerKind, ModelForm)
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
    case .featureCount(let count, let needed):
      "the model's bytes are of \(count) features in one place and of \(needed) in another"
    case .classCount(let count, let needed):
      "the model's bytes name \(count) \(count == 1 ? "class" : "classes"), but the model tells \(needed) apart"
    case .wrongKind(let kind, let form):
      "the model's bytes are of a \(kind), which a model of form \(form.rawValue) is not for"
    }
  }
}
