/// What the two sides of a connection said before either proved that it knows the secret: their proofs are about all of
/// it, so that none serves on another connection, in another role or for the other side.
package struct SecretExchange {
  package enum Side {
    case connecting
    case listening

    /// Ends in a zero byte; what follows has a fixed length up to the name of the listener, which ends a proof's message:
    /// no two messages are alike.
    fileprivate var label: String {
      switch self {
      case .connecting: "roost: the side that connects\0"
      case .listening: "roost: the side that listens\0"
      }
    }
  }

  static let nonceByteCount = 32

  var connectingRole: Roost_Role
  var listeningRole: Roost_Role
  var connectingNonce: [UInt8]
  var listeningNonce: [UInt8]
  /// The name of the executor that listens. So one that others take for another cannot hand their proofs on to it.
  var listener: String

  /// docs/protocol.md has the bytes.
  func proof(of side: Side, knowing secret: SharedSecret) -> [UInt8] {
    var message = Array(side.label.utf8)
    message += (0..<4).map { UInt8(truncatingIfNeeded: protocolVersion >> (24 - 8 * $0)) }
    message += [connectingRole, listeningRole].map { UInt8(truncatingIfNeeded: $0.rawValue) }
    message += connectingNonce
    message += listeningNonce
    message += Array(listener.utf8)
    return secret.authenticationCode(of: message)
  }
}
