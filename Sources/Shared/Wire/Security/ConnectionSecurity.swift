/// How the two sides of a connection prove who they are, and whether others can read it. A process has one, for all that
/// it calls and all that call it; the processes of a cluster have the same.
package struct ConnectionSecurity: Sendable {
  /// Both sides show a certificate of one authority; nobody else can read or change what they say.
  package var tls: TLSIdentity?
  /// Both sides prove when they meet that they know it. What they say afterwards is neither hidden nor protected by it.
  package var secret: SharedSecret?

  package init(tls: TLSIdentity? = nil, secret: SharedSecret? = nil) {
    self.tls = tls
    self.secret = secret
  }

  /// Whoever can connect may talk: for loopback only.
  package static let unprotected = ConnectionSecurity()

  package var keepsStrangersOut: Bool { tls != nil || secret != nil }
}
