import Foundation
import Testing
import Web
import Wire

@Suite struct AccessRulesTests {
  private let open = AccessRules(
    listening: HostPort(host: "127.0.0.1", port: 8080), hostName: "node-1", password: nil)
  private let closed = AccessRules(
    listening: HostPort(host: "0.0.0.0", port: 8080), hostName: "node-1",
    password: "a secret of many letters")

  private func get(_ host: String?, _ path: String = "/", authorization: String? = nil)
    -> AccessRules.Request
  {
    AccessRules.Request(method: .get, path: path, host: host, authorization: authorization)
  }

  @Test(arguments: [
    "127.0.0.1:8080", "127.0.0.1", "localhost:8080", "LOCALHOST", "[::1]:8080", "[::1]",
    "node-1:8080",
    "10.0.0.7:99",
  ]) func ownNamesAreAnswered(host: String) throws {
    try open.check(get(host))
  }

  /// A page of another site that has bound its name to this address asks under that name.
  @Test(arguments: [
    "evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example:8080",
    "node-1.evil", "256.0.0.1", "[::1].evil",
  ]) func otherNamesAreNot(host: String) throws {
    #expect(throws: WebError.otherHost(host)) { try open.check(get(host)) }
  }

  @Test func withoutANameNothingIsAnswered() throws {
    #expect(throws: WebError.self) { try open.check(get(nil)) }
    #expect(throws: WebError.self) { try open.check(get("")) }
  }

  @Test func thePasswordOpensWhateverTheUserIsCalled() throws {
    for user in ["", "me", "über"] {
      let shown = Data("\(user):a secret of many letters".utf8).base64EncodedString()
      try closed.check(get("roost.example", authorization: "Basic \(shown)"))
      try closed.check(get("roost.example", authorization: "basic \(shown)"))
    }
  }

  @Test(
    arguments: [
      nil, "", "Basic", "Basic !!!", "Bearer abc",
      "Basic " + Data("me:a secret of many letter".utf8).base64EncodedString(),
      "Basic " + Data("me:a secret of many letters!".utf8).base64EncodedString(),
      "Basic " + Data("a secret of many letters".utf8).base64EncodedString(),
      "Basic " + Data(":".utf8).base64EncodedString(),
    ] as [String?]) func anythingElseDoesNot(authorization: String?) throws
  {
    #expect(throws: WebError.noPassword) {
      try closed.check(get("127.0.0.1", authorization: authorization))
    }
    #expect(throws: WebError.noPassword) {
      try closed.check(get("127.0.0.1", "/metrics", authorization: authorization))
    }
  }

  @Test func probesNeedNoPassword() throws {
    try closed.check(get("10.1.2.3:8080", "/healthz"))
    try open.check(get("pod.cluster.internal", "/readyz"))
  }

  private func post(origin: String? = nil, fetchSite: String? = nil) -> AccessRules.Request {
    AccessRules.Request(
      method: .post, path: "/jobs/1/cancel", host: "localhost:8080", origin: origin,
      fetchSite: fetchSite)
  }

  @Test func formsOfThesePagesAndCommandsMayChangeThings() throws {
    try open.check(post())
    try open.check(post(origin: "http://localhost:8080", fetchSite: "same-origin"))
    try open.check(post(origin: "https://LOCALHOST:8080", fetchSite: "none"))
  }

  @Test(
    arguments: [
      ("http://evil.example", nil), ("http://localhost:9999", nil), ("null", nil),
      (nil, "cross-site"),
      (nil, "same-site"), ("http://localhost:8080", "cross-site"),
    ] as [(String?, String?)]) func formsOfOtherSitesMayNot(origin: String?, fetchSite: String?)
    throws
  {
    #expect(throws: WebError.otherOrigin) {
      try open.check(post(origin: origin, fetchSite: fetchSite))
    }
  }
}
