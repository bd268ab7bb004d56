import COpenSSL
import Foundation

/// A secret that all processes of a cluster know. It is in no description, log or error.
package struct SharedSecret: Sendable, CustomStringConvertible, CustomReflectable {
  /// Who listens to a handshake can try secrets at leisure: what a person can remember is not enough.
  static let leastByteCount = 16

  private let bytes: [UInt8]

  /// Spaces and newlines around the secret are not part of it. `source` names it in errors: a file or a variable.
  package init(text: String, source: String) throws(SecurityError) {
    // What is no UTF-8 was decoded to this: of random bytes, which differ, little is left that does.
    guard !text.unicodeScalars.contains("\u{FFFD}") else { throw .secretNotText(source: source) }
    let bytes = Array(text.trimmingCharacters(in: .whitespacesAndNewlines).utf8)
    guard bytes.count >= Self.leastByteCount else {
      throw .secretTooShort(source: source, byteCount: bytes.count)
    }
    self.bytes = bytes
  }

  /// Reads a file that only its owner may read.
  package init(file path: String) throws(SecurityError) {
    try self.init(
      text: String(decoding: PrivateFile.readPrivate(path), as: UTF8.self), source: path)
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// 256 bits that nobody can guess.
  package static func random() -> SharedSecret {
    let digits = randomBytes(count: 32).map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0\(text)" : text
    }
    return SharedSecret(bytes: Array(digits.joined().utf8))
  }

  /// For handing it to a process that shall know it, and for nothing else.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  package var description: String { "(a secret)" }
  package var customMirror: Mirror { Mirror(self, children: []) }

  /// HMAC-SHA256 of a message: 32 bytes that only who knows the secret can tell.
  func authenticationCode(of message: [UInt8]) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    let result = HMAC(
      EVP_sha256(), bytes, Int32(bytes.count), message, message.count, &code, &count)
    precondition(result != nil && count == 32, "HMAC-SHA256 fails only without memory")
    return Array(code[..<32])
  }
}

/// Whether two codes are equal, in a time that does not tell how much of them is.
func areEqualInConstantTime(_ first: [UInt8], _ second: [UInt8]) -> Bool {
  first.count == second.count && CRYPTO_memcmp(first, second, first.count) == 0
}

/// Bytes of the system's generator, which nobody can guess.
func randomBytes(count: Int) -> [UInt8] {
  var generator = SystemRandomNumberGenerator()
  return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}
