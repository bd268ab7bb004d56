import ArrowBridge

/// A record batch as bytes in Arrow's IPC stream format, with its schema: what crosses a socket or goes to disk.
///
/// Without compression the bytes are those of the batch's columns, which it keeps and copies from when they are asked for.
///
/// `@unchecked Sendable`: what the bytes are is settled in `init` and never changes; `deinit` closes the handle once.
package final class SerializedBatch: @unchecked Sendable {
  package enum Compression: String, Hashable, Sendable, CaseIterable {
    case none, lz4, zstd
  }

  private let handle: OpaquePointer
  package let byteCount: Int

  package init(_ batch: RecordBatch, compression: Compression) throws(SerializationError) {
    var handle: OpaquePointer?
    var schema = ArrowSchema()
    var array = ArrowArray()
    batch.schema.export(to: &schema)
    batch.export(to: &array)
    try SerializationError.check {
      roost_serialize(&schema, &array, compression.bridged, &handle)
    }
    self.handle = handle!
    byteCount = Int(roost_serialized_count(handle))
  }

  deinit { roost_serialized_close(handle) }

  /// Fills `target` with the bytes from `offset` on.
  package func copyBytes(from offset: Int, to target: UnsafeMutableRawBufferPointer) {
    precondition(offset >= 0 && target.count <= byteCount - offset)
    guard let start = target.baseAddress else { return }
    roost_serialized_copy(handle, Int64(offset), Int64(target.count), start)
  }

  package var bytes: [UInt8] {
    Array(unsafeUninitializedCapacity: byteCount) { buffer, count in
      // An array may have room for more.
      copyBytes(
        from: 0,
        to: UnsafeMutableRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: buffer[..<byteCount])))
      count = byteCount
    }
  }
}

/// A batch that cannot become bytes, or bytes that are not a sound batch.
package struct SerializationError: Error, Hashable, Sendable, CustomStringConvertible {
  package let message: String

  package var description: String { "a serialized batch is not valid: \(message)" }

  static func check(_ body: () -> roost_status) throws(SerializationError) {
    do throws(BridgeFailure) {
      try BridgeFailure.check(body)
    } catch {
      throw SerializationError(message: error.message)
    }
  }
}

extension RecordBatch {
  package func serialized(
    compression: SerializedBatch.Compression = .none
  ) throws(SerializationError) -> SerializedBatch {
    try SerializedBatch(self, compression: compression)
  }
}

extension SerializedBatch.Compression {
  fileprivate var bridged: roost_ipc_compression {
    switch self {
    case .none: ROOST_IPC_UNCOMPRESSED
    case .lz4: ROOST_IPC_LZ4
    case .zstd: ROOST_IPC_ZSTD
    }
  }
}
