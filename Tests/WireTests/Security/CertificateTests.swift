import Foundation
import Testing
import Wire

/// Making certificates, and what is said of those that cannot be used.
@Suite struct CertificateTests {
  private let fixture: CertificateFixture

  init() throws { fixture = try CertificateFixture() }

  private func identityError(_ name: String, trusting authority: String? = nil) -> SecurityError? {
    do {
      _ = try fixture.identity(name, trusting: authority)
      return nil
    } catch {
      return error as? SecurityError
    }
  }

  private func mode(_ file: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: fixture.folder.path(file))
    return (attributes[.posixPermissions] as? Int ?? 0) & 0o077
  }

  @Test func keysAreForTheirOwnerAlone() throws {
    try fixture.make("host")
    #expect(try mode("ca-key.pem") == 0)
    #expect(try mode("host-key.pem") == 0)
    #expect(identityError("host") == nil)
    let key = fixture.folder.path("host-key.pem")
    #expect(chmod(key, 0o640) == 0)
    #expect(identityError("host") == .openToOthers(path: key, mode: 0o640))
  }

  @Test func anAuthorityIsUsedAgainAndNeverReplaced() throws {
    let before = try String(contentsOfFile: fixture.authorityFile, encoding: .utf8)
    let again = try CertificateFolder(path: fixture.folder.path(""))
    let (authority, isNew) = try again.authority()
    #expect(!isNew)
    #expect(try String(contentsOfFile: fixture.authorityFile, encoding: .utf8) == before)
    try fixture.folder.write(
      authority.issue(to: .host([CertificateName("10.0.0.7")]), days: 2), as: "further")
    #expect(identityError("further") == nil)
    #expect(throws: CertificateError.exists(path: fixture.folder.path("further.pem"))) {
      try fixture.folder.requireFree(forHost: "further")
    }
    #expect(throws: CertificateError.exists(path: fixture.folder.path("further-key.pem"))) {
      try fixture.folder.write(authority.issue(to: .client, days: 2), as: "further")
    }
    #expect(identityError("further") == nil)
  }

  /// What is handed to clients must not open the doors of hosts.
  @Test(arguments: ["ca", "client"])
  func noHostTakesTheNameOfTheAuthorityOrOfClients(name: String) {
    #expect(throws: CertificateError.reservedName(name)) {
      try fixture.folder.requireFree(forHost: name)
    }
  }

  @Test func halfAnAuthorityIsNotReplaced() throws {
    try FileManager.default.removeItem(atPath: fixture.folder.path("ca-key.pem"))
    #expect(
      throws: CertificateError.incompleteAuthority(
        present: fixture.authorityFile, missing: fixture.folder.path("ca-key.pem"))
    ) { try fixture.folder.authority() }
  }

  @Test func aCertificateOutsideOfItsTimeIsNamed() throws {
    let now = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))
    try fixture.make("old", days: 2, from: now.addingTimeInterval(-3 * 86_400))
    try fixture.make("young", days: 2, from: now.addingTimeInterval(3600))
    #expect(
      identityError("old")
        == .expired(path: fixture.folder.path("old.pem"), at: now.addingTimeInterval(-86_400)))
    #expect(
      identityError("young")
        == .notYetValid(path: fixture.folder.path("young.pem"), from: now.addingTimeInterval(3600)))
  }

  @Test func whatDoesNotBelongTogetherIsNamed() throws {
    try fixture.make("one")
    try fixture.make("two")
    let folder = fixture.folder
    #expect(
      throws: SecurityError.keyOfAnotherCertificate(
        key: folder.path("two-key.pem"), certificate: folder.path("one.pem"))
    ) {
      try TLSIdentity(
        authorityFile: fixture.authorityFile, certificateFile: folder.path("one.pem"),
        keyFile: folder.path("two-key.pem"))
    }
    let other = try CertificateFixture()
    #expect(
      identityError("one", trusting: other.authorityFile)
        == .certificateOfAnotherAuthority(
          certificate: folder.path("one.pem"), authority: other.authorityFile))
  }

  @Test func filesThatAreNoneAreNamed() throws {
    try fixture.make("host")
    let folder = fixture.folder
    let empty = folder.path("empty")
    try Data("nothing of that kind\n".utf8).write(to: URL(fileURLWithPath: empty))
    #expect(chmod(empty, 0o600) == 0)
    func error(_ authority: String, _ certificate: String, _ key: String) -> SecurityError? {
      do {
        _ = try TLSIdentity(authorityFile: authority, certificateFile: certificate, keyFile: key)
        return nil
      } catch {
        return error
      }
    }
    let (certificate, key) = (folder.path("host.pem"), folder.path("host-key.pem"))
    #expect(error(empty, certificate, key) == .noCertificate(path: empty))
    #expect(error(fixture.authorityFile, empty, key) == .noCertificate(path: empty))
    #expect(error(fixture.authorityFile, certificate, empty) == .noPrivateKey(path: empty))
    let absent = folder.path("absent")
    #expect(
      error(absent, certificate, key)
        == .unreadable(path: absent, reason: "No such file or directory"))
    #expect(
      error(folder.path(""), certificate, key)
        == .unreadable(path: folder.path(""), reason: "it is not a file"))
  }

  @Test func namesAreHostsAndAddresses() throws {
    #expect(try CertificateName("node-1.example.com") == .host("node-1.example.com"))
    #expect(try CertificateName("10.0.0.1") == .address("10.0.0.1"))
    #expect(try CertificateName("fe80::1") == .address("fe80::1"))
    for wrong in [
      "", "a b", "10.0.0.256", "-a", "a..b", "a,DNS:b", "*.example.com", "ä",
      String(repeating: "a", count: 64), "1:2",
    ] {
      #expect(throws: CertificateError.notAName(wrong)) { try CertificateName(wrong) }
    }
  }

  @Test(arguments: [0, -1, 36_501, Int.max])
  func daysHaveLimits(days: Int) {
    #expect(throws: CertificateError.wrongDays(days)) {
      try fixture.authority.issue(to: .client, days: days)
    }
  }
}
