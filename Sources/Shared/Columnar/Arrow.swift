import ArrowBridge

/// Arrow C++, which a process loads when it first needs it.
package enum Arrow {
  /// Loads it now, once: for a process that will need it, so that it hears at its start when it cannot. From any thread.
  package static func load() throws(BridgeFailure) {
    try BridgeFailure.check { roost_status() }
  }
}
