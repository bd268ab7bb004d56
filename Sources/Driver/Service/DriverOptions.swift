import Columnar
import Foundation
import Wire

package struct DriverOptions: Sendable {
  /// Port 0 picks one.
  package var listen: HostPort
  /// Where the journal is; nil for a driver that forgets all when it ends.
  package var stateDirectory: URL?
  package var security = ConnectionSecurity.unprotected
  package var connections = ConnectionLimits()
  /// Where jobs may read and write.
  package var allowedPaths = AllowedPaths.everywhere
  package var scheduler = SchedulerOptions()
  package var heartbeatInterval = Duration.seconds(1)
  /// Ended jobs that are remembered.
  package var historyLimit = 1000
  /// How long they are remembered after their end.
  package var historyAge = Duration.seconds(90 * 86_400)
  /// Bytes of their histories that are kept.
  package var historyBytesLimit = 256 << 20
  /// Bytes of shown rows that are kept of ended jobs.
  package var shownBytesLimit = 128 << 20
  /// Bytes of logs that are kept of ended jobs.
  package var logBytesLimit = 128 << 20

  package init(listen: HostPort) {
    self.listen = listen
  }
}

package enum DriverError: Error, CustomStringConvertible {
  case cannotListen(HostPort, reason: String)

  package var description: String {
    switch self {
    case .cannotListen(let address, let reason): "cannot listen on \(address): \(reason)"
    }
  }
}
