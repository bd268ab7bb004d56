import Foundation
import NIOSSL

/// Why two sides could not agree on TLS.
package enum TLSFailure: Hashable, Sendable, CustomStringConvertible {
  case otherSideSpeaksNoTLS
  case otherSideWantsTLS
  case otherCertificateExpired(at: Date)
  case otherCertificateNotYetValid(from: Date)
  case otherCertificateNotAccepted
  case otherShowsNoCertificate
  /// The certificate is not for the host that was called.
  case nameMismatch(called: String)
  /// What the other side says of ours.
  case ownCertificateExpired
  case ownCertificateNotAccepted
  case certificateOfAClient
  case hungUp
  /// What TLS says of it.
  case failed(String)

  package var description: String {
    switch self {
    case .otherSideSpeaksNoTLS:
      "the other side speaks no TLS: start it with --tls-ca-file, --tls-cert and --tls-key, or leave them out here"
    case .otherSideWantsTLS:
      "the other side wants TLS: give --tls-ca-file, --tls-cert and --tls-key"
    case .otherCertificateExpired(let date):
      "the other side's certificate has expired on \(dayText(date)): give it a new one of 'roost certs'"
    case .otherCertificateNotYetValid(let date):
      "the other side's certificate is valid from \(dayText(date)) on: is the clock of this host right?"
    case .otherCertificateNotAccepted:
      "the other side's certificate is not of the CA in --tls-ca-file, or it is a client's: "
        + "all of a cluster need certificates of one CA, and what listens one for hosts ('roost certs --host')"
    case .otherShowsNoCertificate:
      "the other side shows no certificate: it needs --tls-cert and --tls-key"
    case .nameMismatch(let called):
      "the certificate of what listens there is not for '\(called)': "
        + "call it by a name of its certificate, or make one with 'roost certs --host \(called)'"
    case .ownCertificateExpired:
      "the other side says that our certificate (--tls-cert) has expired: make a new one with 'roost certs'"
    case .ownCertificateNotAccepted:
      "the other side does not accept our certificate (--tls-cert): both need certificates of one CA, that of its --tls-ca-file"
    case .certificateOfAClient:
      "a certificate for clients cannot be an executor's: make one with 'roost certs --host'"
    case .hungUp: "the other side hung up in the midst of the TLS handshake"
    case .failed(let reason): "TLS failed: \(reason)"
    }
  }

  /// Whether trying again with the same peer gives the same.
  var isFinal: Bool {
    switch self {
    case .hungUp, .failed: false
    default: true
    }
  }
}

extension TLSFailure {
  /// Nil when the error is none of TLS. `certificate`: the other side's, when it has shown one; `called`: the name or
  /// address that was called, nil when the other side has called.
  init?(_ error: any Error, certificate: NIOSSLCertificate?, called: String?) {
    switch error {
    case let error as NIOSSLExtraError:
      self =
        error == .failedToValidateHostname || error == .serverHostnameImpossibleToMatch
        ? .nameMismatch(called: called ?? "") : .failed("\(error)")
    case NIOSSLError.handshakeFailed(let error), let error as BoringSSLError:
      self.init(error, certificate: certificate)
    case NIOSSLError.uncleanShutdown: self = .hungUp
    case let error as NIOSSLError: self = .failed("\(error)")
    default: return nil
    }
  }

  private init(_ error: BoringSSLError, certificate: NIOSSLCertificate?) {
    guard case .sslError(let stack) = error else {
      self = .failed("\(error)")
      return
    }
    // The library tells its reasons by their names alone.
    let text = stack.map(\.description).joined(separator: "; ")
    let found = Self.reasons.first { text.contains($0.name) }
    switch found?.failure {
    case .otherCertificateNotAccepted: self = Self.whatIsWrong(with: certificate)
    case let failure?: self = failure
    case nil: self = stack == [.eofDuringHandshake] ? .hungUp : .failed(text)
    }
  }

  /// Alerts are what the other side says of us.
  private static let reasons: [(name: String, failure: TLSFailure)] = [
    ("WRONG_VERSION_NUMBER", .otherSideSpeaksNoTLS),
    ("HTTP_REQUEST", .otherSideSpeaksNoTLS),
    ("PEER_DID_NOT_RETURN_A_CERTIFICATE", .otherShowsNoCertificate),
    ("CERTIFICATE_VERIFY_FAILED", .otherCertificateNotAccepted),
    ("ALERT_CERTIFICATE_EXPIRED", .ownCertificateExpired),
    ("ALERT_UNKNOWN_CA", .ownCertificateNotAccepted),
    ("ALERT_BAD_CERTIFICATE", .ownCertificateNotAccepted),
    ("ALERT_UNSUPPORTED_CERTIFICATE", .ownCertificateNotAccepted),
    ("ALERT_CERTIFICATE_UNKNOWN", .ownCertificateNotAccepted),
    ("ALERT_DECRYPT_ERROR", .ownCertificateNotAccepted),
  ]

  private static func whatIsWrong(with certificate: NIOSSLCertificate?) -> TLSFailure {
    let now = Date()
    guard let certificate else { return .otherCertificateNotAccepted }
    if certificate.end <= now { return .otherCertificateExpired(at: certificate.end) }
    if certificate.start > now { return .otherCertificateNotYetValid(from: certificate.start) }
    return .otherCertificateNotAccepted
  }
}
