import Foundation
import NIOSSL

/// What a process shows of itself in TLS, and the authority whose certificates it accepts of others.
package struct TLSIdentity: Sendable {
  /// For those who call this process, and for those it calls.
  let listening: NIOSSLContext
  let connecting: NIOSSLContext
  /// When the own certificate is no longer valid.
  package let expiry: Date

  /// Reads PEM files: certificates of authorities, a certificate with those between it and the authority, its key without
  /// a password, which only its owner may read.
  package init(
    authorityFile: String, certificateFile: String, keyFile: String
  ) throws(SecurityError) {
    let authorities = try Self.certificates(of: authorityFile)
    let chain = try Self.certificates(of: certificateFile)
    expiry = chain[0].end
    let keyBytes = try PrivateFile.readPrivate(keyFile)
    let key: NIOSSLPrivateKey
    do {
      key = try NIOSSLPrivateKey(bytes: keyBytes, format: .pem)
    } catch {
      throw .noPrivateKey(path: keyFile)
    }
    try Self.check(chain[0], of: certificateFile, key: key, keyFile: keyFile)
    guard chain[0].isSigned(by: authorities, over: chain[1...]) else {
      throw .certificateOfAnotherAuthority(certificate: certificateFile, authority: authorityFile)
    }
    var server = TLSConfiguration.makeServerConfigurationWithMTLS(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key),
      trustRoots: .certificates(authorities))
    server.minimumTLSVersion = .tlsv13
    var client = TLSConfiguration.makeClientConfiguration()
    client.certificateChain = server.certificateChain
    client.privateKey = server.privateKey
    client.trustRoots = server.trustRoots
    client.minimumTLSVersion = .tlsv13
    do {
      listening = try NIOSSLContext(configuration: server)
      connecting = try NIOSSLContext(configuration: client)
    } catch {
      throw .refusedByTLS(certificate: certificateFile, reason: "\(error)")
    }
  }

  /// At least one.
  private static func certificates(
    of path: String
  ) throws(SecurityError) -> [NIOSSLCertificate] {
    let bytes = try PrivateFile.readPublic(path)
    guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty
    else { throw .noCertificate(path: path) }
    return certificates
  }

  private static func check(
    _ certificate: NIOSSLCertificate, of path: String, key: NIOSSLPrivateKey, keyFile: String
  ) throws(SecurityError) {
    let now = Date()
    guard certificate.end > now else { throw .expired(path: path, at: certificate.end) }
    guard certificate.start <= now else { throw .notYetValid(path: path, from: certificate.start) }
    guard certificate.belongs(to: key) else {
      throw .keyOfAnotherCertificate(key: keyFile, certificate: path)
    }
  }
}

extension NIOSSLCertificate {
  var start: Date { Date(timeIntervalSince1970: TimeInterval(notValidBefore)) }
  var end: Date { Date(timeIntervalSince1970: TimeInterval(notValidAfter)) }
}
