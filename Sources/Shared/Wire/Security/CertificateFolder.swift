import Foundation

/// A folder with the PEM files of an authority, `ca.pem` and `ca-key.pem`, and of those it made certificates for,
/// `NAME.pem` and `NAME-key.pem`. Files in it are never replaced.
package struct CertificateFolder {
  private static let authorityName = "ca"
  /// Of the certificate of all clients.
  package static let clientName = "client"

  private let root: String

  /// Makes the folder when there is none.
  package init(path: String) throws(CertificateError) {
    root = path
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .cannotWrite(path: path, reason: error.localizedDescription)
    }
  }

  package func path(_ file: String) -> String { "\(root)/\(file)" }

  /// Where the key of the authority is when a certificate is still in the folder in which it was made.
  package static func authorityKey(beside certificate: String) -> String {
    URL(fileURLWithPath: certificate).deletingLastPathComponent()
      .appendingPathComponent("\(authorityName)-key.pem").path
  }

  /// Whether one of a holder's two files is there.
  package func has(_ name: String) -> Bool {
    exists(certificatePath(name)) || exists(keyPath(name))
  }

  /// Throws `exists`, and `reservedName` for those of the authority and of clients: a client that was given a host's
  /// certificate could be an executor and listen.
  package func requireFree(forHost name: String) throws(CertificateError) {
    guard name != Self.authorityName, name != Self.clientName else { throw .reservedName(name) }
    for path in [certificatePath(name), keyPath(name)] where exists(path) {
      throw .exists(path: path)
    }
  }

  /// The authority of the folder; a new one when there is none.
  package func authority() throws(CertificateError) -> (CertificateAuthority, isNew: Bool) {
    let (certificate, key) = (
      certificatePath(Self.authorityName), keyPath(Self.authorityName)
    )
    switch (exists(certificate), exists(key)) {
    case (true, true):
      return (try CertificateAuthority(certificateFile: certificate, keyFile: key), false)
    case (true, false): throw .incompleteAuthority(present: certificate, missing: key)
    case (false, true): throw .incompleteAuthority(present: key, missing: certificate)
    case (false, false):
      let (authority, files) = try CertificateAuthority.make()
      try write(files, as: Self.authorityName)
      return (authority, true)
    }
  }

  /// Writes two new files; the key is for its owner only.
  package func write(
    _ files: CertificateAuthority.Files, as name: String
  ) throws(CertificateError) {
    try PrivateFile.create(keyPath(name), files.key, mode: 0o600)
    try PrivateFile.create(certificatePath(name), files.certificate, mode: 0o644)
  }

  private func certificatePath(_ name: String) -> String { path("\(name).pem") }
  private func keyPath(_ name: String) -> String { path("\(name)-key.pem") }
  private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
