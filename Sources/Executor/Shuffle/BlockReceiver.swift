import Foundation
import Synchronization
import Wire

/// What a holder sent, or why it cannot be understood; nothing comes after that.
typealias Arrival = Result<BlockAssembly.Part, BlockAssemblyError>

/// Puts together on an event loop what a holder sends and hands it to a thread.
///
/// `@unchecked Sendable`: `assembly` and `isBroken` belong to the event loop of the one connection; the rest is safe to
/// share.
final class BlockReceiver: @unchecked Sendable {
  private var assembly = BlockAssembly()
  private var isBroken = false
  private let window: ReceiveWindow<Arrival>
  /// Blocks that were asked for and have not begun to come.
  private let awaitedCount = Atomic<Int>(0)
  /// Tells a batch that is slow to come from a holder that is silent.
  private let frameCount = Atomic<Int>(0)

  init(window: Int) { self.window = ReceiveWindow(window: window) }

  /// Whether the connection was closed.
  var hasEnded: Bool { window.hasEnded }

  /// For the next request; nothing waits when it is called.
  func setWindow(_ byteCount: Int) { window.resize(to: byteCount) }

  /// To be called before a request for so many blocks is sent, when nothing else is awaited.
  func expect(blocks: Int) { awaitedCount.store(blocks, ordering: .relaxed) }

  /// The receiver of a connection on which blocks come. On its event loop.
  func attach(to connection: Connection) -> FrameReceiver {
    connection.readInLargeSteps()
    window.attach(to: connection)
    return FrameReceiver(
      onFrame: { [self] frame in
        take(frame)
        if isBroken { connection.close() }
      }, onClose: { [self] in window.close() })
  }

  private func take(_ frame: Frame) {
    frameCount.add(1, ordering: .relaxed)
    guard !isBroken else { return }
    do throws(BlockAssemblyError) {
      if assembly.isBetweenBlocks {
        guard awaitedCount.load(ordering: .relaxed) > 0 else { throw .notAskedFor }
        awaitedCount.subtract(1, ordering: .relaxed)
      }
      guard let part = try assembly.take(frame) else { return }
      window.push(.success(part), byteCount: part.byteCount)
    } catch {
      isBroken = true
      window.push(.failure(error), byteCount: 0)
    }
  }

  /// The next part. Throws `noAnswer` when nothing at all came for so long.
  func pop(timeout: TimeInterval) throws(ReceiveWindowError) -> Arrival {
    while true {
      let count = frameCount.load(ordering: .relaxed)
      do throws(ReceiveWindowError) {
        return try window.pop(until: Date(timeIntervalSinceNow: timeout))
      } catch {
        guard error == .noAnswer, frameCount.load(ordering: .relaxed) != count else { throw error }
      }
    }
  }
}

extension BlockAssembly.Part {
  /// Also what is no batch takes a place in the window.
  private static let leastByteCount = 64

  fileprivate var byteCount: Int {
    if case .batch(let batch, _) = self {
      max(batch.byteCount, Self.leastByteCount)
    } else {
      Self.leastByteCount
    }
  }
}
