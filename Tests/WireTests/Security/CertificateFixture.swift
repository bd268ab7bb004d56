import Foundation
import Wire

/// A folder with an authority, which goes away with the value.
final class CertificateFixture {
  let folder: CertificateFolder
  let authority: CertificateAuthority
  private let root: String

  init() throws {
    root =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("roost-certificates-\(UUID().uuidString)").path
    folder = try CertificateFolder(path: root)
    authority = try folder.authority().0
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  var authorityFile: String { folder.path("ca.pem") }

  /// Makes a certificate for 127.0.0.1 and its files, `NAME.pem` and `NAME-key.pem`.
  func make(
    _ name: String, for holder: CertificateAuthority.Holder? = nil, days: Int = 1,
    from start: Date = Date(timeIntervalSinceNow: -60)
  ) throws {
    let holder = try holder ?? .host([CertificateName("127.0.0.1")])
    try folder.write(authority.issue(to: holder, days: days, from: start), as: name)
  }

  /// The files of a name, with an authority that may be another one.
  func identity(_ name: String, trusting authorityFile: String? = nil) throws -> TLSIdentity {
    try TLSIdentity(
      authorityFile: authorityFile ?? self.authorityFile,
      certificateFile: folder.path("\(name).pem"), keyFile: folder.path("\(name)-key.pem"))
  }

  /// Makes a certificate and shows it.
  func security(
    _ name: String, for holder: CertificateAuthority.Holder? = nil
  ) throws -> ConnectionSecurity {
    try make(name, for: holder)
    return ConnectionSecurity(tls: try identity(name))
  }
}
