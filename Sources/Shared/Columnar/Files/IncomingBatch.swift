import ArrowBridge

/// Memory for the bytes of one serialized batch, which arrive in pieces. The batch that they make then uses this memory:
/// each byte is copied once, from where it arrived to where it stays.
///
/// `@unchecked Sendable`: one thread has it at a time; who fills it hands it on and keeps nothing of it.
package final class IncomingBatch: @unchecked Sendable {
  private let handle: OpaquePointer
  package let byteCount: Int
  private var filledByteCount = 0

  /// Throws when there is no memory for so much.
  package init(byteCount: Int) throws(SerializationError) {
    var handle: OpaquePointer?
    try SerializationError.check { roost_memory_allocate(Int64(byteCount), &handle) }
    self.handle = handle!
    self.byteCount = byteCount
  }

  deinit { roost_memory_close(handle) }

  package var missingByteCount: Int { byteCount - filledByteCount }

  /// Takes in the next bytes, at most as many as are missing.
  package func append(_ bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count <= missingByteCount)
    guard let start = bytes.baseAddress else { return }
    roost_memory_data(handle).advanced(by: filledByteCount)
      .copyMemory(from: start, byteCount: bytes.count)
    filledByteCount += bytes.count
  }

  /// Has `body` write the next bytes, of which it says how many they are: at most the memory that it is given.
  package func fill(_ body: (UnsafeMutableRawBufferPointer) -> Int) {
    let count = body(
      UnsafeMutableRawBufferPointer(
        start: roost_memory_data(handle).advanced(by: filledByteCount), count: missingByteCount))
    precondition(0...missingByteCount ~= count)
    filledByteCount += count
  }

  /// All bytes, once none is missing. Valid as long as this object.
  package var bytes: UnsafeRawBufferPointer {
    precondition(missingByteCount == 0)
    return UnsafeRawBufferPointer(start: roost_memory_data(handle), count: byteCount)
  }

  fileprivate func deserialize(
    _ schema: inout ArrowSchema, _ array: inout ArrowArray
  ) throws(SerializationError) {
    guard missingByteCount == 0 else {
      throw SerializationError(message: "\(missingByteCount) of \(byteCount) bytes are missing")
    }
    try SerializationError.check { roost_deserialize(handle, &schema, &array) }
  }
}

extension RecordBatch {
  /// Reads what `serialized` made, from bytes that may come from anyone: lengths, offsets and text are all
  /// validated before the batch is handed out. The batch keeps the memory of `incoming`.
  package init(deserializing incoming: IncomingBatch) throws(SerializationError) {
    var schema = ArrowSchema()
    var array = ArrowArray()
    try incoming.deserialize(&schema, &array)
    do throws(ArrowExchangeError) {
      try self.init(consuming: &array, schema: Schema(consuming: &schema))
    } catch {
      array.release?(&array)
      throw SerializationError(message: "\(error)")
    }
  }

  /// The same from bytes of someone else, which are copied.
  package init(deserializing bytes: UnsafeRawBufferPointer) throws(SerializationError) {
    let incoming = try IncomingBatch(byteCount: bytes.count)
    incoming.append(bytes)
    try self.init(deserializing: incoming)
  }
}
