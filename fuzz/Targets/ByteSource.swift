/// Cuts an input into the parts that a target needs. What is missing is zero.
struct ByteSource {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

  /// At most `count` bytes.
  mutating func bytes(_ count: Int) -> ArraySlice<UInt8> {
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  /// A piece with two bytes of length before it; nil at the end.
  mutating func piece() -> [UInt8]? {
    guard !rest.isEmpty else { return nil }
    let count = Int(byte()) << 8 | Int(byte())
    return Array(bytes(count))
  }

  /// What `piece` reads.
  static func pieces(_ pieces: [[UInt8]]) -> [UInt8] {
    pieces.flatMap { [UInt8($0.count >> 8 & 0xff), UInt8($0.count & 0xff)] + $0 }
  }
}
