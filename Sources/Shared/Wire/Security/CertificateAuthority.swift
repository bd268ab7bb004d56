import COpenSSL
import Foundation

/// The authority of a cluster: who has a certificate that it signed belongs to the cluster. Keys are on the curve P-256.
/// Belongs to one thread.
package final class CertificateAuthority {
  package static let mostDays = 36_500

  /// What a certificate is for.
  package enum Holder: Hashable, Sendable {
    /// A host where a driver or executors listen under these names, and may call.
    case host([CertificateName])
    /// Whoever may talk to the driver.
    case client
  }

  /// PEM files as text.
  package struct Files: Sendable {
    package var certificate: String
    /// For the eyes of its owner only.
    package var key: String
  }

  /// An authority lasts as long as the cluster does: to replace it is to replace all certificates at once.
  private static let ownDays = 36_500 / 2

  private let certificate: CertificateHandle
  private let key: KeyHandle

  private init(certificate: CertificateHandle, key: KeyHandle) {
    self.certificate = certificate
    self.key = key
  }

  /// A new authority.
  package static func make() throws(CertificateError) -> (CertificateAuthority, Files) {
    let key = try KeyHandle.make()
    let certificate = try CertificateHandle.make(
      commonName: "Roost cluster CA", key: key, start: Date(timeIntervalSinceNow: -3600),
      days: ownDays)
    try certificate.add(NID_basic_constraints, "critical,CA:TRUE,pathlen:0", signedBy: certificate)
    try certificate.add(NID_key_usage, "critical,keyCertSign,cRLSign", signedBy: certificate)
    try certificate.add(NID_subject_key_identifier, "hash", signedBy: certificate)
    try certificate.issue(by: certificate, signing: key)
    return (
      CertificateAuthority(certificate: certificate, key: key),
      Files(certificate: try certificate.pem(), key: try key.pem())
    )
  }

  /// An authority that was made before.
  package init(certificateFile: String, keyFile: String) throws(CertificateError) {
    let (certificateBytes, keyBytes): ([UInt8], [UInt8])
    do throws(SecurityError) {
      certificateBytes = try PrivateFile.readPublic(certificateFile)
      keyBytes = try PrivateFile.readPrivate(keyFile)
    } catch {
      throw .unusableAuthority(error)
    }
    guard let certificate = CertificateHandle(pem: certificateBytes) else {
      throw .unusableAuthority(.noCertificate(path: certificateFile))
    }
    guard let key = KeyHandle(pem: keyBytes) else {
      throw .unusableAuthority(.noPrivateKey(path: keyFile))
    }
    guard certificate.belongs(to: key) else {
      throw .unusableAuthority(
        .keyOfAnotherCertificate(key: keyFile, certificate: certificateFile))
    }
    self.certificate = certificate
    self.key = key
  }

  /// A certificate with a new key for `days`, 1 to `mostDays`, from `start`: a little before now, since the clocks of hosts
  /// differ.
  package func issue(
    to holder: Holder, days: Int, from start: Date = Date(timeIntervalSinceNow: -3600)
  ) throws(CertificateError) -> Files {
    guard (1...Self.mostDays).contains(days) else { throw .wrongDays(days) }
    let key = try KeyHandle.make()
    let issued: CertificateHandle
    switch holder {
    case .host(let names):
      issued = try CertificateHandle.make(
        commonName: names.first?.text ?? "host", key: key, start: start, days: days)
      let list = names.map(\.alternativeName).joined(separator: ",")
      try issued.add(NID_subject_alt_name, list, signedBy: certificate)
      // An executor listens, and calls the driver and other executors.
      try issued.add(NID_ext_key_usage, "serverAuth,clientAuth", signedBy: certificate)
    case .client:
      issued = try CertificateHandle.make(commonName: "client", key: key, start: start, days: days)
      try issued.add(NID_ext_key_usage, "clientAuth", signedBy: certificate)
    }
    try issued.add(NID_basic_constraints, "critical,CA:FALSE", signedBy: certificate)
    try issued.add(NID_key_usage, "critical,digitalSignature", signedBy: certificate)
    try issued.add(NID_authority_key_identifier, "keyid", signedBy: certificate)
    try issued.issue(by: certificate, signing: self.key)
    return Files(certificate: try issued.pem(), key: try key.pem())
  }
}
