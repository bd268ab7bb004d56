import Foundation
import NIOPosix
import Testing
import Wire

/// Who may talk to whom when certificates decide.
@Suite struct TLSTests {
  private let ours: CertificateFixture
  private let host: ConnectionSecurity

  init() throws {
    ours = try CertificateFixture()
    host = try ours.security("host")
  }

  @Test func twoOfOneAuthorityTalk() throws {
    let client = try ours.security("client", for: .client)
    let text = String(repeating: "x", count: 3_000_000)
    for caller in [host, client] {
      #expect(try Meeting(caller: caller, listener: host).echo(text) == text)
    }
    #expect(try Meeting(caller: host, listener: host, role: .executor).echo("hi") == "hi")
  }

  @Test func certificatesAndASecretGoTogether() throws {
    var (caller, listener) = (host, host)
    caller.secret = try SharedSecret(text: "a secret of some length", source: "test")
    listener.secret = caller.secret
    #expect(try Meeting(caller: caller, listener: listener).echo("hi") == "hi")
    listener.secret = .random()
    #expect(refusal(of: Meeting(caller: caller, listener: listener)).contains("different secrets"))
  }

  @Test func anotherAuthorityIsNotAccepted() throws {
    let others = try CertificateFixture()
    let stranger = try others.security("host")
    #expect(
      Meeting(caller: stranger, listener: host).failure() == .tls(.otherCertificateNotAccepted))
    // A caller that accepts ours is still a stranger.
    let both = ours.folder.path("both.pem")
    try
      (String(contentsOfFile: ours.authorityFile, encoding: .utf8)
      + String(contentsOfFile: others.authorityFile, encoding: .utf8))
      .write(toFile: both, atomically: true, encoding: .utf8)
    let open = ConnectionSecurity(tls: try others.identity("host", trusting: both))
    #expect(Meeting(caller: open, listener: host).failure() == .tls(.ownCertificateNotAccepted))
  }

  @Test func aPlainCallerLearnsThatTLSIsWanted() {
    let meeting = Meeting(caller: .unprotected, listener: host)
    #expect(meeting.failure() == .tls(.otherSideWantsTLS))
  }

  @Test func aCallerWithTLSLearnsThatTheOtherSideHasNone() {
    let meeting = Meeting(caller: host, listener: .unprotected)
    #expect(meeting.failure() == .tls(.otherSideSpeaksNoTLS))
  }

  @Test(arguments: ["localhost", "127.0.0.1"])
  func aNameThatIsNotInTheCertificateIsNotAccepted(called: String) throws {
    let elsewhere = try ours.security(
      "elsewhere", for: .host([CertificateName("10.1.2.3"), CertificateName("node-1")]))
    #expect(
      Meeting(caller: host, listener: elsewhere, host: called).failure()
        == .tls(.nameMismatch(called: called)))
    let here = try ours.security("here", for: .host([CertificateName(called)]))
    #expect(Meeting(caller: host, listener: here, host: called).failure() == nil)
  }

  @Test func aClientIsNoExecutorAndNoDriver() throws {
    let client = try ours.security("client", for: .client)
    let executor = Meeting(caller: client, listener: host, role: .executor)
    #expect(refusal(of: executor).contains("cannot be an executor's"))
    #expect(
      Meeting(caller: host, listener: client).failure() == .tls(.otherCertificateNotAccepted))
  }

  @Test func aCertificateThatExpiresWhileItIsUsedIsNotAccepted() throws {
    // Both were good when they were read.
    let end = Date(timeIntervalSinceNow: 1.5)
    try ours.make("brief", days: 1, from: end.addingTimeInterval(-86_400))
    let brief = ConnectionSecurity(tls: try ours.identity("brief"))
    while Date() < end.addingTimeInterval(1) { usleep(50_000) }
    let called = Meeting(caller: host, listener: brief).failure()
    guard case .tls(.otherCertificateExpired(let date))? = called else {
      Issue.record("\(String(describing: called))")
      return
    }
    #expect(abs(date.timeIntervalSince(end)) <= 1)
    #expect(Meeting(caller: brief, listener: host).failure() == .tls(.ownCertificateExpired))
  }

  private func refusal(of meeting: Meeting) -> String {
    guard case .refused(let reason)? = meeting.failure() else { return "" }
    return reason
  }
}
