import Columnar
import Executor
import NIOCore
import Plan
import Testing
import Wire

@Suite struct BlockAssemblyTests {
  private let batch = RecordBatch([
    ("k", Column(longs: [1, nil, .max, .min])),
    ("v", Column(doubles: [.nan, -0.0, nil, .infinity])),
  ])

  private func message(_ populate: (inout Roost_DataMessage) -> Void) throws -> Frame {
    try #require(Connection.frame(Roost_DataMessage.with(populate)))
  }

  private func batchHeader(_ byteCount: UInt64, isPartial: Bool = false) throws -> Frame {
    try message {
      $0.batchHeader.byteCount = byteCount
      $0.batchHeader.isPartial = isPartial
    }
  }

  private func trailer(_ bytes: [UInt8]) throws -> Frame {
    let checksum = bytes.withUnsafeBytes { BlockChecksum($0) }
    return try message { $0.batchTrailer.checksum = checksum.value }
  }

  /// A block of two batches and one without any, its bytes cut after each `step`.
  private func frames(cutAfter step: Int) throws -> [Frame] {
    let bytes = try batch.serialized().bytes
    var frames = [try message { $0.blockHeader.batchCount = 2 }]
    for isPartial in [false, true] {
      frames.append(try batchHeader(UInt64(bytes.count), isPartial: isPartial))
      frames += stride(from: 0, to: bytes.count, by: step).map {
        .data(ByteBuffer(bytes: bytes[$0..<min($0 + step, bytes.count)]))
      }
      frames.append(try trailer(bytes))
    }
    return frames + [try message { $0.blockHeader.batchCount = 0 }]
  }

  @Test func whereTheBytesAreCutSaysNothing() throws {
    for step in [1, 7, 64, 1000, 1 << 20] {
      var assembly = BlockAssembly()
      var described: [String] = []
      for frame in try frames(cutAfter: step) {
        switch try assembly.take(frame) {
        case nil: break
        case .block(let batchCount): described.append("block of \(batchCount)")
        case .missing: described.append("missing")
        case .batch(let incoming, let kind):
          let found = try RecordBatch(deserializing: incoming)
          described.append("\(kind) \(found.columns.map { "\($0.scalars)" })")
        }
      }
      let values = "\(batch.columns.map { "\($0.scalars)" })"
      #expect(
        described == ["block of 2", "rows \(values)", "partialResults \(values)", "block of 0"])
    }
  }

  /// The check value of the CRC catalogues.
  @Test func theChecksumIsCRC32C() {
    #expect(Array("123456789".utf8).withUnsafeBytes { BlockChecksum($0) }.value == 0xE306_9283)
    var inPieces = BlockChecksum()
    for piece in ["1234", "", "56789"] {
      Array(piece.utf8).withUnsafeBytes { inPieces.append($0) }
    }
    #expect(inPieces.value == 0xE306_9283)
  }

  @Test func theHolderMayTakeBackWhatIsLeftOfABlock() throws {
    let bytes = try batch.serialized().bytes
    var assembly = BlockAssembly()
    _ = try assembly.take(message { $0.blockHeader.batchCount = 2 })
    _ = try assembly.take(batchHeader(UInt64(bytes.count)))
    _ = try assembly.take(.data(ByteBuffer(bytes: bytes)))
    _ = try assembly.take(trailer(bytes))
    guard case .missing? = try assembly.take(message { $0.blockHeader.isMissing = true }) else {
      Issue.record("not missing")
      return
    }
    guard case .block(0)? = try assembly.take(message { $0.blockHeader.batchCount = 0 }) else {
      Issue.record("no next block")
      return
    }
  }

  @Test func anythingElseIsAnError() throws {
    let block = try message { $0.blockHeader.batchCount = 1 }
    let header = try batchHeader(4)
    let data = Frame.data(ByteBuffer(bytes: [1, 2, 3]))
    for (frames, error) in [
      ([data], BlockAssemblyError.pieceDoesNotFit(byteCount: 3)),
      ([header], .noHeader),
      ([try message { $0.fetchBlocks.job = 1 }], .noHeader),
      ([block, block], .noHeader),
      ([block, data], .pieceDoesNotFit(byteCount: 3)),
      ([block, header, header], .batchEndsEarly),
      ([block, header, .data(ByteBuffer(bytes: [1, 2, 3, 4])), header], .noTrailer),
      (
        [block, header, .data(ByteBuffer(bytes: [1, 2, 3, 4])), try trailer([1, 2, 3, 5])],
        .damaged(expected: 0xDB5B_0FF7, found: 0x2930_8CF4)
      ),
      ([block, header, data, data], .pieceDoesNotFit(byteCount: 3)),
      ([block, header, .data(ByteBuffer())], .pieceDoesNotFit(byteCount: 0)),
      ([block, try batchHeader(0)], .impossibleBatch(byteCount: 0)),
      ([block, try batchHeader(.max)], .impossibleBatch(byteCount: .max)),
    ] as [([Frame], BlockAssemblyError)] {
      #expect(throws: error) {
        var assembly = BlockAssembly()
        for frame in frames { _ = try assembly.take(frame) }
      }
    }
    #expect(throws: BlockAssemblyError.self) {
      var assembly = BlockAssembly()
      _ = try assembly.take(.message(ByteBuffer(bytes: [0xFF, 0xFF])))
    }
  }
}
