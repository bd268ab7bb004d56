/// How much a listener takes of those who call it.
package struct ConnectionLimits: Hashable, Sendable {
  /// Connections of one peer address; further ones are closed at once.
  package var perHost = 4096
  /// Connections of all that have not said a proper hello yet. When there are more, the oldest of the address that has the
  /// most of them is closed: who means it says hello within milliseconds, who does not waits.
  package var handshakes = 256

  package init() {}
}
