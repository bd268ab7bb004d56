import Foundation

/// Certificates, keys or secrets that a process was given cannot be used. Told when it starts.
package enum SecurityError: Error, Hashable, Sendable, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  /// A key or a secret that other users of the host may read or change; `mode` are its permissions.
  case openToOthers(path: String, mode: UInt32)
  case noCertificate(path: String)
  case noPrivateKey(path: String)
  case expired(path: String, at: Date)
  case notYetValid(path: String, from: Date)
  case keyOfAnotherCertificate(key: String, certificate: String)
  case certificateOfAnotherAuthority(certificate: String, authority: String)
  /// What TLS has against them, in its words.
  case refusedByTLS(certificate: String, reason: String)
  /// TLS needs three files, and this one was not given.
  case missingFile(option: String)
  case secretTooShort(source: String, byteCount: Int)
  /// It is not UTF-8.
  case secretNotText(source: String)

  package var description: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .openToOthers(let path, let mode):
      "other users may read \(path) (its mode is \(String(mode, radix: 8))): run 'chmod 600 \(path)'"
    case .noCertificate(let path):
      "\(path) has no certificate in PEM form; 'roost certs' makes certificates"
    case .noPrivateKey(let path):
      "\(path) has no private key in PEM form without a password; 'roost certs' makes keys"
    case .expired(let path, let date):
      "the certificate \(path) has expired on \(dayText(date)): remove it and its key, and make new ones with 'roost certs'"
    case .notYetValid(let path, let date):
      "the certificate \(path) is valid from \(dayText(date)) on; is the clock of this host right?"
    case .keyOfAnotherCertificate(let key, let certificate):
      "the key \(key) does not belong to the certificate \(certificate): give the two that were made together"
    case .certificateOfAnotherAuthority(let certificate, let authority):
      "the certificate \(certificate) was not made by the CA \(authority): give the CA that made it"
    case .refusedByTLS(let certificate, let reason):
      "the certificate \(certificate) cannot be used: \(reason)"
    case .missingFile(let option):
      "TLS needs --tls-ca-file, --tls-cert and --tls-key (or their variables): \(option) is missing"
    case .secretTooShort(let source, let byteCount):
      "the secret of \(source) has \(byteCount) bytes and needs \(SharedSecret.leastByteCount): "
        + "make one with 'openssl rand -hex 32'"
    case .secretNotText(let source):
      "the secret of \(source) is not text: make one with 'openssl rand -hex 32'"
    }
  }
}

/// A point in time as certificates state it, in UTC.
func dayText(_ date: Date) -> String {
  ISO8601DateFormatter().string(from: date)
}
