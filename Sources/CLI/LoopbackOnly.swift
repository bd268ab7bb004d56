import Wire

/// Without TLS and secrets nobody else may talk to us.
func requireLoopback(_ address: HostPort) throws {
  guard address.isLoopback else {
    throw CommandFailure(
      .wrongUse,
      "\(address) can be reached from outside of this machine; without TLS roost listens on loopback only (127.0.0.1)"
    )
  }
}
