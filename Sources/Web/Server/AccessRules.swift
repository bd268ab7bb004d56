import Foundation
import Hummingbird
import Wire

/// Who may ask for what: a value, asked for every request before it is looked at further.
package struct AccessRules: Sendable {
  /// Nil when everybody who can connect may ask.
  private let password: [UInt8]?
  /// Names that stand for the driver's host, in small letters.
  private let hostNames: Set<String>

  /// - Parameters:
  ///   - listening: where the pages are.
  ///   - hostName: what the host calls itself.
  package init(listening: HostPort, hostName: String, password: String?) {
    self.password = password.map { Array($0.utf8) }
    hostNames = Set(["localhost", hostName, listening.host].map { $0.lowercased() })
  }

  /// What a request shows of who sent it.
  package struct Request: Sendable {
    package var method: HTTPRequest.Method
    package var path: String
    /// `HOST` or `HOST:PORT`.
    package var host: String?
    package var authorization: String?
    package var origin: String?
    /// `Sec-Fetch-Site`: what a browser says of the page that sent it.
    package var fetchSite: String?

    package init(
      method: HTTPRequest.Method, path: String, host: String?, authorization: String? = nil,
      origin: String? = nil, fetchSite: String? = nil
    ) {
      self.method = method
      self.path = path
      self.host = host
      self.authorization = authorization
      self.origin = origin
      self.fetchSite = fetchSite
    }
  }

  /// Throws what to answer to a request that is turned away.
  package func check(_ request: Request) throws(WebError) {
    guard let host = request.host, !host.isEmpty else {
      throw .wrongRequest("the request has no Host header")
    }
    // For probes of orchestrators, which know no password and may call by any name; they tell nothing.
    if request.path == "/healthz" || request.path == "/readyz" { return }
    if let password {
      guard let shown = Self.password(in: request.authorization),
        Self.areEqual(shown, password)
      else { throw .noPassword }
    } else if !isOwn(host) {
      throw .otherHost(host)
    }
    guard request.method != .get, request.method != .head else { return }
    if let site = request.fetchSite, site != "same-origin", site != "none" { throw .otherOrigin }
    if let origin = request.origin {
      guard let scheme = origin.range(of: "://"),
        origin[scheme.upperBound...].lowercased() == host.lowercased()
      else { throw .otherOrigin }
    }
  }

  /// Whether it names this host. A page that another site rebound to this address has a name in it, never an address.
  private func isOwn(_ host: String) -> Bool {
    let name = Self.withoutPort(host)
    if name.hasPrefix("[") { return name.hasSuffix("]") }
    let numbers = name.split(separator: ".", omittingEmptySubsequences: false)
    if numbers.count == 4, numbers.allSatisfy({ UInt8($0) != nil }) { return true }
    return hostNames.contains(name.lowercased())
  }

  private static func withoutPort(_ host: String) -> String {
    guard let colon = host.lastIndex(of: ":"),
      host[host.index(after: colon)...].allSatisfy(\.isWholeNumber)
    else { return host }
    return String(host[..<colon])
  }

  /// Of `Basic`, whatever the user's name.
  private static func password(in authorization: String?) -> [UInt8]? {
    guard let authorization, authorization.count < 4096 else { return nil }
    let parts = authorization.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "basic",
      let bytes = Data(base64Encoded: String(parts[1])),
      let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
    else { return nil }
    return Array(bytes[bytes.index(after: colon)...])
  }

  /// In a time that tells nothing but the length of what was shown.
  private static func areEqual(_ shown: [UInt8], _ expected: [UInt8]) -> Bool {
    var difference: UInt8 = shown.count == expected.count ? 0 : 1
    for index in shown.indices {
      difference |= shown[index] ^ expected[index % max(1, expected.count)]
    }
    return difference == 0
  }
}
