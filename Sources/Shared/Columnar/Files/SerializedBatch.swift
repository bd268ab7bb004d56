import ArrowBridge

/// A record batch as bytes in Arrow's IPC stream format, with its schema: what crosses a socket or goes to disk.
///
/// `@unchecked Sendable`: the bytes are made in `init` and never change; `deinit` frees them once.
package final class SerializedBatch: @unchecked Sendable {
  package enum Compression: String, Hashable, Sendable, CaseIterable {
    case none, lz4, zstd
  }

  private let handle: OpaquePointer

  /// Copies the batch's buffers once.
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
  }

  deinit { roost_bytes_close(handle) }

  package var count: Int { Int(roost_bytes_count(handle)) }

  /// The pointer is valid during the call only.
  package func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(self) {
      try body(UnsafeRawBufferPointer(start: roost_bytes_data(handle), count: count))
    }
  }
}

/// A batch that cannot become bytes, or bytes that are not a sound batch.
package struct SerializationError: Error, Hashable, Sendable, CustomStringConvertible {
  package let message: String

  package var description: String { "a serialized batch is not valid: \(message)" }

  fileprivate static func check(_ body: () -> roost_status) throws(SerializationError) {
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

  /// Reads what `serialized` made, from bytes that may come from anyone: lengths, offsets and text are all
  /// validated before the batch is handed out. Copies the bytes once.
  package init(deserializing bytes: UnsafeRawBufferPointer) throws(SerializationError) {
    var schema = ArrowSchema()
    var array = ArrowArray()
    try SerializationError.check {
      roost_deserialize(bytes.baseAddress, Int64(bytes.count), &schema, &array)
    }
    do throws(ArrowExchangeError) {
      try self.init(consuming: &array, schema: Schema(consuming: &schema))
    } catch {
      array.release?(&array)
      throw SerializationError(message: "\(error)")
    }
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
