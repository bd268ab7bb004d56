import NIOCore
import Plan
import Synchronization
import Wire

/// Who holds blocks, and where it is called. An address alone may belong to another by now.
struct BlockHolder: Hashable, Sendable {
  let executor: ExecutorID
  /// `host:port` of its data service.
  let address: String
}

/// A data connection to another executor, and what has arrived on it. Used by one thread at a time.
struct BlockConnection: Sendable {
  let holder: BlockHolder
  let connection: Connection
  let receiver: BlockReceiver
}

/// Data connections to other executors that nobody uses at the moment. A new one takes longer than the fetch of a
/// small block, and each partition of a shuffle fetches from each holder.
package final class BlockConnections: Sendable {
  /// The other side hangs up later, so that it does not do so in the face of a request.
  private static let idleTimeout = Duration.seconds(60)

  fileprivate struct Idle {
    let connection: BlockConnection
    let since: ContinuousClock.Instant

    var isUsable: Bool { !connection.receiver.hasEnded && .now - since < idleTimeout }
  }

  fileprivate struct State {
    var idle: [BlockHolder: [Idle]] = [:]
    var lastClearing = ContinuousClock.now
  }

  private let state = Mutex(State())
  private let fetched = Atomic<Int>(0)
  private let security: ConnectionSecurity
  private let group: any EventLoopGroup

  package init(security: ConnectionSecurity, group: any EventLoopGroup) {
    self.security = security
    self.group = group
  }

  /// Bytes of batches that came from others since the process started.
  var fetchedByteCount: Int { fetched.load(ordering: .relaxed) }

  func note(fetchedByteCount count: Int) { fetched.add(count, ordering: .relaxed) }

  /// An idle connection to an executor, or a new one, on which up to `window` bytes of batches may wait.
  func take(_ holder: BlockHolder, window: Int) throws(FetchError) -> BlockConnection {
    while let last = state.withLock({ $0.idle[holder]?.popLast() }) {
      if last.isUsable {
        last.connection.receiver.setWindow(window)
        return last.connection
      }
      last.connection.connection.close()
    }
    guard let target = HostPort(holder.address) else {
      throw .unreachable(address: holder.address, reason: "not an address")
    }
    let receiver = BlockReceiver(window: window)
    do {
      let connection = try connect(
        to: target, as: .from(.executor), expecting: [.executor], calling: holder.executor,
        security: security, group: group
      ) { receiver.attach(to: $0) }
      return BlockConnection(holder: holder, connection: connection, receiver: receiver)
    } catch {
      throw FetchError(connectingTo: holder.address, error)
    }
  }

  /// Keeps a connection on which all that was asked for has arrived.
  func giveBack(_ connection: BlockConnection) {
    let unusable = state.withLock { state in
      state.idle[connection.holder, default: []].append(Idle(connection: connection, since: .now))
      return state.clear(after: Self.idleTimeout)
    }
    for idle in unusable { idle.connection.connection.close() }
  }
}

extension BlockConnections.State {
  /// Takes out what can no longer be used, once in a while.
  fileprivate mutating func clear(after pause: Duration) -> [BlockConnections.Idle] {
    guard .now - lastClearing >= pause else { return [] }
    lastClearing = .now
    var unusable: [BlockConnections.Idle] = []
    for (holder, connections) in idle {
      var usable = connections
      // Asked once for each: a connection may end at any moment.
      let end = usable.partition { !$0.isUsable }
      unusable += usable[end...]
      idle[holder] = end == 0 ? nil : Array(usable[..<end])
    }
    return unusable
  }
}
