import Columnar
import Plan

/// The bytes of a batch on their way to another executor: of columns in memory, or as they stand on disk. Belongs to one
/// thread at a time.
struct OutgoingBatch {
  private enum Source {
    case columns(SerializedBatch)
    case file(IncomingBatch)
  }

  let kind: BatchKind
  let byteCount: Int
  /// Bytes that it holds beside those of the columns.
  let heldByteCount: Int
  private let source: Source
  private var offset = 0
  /// Of the bytes that were copied so far.
  private(set) var checksum = BlockChecksum()

  /// Reads and checks what is on disk. Throws `SpillError`, and `SerializationError` for a batch that Arrow refuses.
  init(_ batch: StoredBatch, compression: SerializedBatch.Compression) throws {
    switch batch {
    case .memory(let batch):
      let serialized = try batch.batch.serialized(compression: compression)
      kind = batch.kind
      byteCount = serialized.byteCount
      heldByteCount = compression == .none ? 0 : byteCount
      source = .columns(serialized)
    case .disk(let batch):
      kind = batch.kind
      byteCount = batch.byteCount
      heldByteCount = byteCount
      source = .file(try batch.bytes())
    }
  }

  var missingByteCount: Int { byteCount - offset }

  /// Fills `piece` with the next bytes, of which there are as many.
  mutating func copy(to piece: UnsafeMutableRawBufferPointer) {
    switch source {
    case .columns(let serialized): serialized.copyBytes(from: offset, to: piece)
    case .file(let bytes):
      piece.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: bytes.bytes[offset..<offset + piece.count]))
    }
    checksum.append(UnsafeRawBufferPointer(piece))
    offset += piece.count
  }
}
