import Columnar
import Foundation

/// A block on disk. The file goes when nobody has the block any more.
final class SpilledBlock: Sendable {
  private let file: URL
  /// The kind and the length of each batch, in the order of the file.
  private let layout: [(kind: BatchKind, byteCount: Int)]

  init(writing batches: [BlockBatch], to file: URL) throws {
    self.file = file
    var bytes: [UInt8] = []
    var layout: [(kind: BatchKind, byteCount: Int)] = []
    for batch in batches {
      let serialized = try batch.batch.serialized(compression: .lz4)
      layout.append((batch.kind, serialized.byteCount))
      bytes += serialized.bytes
    }
    self.layout = layout
    try Data(bytes).write(to: file)
  }

  deinit { try? FileManager.default.removeItem(at: file) }

  func read() throws -> [BlockBatch] {
    let data = try Data(contentsOf: file, options: .mappedIfSafe)
    var offset = 0
    return try layout.map { kind, byteCount in
      let batch = try data.withUnsafeBytes { bytes in
        guard offset + byteCount <= bytes.count else {
          throw BlockFileError.truncated(
            path: file.path, expected: offset + byteCount, found: bytes.count)
        }
        return try RecordBatch(
          deserializing: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + byteCount]))
      }
      offset += byteCount
      return BlockBatch(batch: batch, kind: kind)
    }
  }
}

/// A spilled block that cannot be read back.
package enum BlockFileError: Error, Hashable, Sendable, CustomStringConvertible {
  case truncated(path: String, expected: Int, found: Int)

  package var description: String {
    switch self {
    case .truncated(let path, let expected, let found):
      "\(path): a spilled block has \(found) bytes where \(expected) were written"
    }
  }
}
