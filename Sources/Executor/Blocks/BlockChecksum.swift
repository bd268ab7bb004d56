import Checksum

/// The CRC-32C of bytes that come in pieces.
package struct BlockChecksum: Hashable, Sendable {
  package private(set) var value: UInt32 = 0

  package init() {}

  package init(_ bytes: UnsafeRawBufferPointer) { append(bytes) }

  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
    value = roost_crc32c(value, start, bytes.count)
  }
}
