import NIOCore
import Synchronization

/// Applies an `Admission` to the channels of a listener. From any thread.
final class Doorkeeper: Sendable {
  private struct State {
    var admission: Admission
    /// Those that have not said hello yet.
    var strangers: [Int: any Channel] = [:]
  }

  let limits: ConnectionLimits
  private let state: Mutex<State>

  init(limits: ConnectionLimits) {
    self.limits = limits
    state = Mutex(State(admission: Admission(limits: limits)))
  }

  /// The number of a channel that was let in. Throws `tooManyConnections`.
  func admit(_ channel: any Channel) throws(ProtocolError) -> Int {
    let host = channel.remoteAddress?.ipAddress ?? ""
    let (number, evicted) = state.withLock { state -> (Int?, (any Channel)?) in
      guard case .admitted(let number, let evicted) = state.admission.arrive(from: host) else {
        return (nil, nil)
      }
      state.strangers[number] = channel
      return (number, evicted.flatMap { state.strangers.removeValue(forKey: $0) })
    }
    // In the midst of its handshake TLS says no goodbye: this closes the socket now.
    evicted?.close(promise: nil)
    guard let number else { throw .tooManyConnections(limit: limits.perHost) }
    channel.closeFuture.whenComplete { [self] _ in leave(number) }
    return number
  }

  /// Throws `tooManyConnections`.
  func welcome(_ number: Int) throws(ProtocolError) {
    let isWelcome = state.withLock { state in
      state.strangers[number] = nil
      return state.admission.welcome(number)
    }
    guard isWelcome else { throw .tooManyConnections(limit: limits.perHost) }
  }

  private func leave(_ number: Int) {
    state.withLock { state in
      state.strangers[number] = nil
      state.admission.leave(number)
    }
  }
}
