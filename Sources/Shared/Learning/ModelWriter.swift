/// Writes a model's bytes: numbers of fixed size are little-endian, counts are LEB128.
package struct ModelWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func append(_ value: UInt8) { bytes.append(value) }

  package mutating func append(_ value: Bool) { bytes.append(value ? 1 : 0) }

  package mutating func append(_ value: Double) {
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  package mutating func append(_ value: Int32) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  package mutating func append(contentsOf other: [UInt8]) { bytes.append(contentsOf: other) }

  /// Forgets what was written and keeps the memory.
  package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// A count or an index, of at least 0.
  package mutating func append(count: Int) {
    var rest = UInt(count)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  package mutating func append(_ values: [Double]) {
    append(count: values.count)
    for value in values { append(value) }
  }

  package mutating func append(_ values: [Int32]) {
    append(count: values.count)
    for value in values { append(value) }
  }

  package mutating func append(_ text: String) {
    append(count: text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }
}
