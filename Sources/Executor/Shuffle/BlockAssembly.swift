import Columnar
import Plan
import Wire

/// Puts together what a holder sends from its frames: a value without a socket. Whatever the frames are, it ends in an
/// error or in bytes that `RecordBatch(deserializing:)` validates.
package struct BlockAssembly {
  package enum Part: Sendable {
    /// Says how many batches follow.
    case block(batchCount: Int)
    case missing
    case batch(IncomingBatch, BatchKind)
  }

  private enum State {
    case betweenBlocks
    case betweenBatches(left: Int)
    case inBatch(IncomingBatch, BatchKind, left: Int)
    /// All bytes of a batch are there.
    case beforeTrailer(IncomingBatch, BatchKind, left: Int)
  }

  /// A batch is never near this; a header that says so is not ours.
  private static let batchLimit = UInt64(UInt32.max)

  private var state = State.betweenBlocks
  /// Of the bytes of the present batch that have come, summed up while they are in the processor's cache.
  private var checksum = BlockChecksum()

  package init() {}

  /// Whether the next frame begins a block, or says that there is none.
  package var isBetweenBlocks: Bool {
    if case .betweenBlocks = state { true } else { false }
  }

  /// Takes in the next frame. The part that it completes, if any.
  package mutating func take(_ frame: Frame) throws(BlockAssemblyError) -> Part? {
    switch (state, frame) {
    case (.inBatch(let batch, let kind, let left), .data(let piece)):
      let count = piece.readableBytes
      guard 1...batch.missingByteCount ~= count else { throw .pieceDoesNotFit(byteCount: count) }
      piece.withUnsafeReadableBytes { bytes in
        batch.append(bytes)
        checksum.append(bytes)
      }
      if batch.missingByteCount == 0 { state = .beforeTrailer(batch, kind, left: left) }
      return nil
    case (.inBatch, .message): throw .batchEndsEarly
    case (.beforeTrailer(let batch, let kind, let left), .message):
      try check(Self.content(of: frame))
      state = left > 0 ? .betweenBatches(left: left) : .betweenBlocks
      return .batch(batch, kind)
    case (_, .data(let piece)): throw .pieceDoesNotFit(byteCount: piece.readableBytes)
    case (.betweenBlocks, .message): return try block(Self.content(of: frame))
    case (.betweenBatches(let left), .message):
      return try beginBatch(Self.content(of: frame), left: left - 1)
    }
  }

  private static func content(
    of frame: Frame
  ) throws(BlockAssemblyError) -> Roost_DataMessage.OneOf_Content? {
    do {
      return try Roost_DataMessage(frame: frame).content
    } catch {
      throw .malformedMessage("\(error)")
    }
  }

  private mutating func block(
    _ content: Roost_DataMessage.OneOf_Content?
  ) throws(BlockAssemblyError) -> Part {
    guard case .blockHeader(let header)? = content else { throw .noHeader }
    if header.isMissing { return .missing }
    let count = Int(header.batchCount)
    if count > 0 { state = .betweenBatches(left: count) }
    return .block(batchCount: count)
  }

  /// `missing` when the holder cannot read what is left of the block.
  private mutating func beginBatch(
    _ content: Roost_DataMessage.OneOf_Content?, left: Int
  ) throws(BlockAssemblyError) -> Part? {
    if case .blockHeader(let header)? = content, header.isMissing {
      state = .betweenBlocks
      return .missing
    }
    guard case .batchHeader(let header)? = content else { throw .noHeader }
    guard 1...Self.batchLimit ~= header.byteCount else {
      throw .impossibleBatch(byteCount: header.byteCount)
    }
    do {
      state = .inBatch(
        try IncomingBatch(byteCount: Int(header.byteCount)),
        header.isPartial ? .partialResults : .rows, left: left)
    } catch {
      throw .noMemory(byteCount: header.byteCount)
    }
    checksum = BlockChecksum()
    return nil
  }

  private func check(
    _ content: Roost_DataMessage.OneOf_Content?
  ) throws(BlockAssemblyError) {
    guard case .batchTrailer(let trailer)? = content else { throw .noTrailer }
    guard trailer.checksum == checksum.value else {
      throw .damaged(expected: trailer.checksum, found: checksum.value)
    }
  }
}

/// What a holder sent does not follow the protocol.
package enum BlockAssemblyError: Error, Hashable, Sendable, CustomStringConvertible {
  case noHeader
  case notAskedFor
  case noTrailer
  /// The bytes are not those that were sent.
  case damaged(expected: UInt32, found: UInt32)
  case malformedMessage(String)
  case impossibleBatch(byteCount: UInt64)
  case noMemory(byteCount: UInt64)
  case pieceDoesNotFit(byteCount: Int)
  case batchEndsEarly

  package var description: String {
    switch self {
    case .noHeader: "no header"
    case .notAskedFor: "more than was asked for"
    case .noTrailer: "no checksum after a batch"
    case .damaged(let expected, let found):
      "a batch was damaged on its way: its checksum is \(String(found, radix: 16)) and was "
        + "\(String(expected, radix: 16)). Check the network"
    case .malformedMessage(let what): what
    case .impossibleBatch(let byteCount): "a batch of \(byteCount) bytes"
    case .noMemory(let byteCount): "a batch of \(byteCount) bytes, for which there is no memory"
    case .pieceDoesNotFit(let byteCount): "a piece of \(byteCount) bytes does not fit its batch"
    case .batchEndsEarly: "a batch ends too early"
    }
  }
}
