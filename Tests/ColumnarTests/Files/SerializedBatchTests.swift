import Columnar
import Testing

@Suite struct SerializedBatchTests {
  private func sample() throws -> RecordBatch {
    RecordBatch([
      ("a", Column(longs: [1, nil, 3, .max])),
      ("s", try Column(strings: ["x", "", nil, "ä"])),
      ("b", try Column(.boolean, [.boolean(true), .null, .boolean(false), .null])),
      (
        "l",
        try Column(.list(.double), [.list([.double(1)]), .null, .list([]), .list([.double(2)])])
      ),
      (
        "d",
        try Column(
          .decimal(precision: 38, scale: 3),
          [.decimal(unscaled: 1, scale: 3), .null, .null, .decimal(unscaled: -1 << 90, scale: 3)])
      ),
      ("v", try Column(.void, [.null, .null, .null, .null])),
    ])
  }

  private func expectEqual(_ one: RecordBatch, _ other: RecordBatch) {
    #expect(one.schema == other.schema)
    #expect(one.rowCount == other.rowCount)
    for (a, b) in zip(one.columns, other.columns) { #expect(a.scalars == b.scalars) }
  }

  @Test(arguments: SerializedBatch.Compression.allCases) func comesBackAsItWas(
    _ compression: SerializedBatch.Compression
  ) throws {
    let batch = try sample()
    for slice in [batch, batch.slice(1..<3), batch.slice(2..<2)] {
      let bytes = try slice.serialized(compression: compression)
      try bytes.bytes.withUnsafeBytes { expectEqual(try RecordBatch(deserializing: $0), slice) }
    }
    let statistics = try Column(
      .fixedSizeList(.double, count: 2), [.list([.double(1), .double(2)]), .null])
    let blocks = RecordBatch([("m", statistics)])
    let bytes = try blocks.serialized(compression: compression)
    try bytes.bytes.withUnsafeBytes { expectEqual(try RecordBatch(deserializing: $0), blocks) }
  }

  @Test func aSliceTravelsWithoutTheRest() throws {
    let batch = RecordBatch([("a", Column(longs: Array(repeating: 7, count: 100_000)))])
    #expect(try batch.slice(5..<10).serialized().byteCount < 2000)
  }

  @Test func compressionMakesSmaller() throws {
    let batch = RecordBatch([("a", Column(longs: Array(repeating: 7, count: 100_000)))])
    let plain = try batch.serialized().byteCount
    #expect(try batch.serialized(compression: .lz4).byteCount < plain / 10)
    #expect(try batch.serialized(compression: .zstd).byteCount < plain / 10)
  }

  @Test func everyRangeOfTheBytesIsTheSame() throws {
    let serialized = try sample().serialized()
    let bytes = serialized.bytes
    for start in stride(from: 0, through: bytes.count, by: 5) {
      for end in stride(from: start, through: bytes.count, by: 37) {
        var part = [UInt8](repeating: 0xAA, count: end - start)
        part.withUnsafeMutableBytes { serialized.copyBytes(from: start, to: $0) }
        #expect(part == Array(bytes[start..<end]))
      }
    }
  }

  @Test func aBatchThatIsNotAllThereIsNotRead() throws {
    let bytes = try sample().serialized().bytes
    let incoming = try IncomingBatch(byteCount: bytes.count)
    bytes.withUnsafeBytes { incoming.append(UnsafeRawBufferPointer(rebasing: $0.dropLast())) }
    #expect(throws: SerializationError.self) { try RecordBatch(deserializing: incoming) }
    bytes.withUnsafeBytes { incoming.append(UnsafeRawBufferPointer(rebasing: $0.suffix(1))) }
    expectEqual(try RecordBatch(deserializing: incoming), try sample())
  }

  @Test func readsFromAnyAlignment() throws {
    let batch = try sample()
    let bytes = try batch.serialized().bytes
    for shift in 1..<9 {
      let moved = [UInt8](repeating: 0, count: shift) + bytes
      try moved.withUnsafeBytes {
        expectEqual(
          try RecordBatch(deserializing: UnsafeRawBufferPointer(rebasing: $0[shift...])), batch)
      }
    }
  }

  @Test(arguments: SerializedBatch.Compression.allCases) func brokenBytesNeverCrash(
    _ compression: SerializedBatch.Compression
  ) throws {
    let bytes = try sample().serialized(compression: compression).bytes
    for count in stride(from: 0, to: bytes.count - 8, by: 3) {
      #expect(throws: SerializationError.self) {
        try bytes.prefix(count).withUnsafeBytes { _ = try RecordBatch(deserializing: $0) }
      }
    }
    for position in bytes.indices {
      for mask: UInt8 in [0xFF, 0x80, 0x01] {
        var changed = bytes
        changed[position] ^= mask
        try changed.withUnsafeBytes { buffer in
          do {
            let batch = try RecordBatch(deserializing: buffer)
            for column in batch.columns { _ = column.scalars }
          } catch is SerializationError {}
        }
      }
    }
  }
}
