import Foundation
import NIOCore
import NIOPosix

/// Why a fetch gave no block; the reader says which block that was.
package enum FetchError: Error, Hashable, Sendable, CustomStringConvertible {
  case unreachable(address: String, reason: String)
  /// This host has no descriptor, port or memory left for a connection: nothing is known of the other.
  case cannotCall(address: String, reason: String)
  case missing(address: String)
  case malformed(address: String, reason: String)

  package var description: String {
    switch self {
    case .unreachable(let address, let reason):
      "the executor at \(address) did not answer: \(reason)"
    case .cannotCall(let address, let reason):
      "this executor cannot open a connection to \(address): \(reason). Raise its limit of open files or give it fewer slots"
    case .missing(let address): "the executor at \(address) no longer has it"
    case .malformed(let address, let reason):
      "the executor at \(address) sent what cannot be read: \(reason)"
    }
  }
}

extension FetchError {
  /// What it means that `connect` failed.
  package init(connectingTo address: String, _ error: any Error) {
    self =
      Self.isOwnTrouble(error)
      ? .cannotCall(address: address, reason: "\(error)")
      : .unreachable(address: address, reason: "\(error)")
  }

  private static func isOwnTrouble(_ error: any Error) -> Bool {
    switch error {
    case let error as IOError:
      [EMFILE, ENFILE, ENOMEM, ENOBUFS, EADDRNOTAVAIL].contains(error.errnoCode)
    // A name with several addresses.
    case let error as NIOConnectionError:
      error.connectionErrors.contains { isOwnTrouble($0.error) }
    default: false
    }
  }
}
