import Columnar
import Plan
import Synchronization
import Wire

/// Answers the requests of one connection, one step at a time, on whatever thread of the service is free. It needs no thread
/// while the socket is full or nothing is asked, so that a reader that waits for somebody else holds up nobody.
///
/// `@unchecked Sendable`: the answer belongs to the one thread that has the sender from the queue, which `turn` sees to.
final class BlockSender: @unchecked Sendable {
  private enum Turn {
    case idle
    case queued
    /// `isWoken`: something happened meanwhile that the thread may not have seen.
    case running(isWoken: Bool)
  }

  /// Beyond so many headers and pieces other connections have their turn.
  private static let stepsInTurn = 32
  /// A request names no more blocks.
  private static let nameLimit = 1 << 20

  private let connection: Connection
  private let requests: FrameWindow
  private let store: BlockStore
  private let compression: SerializedBatch.Compression
  private let queue: WorkQueue<BlockSender>
  private let turn = Mutex(Turn.idle)
  private let wakeCount = Atomic<Int>(0)

  // The answer.
  private lazy var pieces = PieceSender(on: connection) { [weak self] in self?.wake() }
  private var wanted: ArraySlice<(key: StoredKey, target: Int)> = []
  /// What is left of the block that is being sent.
  private var block: (key: StoredKey, batches: ArraySlice<StoredBatch>)?
  private var outgoing: OutgoingBatch?
  private var memory: MemoryReservation
  private var pieceByteCount = PieceSender.pieceByteCount {
    // The memory of large pieces would stay for small ones.
    didSet { if pieceByteCount != oldValue { pieces.rest() } }
  }

  /// `requests` takes the frames of the connection.
  init(
    on connection: Connection, requests: FrameWindow, store: BlockStore,
    compression: SerializedBatch.Compression, queue: WorkQueue<BlockSender>
  ) {
    self.connection = connection
    self.requests = requests
    self.store = store
    self.compression = compression
    self.queue = queue
    memory = store.memory.reserve(0, for: .transfers)
  }

  /// Grows whenever the peer asks or takes something.
  var progress: Int { wakeCount.load(ordering: .relaxed) }

  /// A request came, or the socket has room. From any thread.
  func wake() {
    wakeCount.add(1, ordering: .relaxed)
    let isNew = turn.withLock { turn in
      switch turn {
      case .idle:
        turn = .queued
        return true
      case .queued: return false
      case .running:
        turn = .running(isWoken: true)
        return false
      }
    }
    if isNew { queue.push(self) }
  }

  /// Does some of the work, after which others have their turn.
  func run() {
    turn.withLock { $0 = .running(isWoken: false) }
    let hasMore = step()
    let isQueued = turn.withLock { turn in
      let isWoken = if case .running(true) = turn { true } else { false }
      turn = hasMore || isWoken ? .queued : .idle
      return hasMore || isWoken
    }
    if isQueued { queue.push(self) }
  }

  /// Sends some headers and pieces. Whether there is more that can be done now.
  private func step() -> Bool {
    for _ in 0..<Self.stepsInTurn {
      guard pieces.hasRoom else {
        connection.flush()
        return false
      }
      if outgoing != nil {
        sendPiece()
      } else if let stored = block?.batches.popFirst() {
        begin(stored)
      } else if let (key, target) = wanted.popFirst() {
        begin(key, target)
      } else if let frame = requests.popIfThere() {
        guard take(frame) else {
          connection.close()
          return false
        }
      } else {
        // An idle connection keeps no memory.
        block = nil
        pieces.rest()
        memory.resize(to: 0)
        connection.flush()
        return false
      }
    }
    return true
  }

  private func sendPiece() {
    let count = min(outgoing!.missingByteCount, pieceByteCount)
    pieces.send(byteCount: count) { outgoing!.copy(to: $0) }
    if outgoing!.missingByteCount == 0 {
      let checksum = outgoing!.checksum.value
      store.note(sentByteCount: outgoing!.byteCount)
      pieces.enqueue(Roost_DataMessage.with { $0.batchTrailer.checksum = checksum })
      outgoing = nil
    }
  }

  private func begin(_ key: StoredKey, _ target: Int) {
    let batches = store.batches(key, target: target)
    block = batches.map { (key, $0[...]) }
    pieces.enqueue(
      Roost_DataMessage.with {
        $0.blockHeader.isMissing = batches == nil
        $0.blockHeader.batchCount = UInt32(batches?.count ?? 0)
      })
  }

  private func begin(_ stored: StoredBatch) {
    do {
      let outgoing = try OutgoingBatch(stored, compression: compression)
      takeMemory(for: outgoing)
      pieces.enqueue(
        Roost_DataMessage.with {
          $0.batchHeader.isPartial = outgoing.kind == .partialResults
          $0.batchHeader.byteCount = UInt64(outgoing.byteCount)
        })
      self.outgoing = outgoing
    } catch {
      // This block alone is lost: what else is here can be had.
      if let key = block?.key { store.remove(key, because: error) }
      block = nil
      pieces.enqueue(Roost_DataMessage.with { $0.blockHeader.isMissing = true })
    }
  }

  /// Readers that take nothing for a while may be many, and each waits for several senders: none of them may wait for the
  /// memory of another. So past the share of transfers a batch goes in small pieces.
  private func takeMemory(for batch: OutgoingBatch) {
    let fast = PieceSender.byteCount(pieces: PieceSender.pieceByteCount) + batch.heldByteCount
    let hasRoom = store.memory.account.hasRoom(
      forTransferOf: fast, holding: memory.byteCount)
    pieceByteCount = hasRoom ? PieceSender.pieceByteCount : PieceSender.smallPieceByteCount
    memory.resize(
      to: PieceSender.byteCount(pieces: pieceByteCount) + batch.heldByteCount)
  }

  /// Whether it is a request that is answered.
  private func take(_ frame: Frame) -> Bool {
    switch try? Roost_DataMessage(frame: frame).content {
    case .fetchBlocks(let request):
      guard request.blocks.count <= Self.nameLimit else { return false }
      wanted =
        request.blocks.map { block in
          let key = BlockKey(
            job: JobID(request.job), exchange: Int(request.exchange), producer: Int(block.producer),
            partition: Int(block.partition), epoch: block.epoch)
          return (.block(key), Int(request.partition))
        }[...]
    case .fetchCachedPartition(let request):
      let table = CachedTableID(name: request.table.name, job: JobID(request.table.job))
      wanted = [
        (
          .cached(
            CachedPartitionKey(
              table: table, partition: Int(request.partition), epoch: request.epoch)), 0
        )
      ]
    case .blockHeader, .batchHeader, .batchTrailer, nil: return false
    }
    return true
  }
}
