import Foundation
import Wire

/// Asks the driver of this process what clients ask over TCP, one question and one answer at a time each. From any thread or
/// task.
package struct LocalClient: Sendable {
  private let inquire:
    @Sendable (Roost_ControlMessage, @escaping @Sendable (Roost_ControlMessage) -> Void) -> Bool

  /// The driver has so long.
  private static let deadline = Duration.seconds(30)

  /// `inquire` hands over a question with what takes the answer; false when the driver has stopped.
  init(
    _ inquire:
      @escaping @Sendable (
        Roost_ControlMessage, @escaping @Sendable (Roost_ControlMessage) -> Void
      ) -> Bool
  ) {
    self.inquire = inquire
  }

  /// Throws `LocalClientError`.
  package func ask(
    _ populate: (inout Roost_ControlMessage) -> Void
  ) async throws -> Roost_ControlMessage {
    let request = Roost_ControlMessage.with(populate)
    let answer = Locked<CheckedContinuation<Roost_ControlMessage, any Error>?>(nil)
    @Sendable func end(_ result: Result<Roost_ControlMessage, any Error>) {
      answer.withLock { continuation in
        defer { continuation = nil }
        return continuation
      }?.resume(with: result)
    }
    let timer = Task {
      try await Task.sleep(for: Self.deadline)
      end(.failure(LocalClientError.noAnswer(after: Self.deadline)))
    }
    defer { timer.cancel() }
    return try await withCheckedThrowingContinuation { continuation in
      answer.withLock { $0 = continuation }
      if !inquire(request, { end(.success($0)) }) { end(.failure(LocalClientError.stopped)) }
    }
  }
}

package enum LocalClientError: Error, Hashable, Sendable, CustomStringConvertible {
  case noAnswer(after: Duration)
  case stopped

  package var description: String {
    switch self {
    case .noAnswer(let time): "the driver did not answer within \(time.components.seconds) s"
    case .stopped: "the driver has stopped"
    }
  }
}
