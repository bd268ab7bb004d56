import COpenSSL
import Foundation

/// A private key of OpenSSL, freed with the value.
final class KeyHandle {
  fileprivate let pointer: OpaquePointer

  private init(_ pointer: OpaquePointer) { self.pointer = pointer }

  deinit { EVP_PKEY_free(pointer) }

  static func make() throws(CertificateError) -> KeyHandle {
    guard let pointer = roost_ec_gen("P-256") else { throw .failed(step: "make a key") }
    return KeyHandle(pointer)
  }

  /// Nil when the bytes are not a key without a password.
  convenience init?(pem: [UInt8]) {
    // Without this OpenSSL would ask for the password on the terminal.
    let none:
      @convention(c) (
        UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?
      ) -> Int32 = { _, _, _, _ in -1 }
    let pointer = withMemory(of: pem) { PEM_read_bio_PrivateKey($0, nil, none, nil) }
    guard let pointer else { return nil }
    self.init(pointer)
  }

  func pem() throws(CertificateError) -> String {
    let text = writtenToMemory { PEM_write_bio_PKCS8PrivateKey($0, pointer, nil, nil, 0, nil, nil) }
    guard let text else { throw .failed(step: "write a key") }
    return text
  }
}

/// A certificate of OpenSSL, freed with the value.
final class CertificateHandle {
  private let pointer: OpaquePointer

  private init(_ pointer: OpaquePointer) { self.pointer = pointer }

  deinit { X509_free(pointer) }

  /// Nil when the bytes begin with no certificate.
  convenience init?(pem: [UInt8]) {
    guard let pointer = withMemory(of: pem, { PEM_read_bio_X509($0, nil, nil, nil) }) else {
      return nil
    }
    self.init(pointer)
  }

  /// A certificate that is not signed yet.
  static func make(
    commonName: String, key: KeyHandle, start: Date, days: Int
  ) throws(CertificateError) -> CertificateHandle {
    guard let pointer = X509_new() else { throw .failed(step: "make a certificate") }
    let certificate = CertificateHandle(pointer)
    // A common name has at most 64 characters; the names that count are the alternative ones.
    let name = Array(commonName.utf8.prefix(64))
    let seconds = Int(start.timeIntervalSince1970)
    guard X509_set_version(pointer, Int(X509_VERSION_3)) == 1, certificate.setSerialNumber(),
      ASN1_TIME_set(X509_getm_notBefore(pointer), seconds) != nil,
      ASN1_TIME_set(X509_getm_notAfter(pointer), seconds + days * 86_400) != nil,
      X509_set_pubkey(pointer, key.pointer) == 1,
      X509_NAME_add_entry_by_NID(
        X509_get_subject_name(pointer), NID_commonName, MBSTRING_UTF8,
        name, Int32(name.count), -1, 0) == 1
    else { throw .failed(step: "make a certificate") }
    return certificate
  }

  /// 127 bits by chance: two certificates of an authority must not have the same.
  private func setSerialNumber() -> Bool {
    var bytes = randomBytes(count: 16)
    bytes[0] &= 0x7f
    guard let number = BN_bin2bn(bytes, Int32(bytes.count), nil) else { return false }
    defer { BN_free(number) }
    return BN_to_ASN1_INTEGER(number, X509_get_serialNumber(pointer)) != nil
  }

  /// Adds an extension in OpenSSL's words.
  func add(
    _ kind: Int32, _ value: String, signedBy issuer: CertificateHandle
  ) throws(CertificateError) {
    var context = X509V3_CTX()
    X509V3_set_ctx(&context, issuer.pointer, pointer, nil, nil, 0)
    guard let added = X509V3_EXT_conf_nid(nil, &context, kind, value) else {
      throw .failed(step: "make the extension '\(value)'")
    }
    defer { X509_EXTENSION_free(added) }
    guard X509_add_ext(pointer, added, -1) == 1 else {
      throw .failed(step: "add the extension '\(value)'")
    }
  }

  func issue(by issuer: CertificateHandle, signing key: KeyHandle) throws(CertificateError) {
    guard X509_set_issuer_name(pointer, X509_get_subject_name(issuer.pointer)) == 1,
      X509_sign(pointer, key.pointer, EVP_sha256()) > 0
    else { throw .failed(step: "sign a certificate") }
  }

  func belongs(to key: KeyHandle) -> Bool {
    X509_check_private_key(pointer, key.pointer) == 1
  }

  func pem() throws(CertificateError) -> String {
    guard let text = writtenToMemory({ PEM_write_bio_X509($0, pointer) }) else {
      throw .failed(step: "write a certificate")
    }
    return text
  }
}

private func withMemory<Result>(
  of bytes: [UInt8], _ body: (OpaquePointer) -> Result?
) -> Result? {
  bytes.withUnsafeBytes { memory in
    guard let file = BIO_new_mem_buf(memory.baseAddress, Int32(memory.count)) else { return nil }
    defer { BIO_free(file) }
    return body(file)
  }
}

private func writtenToMemory(_ write: (OpaquePointer) -> Int32) -> String? {
  guard let file = BIO_new(BIO_s_mem()) else { return nil }
  defer { BIO_free(file) }
  var start: UnsafeMutablePointer<CChar>?
  guard write(file) == 1 else { return nil }
  let count = roost_bio_get_mem(file, &start)
  guard let start, count > 0 else { return nil }
  return String(
    decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
}
