import Columnar
import Foundation
import Wire

package struct ExecutorOptions: Sendable {
  package var driver: HostPort
  package var slots: Int
  /// Bytes that blocks and cached tables in memory, tasks and transfers may take together.
  package var memory: Int
  package var workDirectory: URL
  /// Where blocks are served; port 0 picks one.
  package var listen: HostPort
  /// What other executors are told to call; nil when that is `listen`.
  package var advertise: HostPort?
  /// Of all connections, to the driver and between executors.
  package var security = ConnectionSecurity.unprotected
  /// Where tasks may read and write.
  package var allowedPaths = AllowedPaths.everywhere
  /// Of blocks on their way to other executors.
  package var compression = SerializedBatch.Compression.none
  /// Nil when it runs no Python: it takes no part in jobs that do then.
  package var python: PythonOptions?
  /// How long to look for a driver before giving up.
  package var driverTimeout: Duration = .seconds(60)
  /// How long the driver may keep an executor that wants to leave; a little more than drivers take.
  package var drainTimeout: Duration = .seconds(90)

  package init(
    driver: HostPort, slots: Int, memory: Int, workDirectory: URL, listen: HostPort,
    advertise: HostPort?
  ) {
    self.driver = driver
    self.slots = slots
    self.memory = memory
    self.workDirectory = workDirectory
    self.listen = listen
    self.advertise = advertise
  }
}

package enum ExecutorError: Error, CustomStringConvertible {
  case noDriver(HostPort, reason: String)
  /// There is a driver, or something else, and the two cannot talk.
  case refused(HostPort, ProtocolError)
  case cannotListen(HostPort, reason: String)

  package var description: String {
    switch self {
    case .noDriver(let address, let reason):
      "no driver at \(address): \(reason). Start one with 'roost driver --listen \(address)'"
    case .refused(let address, let error): "cannot talk to the driver at \(address): \(error)"
    case .cannotListen(let address, let reason): "cannot listen on \(address): \(reason)"
    }
  }
}
