import Foundation
import Wire

/// Certificates for this host in a folder of their own, until they are removed.
struct BenchmarkCertificates {
  let folder: String

  init() throws {
    folder =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("roost-shuffle-\(UUID().uuidString)").path
    let files = try CertificateFolder(path: folder)
    let (authority, _) = try files.authority()
    try files.write(
      authority.issue(to: .host([CertificateName("127.0.0.1")]), days: 1), as: "host")
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  /// That of both processes; none without a folder.
  static func security(of folder: String?) throws -> ConnectionSecurity {
    guard let folder else { return .unprotected }
    return ConnectionSecurity(
      tls: try TLSIdentity(
        authorityFile: "\(folder)/ca.pem", certificateFile: "\(folder)/host.pem",
        keyFile: "\(folder)/host-key.pem"))
  }
}
