import Foundation
import NIOCore
import Wire

package enum ClientError: Error, CustomStringConvertible {
  case noDriver(HostPort, reason: String)
  /// There is a driver, or something else, and the two cannot talk.
  case refused(HostPort, ProtocolError)
  case connectionLost(HostPort)
  case noAnswer(HostPort)
  case notFound(String)
  /// The driver takes no job at the moment.
  case tooManyJobs(HostPort, waiting: Int)
  /// What was asked is more than a driver takes.
  case notSent(ProtocolError)
  /// Files that travel with a job did not get to the driver.
  case filesNotStored(HostPort, reason: String)
  case unexpectedAnswer(HostPort)

  package var description: String {
    switch self {
    case .noDriver(let address, let reason):
      "no driver at \(address): \(reason). Start one with 'roost driver --listen \(address)', "
        + "or use 'roost run', which needs none"
    case .refused(let address, let error): "cannot talk to the driver at \(address): \(error)"
    case .connectionLost(let address):
      "lost the connection to the driver at \(address); a job that was submitted goes on without it"
    case .noAnswer(let address): "the driver at \(address) does not answer"
    case .notFound(let message): message
    case .tooManyJobs(let address, let waiting):
      "the driver at \(address) takes no job now: \(waiting) wait to be planned. Submit it again later"
    case .notSent(let error): "the job file is too long: \(error)"
    case .filesNotStored(let address, let reason):
      "the job's files could not be sent to the driver at \(address): \(reason)"
    case .unexpectedAnswer(let address):
      "the driver at \(address) gave an answer that this version does not understand"
    }
  }
}

/// A client's conversation with a driver. Belongs to one thread, which it blocks.
package final class DriverClient {
  private static let answerTimeout: TimeInterval = 30

  let address: HostPort
  let connection: Connection
  let window = FrameWindow(window: 64 << 20)

  /// Throws `ClientError.noDriver`.
  package init(
    _ address: HostPort, security: ConnectionSecurity, group: any EventLoopGroup
  ) throws(ClientError) {
    self.address = address
    let window = self.window
    do {
      connection = try connect(
        to: address, as: .from(.client), expecting: [.driver], security: security, group: group
      ) { window.receiver(of: $0) }
    } catch let error as ProtocolError {
      throw .refused(address, error)
    } catch {
      throw .noDriver(address, reason: "cannot connect")
    }
  }

  deinit { connection.close() }

  @discardableResult
  package func send(
    _ populate: (inout Roost_ControlMessage) -> Void
  ) -> Result<Void, ProtocolError> {
    connection.send(Roost_ControlMessage.with(populate))
  }

  /// Sends a request and waits for the next message that is not progress.
  package func ask(
    _ populate: (inout Roost_ControlMessage) -> Void
  ) throws(ClientError) -> Roost_ControlMessage.OneOf_Content {
    if case .failure(let error) = send(populate) { throw .notSent(error) }
    while true {
      guard let answer = try next(within: Self.answerTimeout) else { throw .noAnswer(address) }
      switch answer {
      case .jobProgress, .heartbeat: continue
      case .notFound(let answer): throw .notFound(answer.message)
      case .tooManyJobs(let answer): throw .tooManyJobs(address, waiting: Int(answer.waiting))
      default: return answer
      }
    }
  }

  /// The next message, nil when none came in time.
  package func next(
    within seconds: TimeInterval
  ) throws(ClientError) -> Roost_ControlMessage.OneOf_Content? {
    let frame: Frame
    do {
      frame = try window.pop(until: Date(timeIntervalSinceNow: seconds))
    } catch {
      switch error {
      case .noAnswer: return nil
      case .connectionClosed: throw .connectionLost(address)
      }
    }
    guard let message = try? Roost_ControlMessage(frame: frame), let content = message.content
    else { throw .unexpectedAnswer(address) }
    return content
  }

  package enum SubmissionAnswer: Sendable {
    /// With the job's number. Progress and the final description follow as messages.
    case accepted(UInt64)
    /// The driver lacks the files with these digests.
    case lacksFiles([String])
  }

  package func submit(_ submission: Roost_SubmitJob) throws(ClientError) -> SubmissionAnswer {
    switch try ask({ $0.submitJob = submission }) {
    case .jobAccepted(let accepted): return .accepted(accepted.job)
    case .missingFiles(let missing): return .lacksFiles(missing.digests)
    default: throw .unexpectedAnswer(address)
    }
  }
}
