import Columnar
import Glibc
import Synchronization

/// A file of batches. It goes when nobody has any of them any more.
private final class SpillFile: Sendable {
  let path: String
  private let usage: DiskUsage
  private let byteCount = Atomic<Int>(0)

  init(path: String, usage: DiskUsage) {
    self.path = path
    self.usage = usage
  }

  deinit {
    unlink(path)
    usage.removed(byteCount.load(ordering: .relaxed))
  }

  func wrote(_ count: Int) {
    byteCount.add(count, ordering: .relaxed)
    usage.wrote(count)
  }
}

/// A batch in a file, with what tells whether it is still the one that was written. Its checksum stays in memory, where
/// no fault of the disk reaches it.
package struct SpilledBatch: Sendable {
  fileprivate let file: SpillFile
  fileprivate let offset: Int
  package let kind: BatchKind
  package let byteCount: Int
  fileprivate let checksum: BlockChecksum

  package func read() throws(SpillError) -> BlockBatch {
    let bytes = try self.bytes()
    do {
      return BlockBatch(batch: try RecordBatch(deserializing: bytes), kind: kind)
    } catch {
      throw .unreadable(path: file.path, reason: error.message)
    }
  }

  /// The bytes of the serialized batch, checked.
  package func bytes() throws(SpillError) -> IncomingBatch {
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(action: "open", path: file.path, code: errno) }
    defer { close(descriptor) }
    let incoming: IncomingBatch
    do {
      incoming = try IncomingBatch(byteCount: byteCount)
    } catch {
      throw .unreadable(path: file.path, reason: error.message)
    }
    var failure: SpillError?
    var found = BlockChecksum()
    while failure == nil, incoming.missingByteCount > 0 {
      let position = offset + byteCount - incoming.missingByteCount
      incoming.fill { memory in
        // In pieces that are still in the processor's cache when they are summed up.
        let wanted = min(memory.count, Self.pieceByteCount)
        let count = pread(descriptor, memory.baseAddress, wanted, position)
        if count > 0 {
          found.append(UnsafeRawBufferPointer(rebasing: memory[..<count]))
          return count
        }
        if count == 0 {
          failure = .truncated(
            path: file.path, expected: offset + byteCount, found: position)
        } else if errno != EINTR {
          failure = .system(action: "read", path: file.path, code: errno)
        }
        return 0
      }
    }
    if let failure { throw failure }
    guard found == checksum else {
      throw .damaged(
        path: file.path, offset: offset, expected: checksum.value, found: found.value)
    }
    return incoming
  }

  private static let pieceByteCount = 256 << 10
}

/// Writes a file of batches, one after the other, so that the bytes of one are in memory at a time. The file stays as long
/// as `written` or the writer. Belongs to one thread.
final class SpillWriter {
  private static let pieceByteCount = 256 << 10

  private let file: SpillFile
  private let descriptor: Int32
  private var offset = 0
  /// What was appended so far.
  private(set) var written: [SpilledBatch] = []

  /// Makes the file, which must not be there.
  init(path: String, usage: DiskUsage) throws(SpillError) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system(action: "create", path: path, code: errno) }
    file = SpillFile(path: path, usage: usage)
  }

  deinit { close(descriptor) }

  func append(_ batch: BlockBatch) throws(SpillError) {
    let serialized: SerializedBatch
    do {
      serialized = try batch.batch.serialized(compression: .lz4)
    } catch {
      throw .unreadable(path: file.path, reason: error.message)
    }
    var checksum = BlockChecksum()
    let piece = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(serialized.byteCount, Self.pieceByteCount), alignment: 64)
    defer { piece.deallocate() }
    var start = 0
    while start < serialized.byteCount {
      let count = min(piece.count, serialized.byteCount - start)
      let bytes = UnsafeMutableRawBufferPointer(rebasing: piece[..<count])
      serialized.copyBytes(from: start, to: bytes)
      checksum.append(UnsafeRawBufferPointer(bytes))
      try write(UnsafeRawBufferPointer(bytes))
      start += count
    }
    written.append(
      SpilledBatch(
        file: file, offset: offset, kind: batch.kind, byteCount: serialized.byteCount,
        checksum: checksum))
    offset += serialized.byteCount
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(SpillError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw .system(action: "write", path: file.path, code: errno)
      }
      file.wrote(count)
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }
}
