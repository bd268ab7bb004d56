import COpenSSL
import NIOSSL

// What NIOSSL does not tell of certificates.

extension NIOSSLCertificate {
  /// Whether it was made for the key.
  func belongs(to key: NIOSSLPrivateKey) -> Bool {
    guard let keyBytes = try? key.derBytes else { return false }
    return withOpenSSL { certificate in
      var position: UnsafePointer<UInt8>?
      return keyBytes.withUnsafeBufferPointer { bytes in
        position = bytes.baseAddress
        guard let key = d2i_AutoPrivateKey(nil, &position, bytes.count) else { return false }
        defer { EVP_PKEY_free(key) }
        return X509_check_private_key(certificate, key) == 1
      }
    } ?? false
  }

  /// Whether a chain of signatures leads from it to one of the authorities. Looks neither at dates nor at names.
  func isSigned(
    by authorities: [NIOSSLCertificate], over intermediates: ArraySlice<NIOSSLCertificate>
  ) -> Bool {
    let candidates = authorities + intermediates
    var current = self
    // Each step takes another certificate: a loop of two that signed each other ends, too.
    for _ in 0...candidates.count {
      if authorities.contains(where: { current.isSigned(by: $0) }) { return true }
      guard let next = intermediates.first(where: { $0 != current && current.isSigned(by: $0) })
      else { return false }
      current = next
    }
    return false
  }

  private func isSigned(by authority: NIOSSLCertificate) -> Bool {
    withOpenSSL { certificate in
      authority.withOpenSSL { authority in
        X509_check_issued(authority, certificate) == X509_V_OK
          && X509_verify(certificate, X509_get0_pubkey(authority)) == 1
      } ?? false
    } ?? false
  }

  /// Whether its holder may listen, as drivers and executors do, and not only call.
  var isForHosts: Bool {
    withOpenSSL { X509_get_extended_key_usage($0) & UInt32(XKU_SSL_SERVER) != 0 } ?? false
  }

  private func withOpenSSL<Result>(_ body: (OpaquePointer) -> Result) -> Result? {
    guard let bytes = try? toDERBytes() else { return nil }
    let certificate = bytes.withUnsafeBufferPointer { bytes in
      var position = bytes.baseAddress
      return d2i_X509(nil, &position, bytes.count)
    }
    guard let certificate else { return nil }
    defer { X509_free(certificate) }
    return body(certificate)
  }
}
