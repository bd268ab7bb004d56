import Columnar
import Foundation
import Wire

/// The answers of one executor to one request, in the order in which they were asked for. Belongs to one thread.
///
/// Batches arrive while the thread works on earlier ones, until `window` bytes of them wait for it. Their bytes are put
/// together on the event loop, where they are still in the processor's cache; they are read and validated here.
final class BlockStream {
  private static let timeout: TimeInterval = 30

  private let connections: BlockConnections
  private let connection: BlockConnection
  private var address: String { connection.holder.address }
  /// Blocks of which not all was handed out yet.
  private var awaited: Int
  /// Batches of the present block that were not handed out yet.
  private var batchesLeft = 0

  /// `count`: the number of blocks that the request asks for.
  init(
    _ request: Roost_DataMessage, count: Int, to holder: BlockHolder, window: Int,
    over connections: BlockConnections
  ) throws(FetchError) {
    self.connections = connections
    awaited = count
    connection = try connections.take(holder, window: window)
    connection.receiver.expect(blocks: count)
    connection.connection.send(request)
  }

  deinit {
    // What was asked for and not read would be taken for the answer to the next request.
    if awaited > 0 { connection.connection.close() } else { connections.giveBack(connection) }
  }

  /// Goes to the next block that was asked for.
  func beginBlock() throws(FetchError) {
    switch try pop() {
    case .block(let batchCount):
      batchesLeft = batchCount
      if batchCount == 0 { awaited -= 1 }
    case .missing: throw .missing(address: address)
    case .batch: throw .malformed(address: address, reason: "a batch in place of a block")
    }
  }

  /// The next batch of the block, which has the columns that are expected; nil after its last.
  func next(_ expected: ExpectedColumns) throws(FetchError) -> BlockBatch? {
    guard let batch = try next() else { return nil }
    do {
      try expected.check(batch)
    } catch {
      throw .malformed(address: address, reason: "\(error)")
    }
    return batch
  }

  /// The next batch of the block, whatever its columns are; nil after its last.
  func next() throws(FetchError) -> BlockBatch? {
    guard batchesLeft > 0 else { return nil }
    let (incoming, kind): (IncomingBatch, BatchKind)
    switch try pop() {
    case .batch(let batch, let batchKind): (incoming, kind) = (batch, batchKind)
    case .missing: throw .missing(address: address)
    case .block: throw .malformed(address: address, reason: "a block in place of a batch")
    }
    let batch: RecordBatch
    do {
      batch = try RecordBatch(deserializing: incoming)
    } catch {
      throw .malformed(address: address, reason: "\(error)")
    }
    connections.note(fetchedByteCount: incoming.byteCount)
    batchesLeft -= 1
    if batchesLeft == 0 { awaited -= 1 }
    return BlockBatch(batch: batch, kind: kind)
  }

  private func pop() throws(FetchError) -> BlockAssembly.Part {
    let arrival: Arrival
    do {
      arrival = try connection.receiver.pop(timeout: Self.timeout)
    } catch {
      switch error {
      case .noAnswer:
        throw .unreachable(address: address, reason: "no answer in \(Int(Self.timeout)) s")
      case .connectionClosed:
        throw .unreachable(address: address, reason: "the connection was closed")
      }
    }
    do {
      return try arrival.get()
    } catch {
      throw .malformed(address: address, reason: "\(error)")
    }
  }
}
