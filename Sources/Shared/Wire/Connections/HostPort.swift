import NIOCore

/// `HOST:PORT`, as arguments and addresses of services are written. IPv6 hosts stand in brackets.
package struct HostPort: Hashable, Sendable, CustomStringConvertible {
  package var host: String
  package var port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Nil when the text is not of this form or the port is not 0...65535.
  package init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"),
      let port = UInt16(text[text.index(after: colon)...])
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty else { return nil }
    self.init(host: String(host), port: Int(port))
  }

  package var description: String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  /// Whether it means all addresses of a host, where one can listen and nobody can call.
  package var isUnspecified: Bool {
    guard let address = try? SocketAddress(ipAddress: host, port: port) else { return false }
    switch address {
    case .v4(let address): return address.address.sin_addr.s_addr == 0
    case .v6(let address):
      return withUnsafeBytes(of: address.address.sin6_addr) { $0.allSatisfy { $0 == 0 } }
    case .unixDomainSocket: return false
    }
  }

  /// Whether nobody outside of this machine can reach it.
  package var isLoopback: Bool {
    // Numbers only: a name that begins like this may be any host.
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    let isIPv4 = numbers.count == 4 && !numbers.contains(nil)
    return host == "localhost" || host == "::1" || (isIPv4 && numbers[0] == 127)
  }
}
