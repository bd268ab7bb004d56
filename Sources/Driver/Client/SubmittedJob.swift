import Foundation
import NIOCore
import Wire

/// A job that this process has submitted: what the driver says of it, also across a loss of the connection and a new
/// start of the driver. Belongs to one thread, which it blocks.
package final class SubmittedJob {
  /// How long a driver that is gone is looked for.
  private static let patience = Duration.seconds(60)
  private static let pause: TimeInterval = 0.2
  /// A driver says something every second.
  private static let silenceLimit = Duration.seconds(30)

  private let address: HostPort
  private let token: String
  private let connect: () throws(ClientError) -> DriverClient
  private var client: DriverClient?
  private var lastHeard = ContinuousClock.now
  package let number: UInt64
  private var isCancelled = false
  /// Where the log begins that has not come yet.
  private var logEnd: Int64 = 0

  /// Whether there is a driver to talk to at the moment.
  package var isConnected: Bool { client != nil }

  /// After so many times it is the driver that does not keep them.
  private static let storingLimit = 3

  /// Submits a job, after the files that the driver lacks of those that travel with it. The submission is repeated when the
  /// answer is lost; the driver takes it once.
  /// - Parameter folder: absolute; relative paths of the job file start there.
  /// - Throws: `ClientError`.
  package init(
    text: String, fileName: String, folder: String, files: ShippedFiles, to address: HostPort,
    connect: @escaping () throws(ClientError) -> DriverClient
  ) throws(ClientError) {
    self.address = address
    self.connect = connect
    let token = UUID().uuidString
    self.token = token
    let submission = Roost_SubmitJob.with {
      $0.text = text
      $0.fileName = fileName
      $0.folder = folder
      $0.token = token
      $0.files = files.manifest.map(\.wire)
    }
    var client = try connect()
    var storings = 0
    let start = ContinuousClock.now
    while true {
      do throws(ClientError) {
        switch try client.submit(submission) {
        case .accepted(let number):
          self.number = number
          self.client = client
          return
        case .lacksFiles(let digests):
          storings += 1
          guard storings <= Self.storingLimit else {
            throw .filesNotStored(address, reason: "it does not keep them")
          }
          // On a connection for nothing else: the driver reads it on a thread of its own.
          try connect().store(files, digests: digests)
        }
      } catch {
        guard case .connectionLost = error else { throw error }
        client = try Self.reconnect(since: start, connect)
      }
    }
  }

  private static func reconnect(
    since start: ContinuousClock.Instant, _ connect: () throws(ClientError) -> DriverClient
  ) throws(ClientError) -> DriverClient {
    while true {
      do throws(ClientError) {
        return try connect()
      } catch {
        guard .now - start < patience else { throw error }
        Thread.sleep(forTimeInterval: pause)
      }
    }
  }

  /// Asks for the end of the job: at once, or when the driver is found again.
  package func cancel() {
    isCancelled = true
    client?.send { $0.cancelJob.job = number }
  }

  /// The next message; nil when none came in time, or when the driver was lost and is being looked for.
  /// Throws `connectionLost` when it is gone for good, and `notFound` when it has forgotten the job.
  package func next(
    within seconds: TimeInterval
  ) throws(ClientError) -> Roost_ControlMessage.OneOf_Content? {
    guard let client else {
      try follow(within: seconds)
      return nil
    }
    do throws(ClientError) {
      guard let message = try client.next(within: seconds) else {
        if .now - lastHeard > Self.silenceLimit { self.client = nil }
        return nil
      }
      lastHeard = .now
      switch message {
      case .notFound(let answer): throw .notFound(answer.message)
      case .jobLog(let log): logEnd = log.end
      default: break
      }
      return message
    } catch {
      guard case .connectionLost = error else { throw error }
      self.client = nil
      return nil
    }
  }

  /// Looks for the driver once.
  private func follow(within seconds: TimeInterval) throws(ClientError) {
    do throws(ClientError) {
      let found = try connect()
      found.send {
        $0.followJob.job = number
        $0.followJob.token = token
        $0.followJob.logEnd = logEnd
      }
      if isCancelled { found.send { $0.cancelJob.job = number } }
      lastHeard = .now
      client = found
    } catch {
      guard .now - lastHeard < Self.patience + Self.silenceLimit else {
        throw .connectionLost(address)
      }
      Thread.sleep(forTimeInterval: min(seconds, Self.pause))
    }
  }
}
