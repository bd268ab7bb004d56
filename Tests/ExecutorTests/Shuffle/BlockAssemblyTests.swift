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

  /// A block of two batches and one without any, its bytes cut after each `step`.
  private func frames(cutAfter step: Int) throws -> [Frame] {
    let bytes = try batch.serialized().bytes
    var frames = [try message { $0.blockHeader.batchCount = 2 }]
    for isPartial in [false, true] {
      frames.append(try batchHeader(UInt64(bytes.count), isPartial: isPartial))
      frames += stride(from: 0, to: bytes.count, by: step).map {
        .data(ByteBuffer(bytes: bytes[$0..<min($0 + step, bytes.count)]))
      }
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
