import Dispatch
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Wire

/// Serves pages, the API and metrics of a driver, on event loops that are there already, until it is stopped.
package final class WebServer: Sendable {
  /// Those beyond wait in the system's queue until one is closed.
  private static let connectionLimit = 256
  /// How long the socket has to be bound: a task does it, which may find all threads of the pool busy.
  private static let patience = DispatchTimeInterval.seconds(60)
  /// How long connections have to end by themselves when the pages end; then the process ends without them.
  private static let farewell = DispatchTimeInterval.seconds(2)

  /// Where it listens: with the port that was picked when 0 was asked for.
  package let address: HostPort
  private let isSecure: Bool
  private let task: Task<Void, Never>
  private let hasEnded = DispatchSemaphore(value: 0)

  /// Binds the address and serves from then on. Blocks until the socket is bound: not for a task.
  /// - Parameter tls: what is shown of the driver; nil for plain HTTP.
  /// - Throws: `WebServerError`.
  package init(
    on listen: HostPort, driver: DriverQuestions, password: String?, tls: TLSConfiguration?,
    group: any EventLoopGroup, log: Logger
  ) throws(WebServerError) {
    isSecure = tls != nil
    let responder = WebResponder(
      rules: AccessRules(
        listening: listen, hostName: ProcessInfo.processInfo.hostName, password: password),
      endpoints: Self.endpoints(asking: driver), log: log)
    let plain = HTTPServerBuilder.http1(
      configuration: .init(
        additionalChannelHandlers: [ConnectionDeadlines()],
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100)))
    let server: HTTPServerBuilder
    do {
      server = try tls.map { try .tls(plain, tlsConfiguration: $0) } ?? plain
    } catch {
      throw .certificate(reason: "\(error)")
    }
    let start = Start()
    let application = Application(
      responder: responder, server: server,
      configuration: ApplicationConfiguration(
        address: .hostname(listen.host, port: listen.port),
        availableConnectionsDelegate: .maximum(Self.connectionLimit, logger: log)),
      onServerRunning: { channel in start.end(.success(channel.localAddress?.port ?? 0)) },
      eventLoopGroupProvider: .shared(group), logger: log)
    let hasEnded = self.hasEnded
    task = Task {
      do {
        try await application.run()
      } catch is CancellationError {
      } catch {
        start.end(.failure(.cannotListen(listen, reason: Self.reason(error))))
      }
      hasEnded.signal()
    }
    do throws(WebServerError) {
      let port = try start.wait(for: Self.patience, listen)
      address = HostPort(host: listen.host, port: port)
    } catch {
      task.cancel()
      throw error
    }
  }

  /// As a browser wants it.
  package var url: String { "\(isSecure ? "https" : "http")://\(address)" }

  /// Closes all connections. Blocks until they are closed, for two seconds at most: not for a task.
  package func stop() {
    task.cancel()
    _ = hasEnded.wait(timeout: .now() + Self.farewell)
  }

  /// All that there is to ask for.
  package static func endpoints(asking driver: DriverQuestions) -> EndpointTable {
    let live = LivePages()
    return EndpointTable(
      AssetEndpoints.all + ProbeEndpoints(driver: driver).all
        + PageEndpoints(driver: driver, live: live).all
        + ActionEndpoints(driver: driver).all + APIEndpoints(driver: driver).all)
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? IOError else { return "\(error)" }
    return String(cString: strerror(error.errnoCode))
  }
}

/// What becomes of the attempt to bind, for the thread that waits for it.
private final class Start: Sendable {
  private let result = Mutex<Result<Int, WebServerError>?>(nil)
  private let isKnown = DispatchSemaphore(value: 0)

  func end(_ end: Result<Int, WebServerError>) {
    let isFirst = result.withLock { result in
      defer { result = result ?? end }
      return result == nil
    }
    if isFirst { isKnown.signal() }
  }

  func wait(
    for time: DispatchTimeInterval, _ address: HostPort
  ) throws(WebServerError) -> Int {
    _ = isKnown.wait(timeout: .now() + time)
    let end = result.withLock { $0 } ?? .failure(.cannotListen(address, reason: "it took too long"))
    return try end.get()
  }
}

package enum WebServerError: Error, Hashable, Sendable, CustomStringConvertible {
  case cannotListen(HostPort, reason: String)
  case certificate(reason: String)

  package var description: String {
    switch self {
    case .cannotListen(let address, let reason):
      "cannot show pages on \(address): \(reason). Give --ui another port; 0 picks one"
    case .certificate(let reason): "cannot show pages with this certificate: \(reason)"
    }
  }
}
