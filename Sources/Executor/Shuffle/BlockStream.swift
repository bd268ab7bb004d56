import Columnar
import Foundation
import NIOCore
import Plan
import Wire

/// Why a fetch gave no block; the reader says which block that was.
package enum FetchError: Error, Hashable, Sendable, CustomStringConvertible {
  case unreachable(address: String, reason: String)
  case missing(address: String)
  case malformed(address: String, reason: String)

  package var description: String {
    switch self {
    case .unreachable(let address, let reason):
      "the executor at \(address) did not answer: \(reason)"
    case .missing(let address): "the executor at \(address) no longer has it"
    case .malformed(let address, let reason):
      "the executor at \(address) sent what cannot be read: \(reason)"
    }
  }
}

/// The answers of one executor to one request, in the order in which they were asked for. Belongs to one thread.
final class BlockStream {
  private static let timeout: TimeInterval = 30
  /// A batch is never near this; a header that says so is not ours.
  private static let batchLimit = UInt64(UInt32.max)

  private let address: String
  private let connections: BlockConnections
  private let connection: BlockConnection
  /// Blocks that have not arrived yet.
  private var awaited: Int

  /// `count`: the number of blocks that the request asks for.
  init(
    _ request: Roost_DataMessage, count: Int, to address: String, over connections: BlockConnections
  ) throws(FetchError) {
    self.address = address
    self.connections = connections
    awaited = count
    connection = try connections.take(address)
    connection.connection.send(request)
  }

  deinit {
    // What was asked for and not read would be taken for the answer to the next request.
    if awaited > 0 { connection.connection.close() } else { connections.giveBack(connection) }
  }

  /// The batches of the next block that was asked for.
  func next() throws(FetchError) -> [BlockBatch] {
    let header: Roost_BlockHeader
    do {
      guard case .blockHeader(let content)? = try Roost_DataMessage(frame: pop()).content else {
        throw FetchError.malformed(address: address, reason: "no header")
      }
      header = content
    } catch let error as FetchError {
      throw error
    } catch {
      throw .malformed(address: address, reason: "\(error)")
    }
    if header.isMissing { throw .missing(address: address) }
    var batches: [BlockBatch] = []
    for batch in header.batches {
      guard batch.byteCount <= Self.batchLimit else {
        throw .malformed(address: address, reason: "a batch of \(batch.byteCount) bytes")
      }
      batches.append(
        BlockBatch(
          batch: try read(byteCount: Int(batch.byteCount)),
          kind: batch.isPartial ? .partialResults : .rows))
    }
    awaited -= 1
    return batches
  }

  private func read(byteCount: Int) throws(FetchError) -> RecordBatch {
    var bytes = ByteBuffer()
    while bytes.readableBytes < byteCount {
      guard case .data(var piece) = try pop() else {
        throw .malformed(address: address, reason: "a block ends too early")
      }
      guard 1...byteCount - bytes.readableBytes ~= piece.readableBytes else {
        throw .malformed(
          address: address, reason: "a piece of \(piece.readableBytes) bytes does not fit its batch"
        )
      }
      if bytes.readableBytes == 0, piece.readableBytes == byteCount {
        bytes = piece
      } else {
        bytes.reserveCapacity(byteCount)
        bytes.writeBuffer(&piece)
      }
    }
    do {
      return try bytes.withUnsafeReadableBytes { try RecordBatch(deserializing: $0) }
    } catch {
      throw .malformed(address: address, reason: "\(error)")
    }
  }

  private func pop() throws(FetchError) -> Frame {
    do {
      return try connection.frames.pop(until: Date(timeIntervalSinceNow: Self.timeout))
    } catch {
      switch error {
      case .noAnswer:
        throw .unreachable(address: address, reason: "no answer in \(Int(Self.timeout)) s")
      case .connectionClosed:
        throw .unreachable(address: address, reason: "the connection was closed")
      }
    }
  }
}
