import COpenSSL

/// SHA-256 of bytes that come in pieces. Belongs to one thread.
package final class ContentDigest {
  private let context: OpaquePointer

  package init() {
    guard let context = EVP_MD_CTX_new() else {
      preconditionFailure("SHA-256 fails only without memory")
    }
    self.context = context
    let begun = EVP_DigestInit_ex(context, EVP_sha256(), nil)
    precondition(begun == 1, "SHA-256 fails only without memory")
  }

  deinit { EVP_MD_CTX_free(context) }

  package func append(_ bytes: UnsafeRawBufferPointer) {
    EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  /// 64 hexadecimal digits in lower case. To be called once, after the last bytes.
  package func finish() -> String {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    EVP_DigestFinal_ex(context, &digest, &count)
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest[..<Int(count)].flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
      as: UTF8.self)
  }
}

extension ContentDigest {
  package static func of(_ text: String) -> String {
    let digest = ContentDigest()
    var text = text
    text.withUTF8 { digest.append(UnsafeRawBufferPointer($0)) }
    return digest.finish()
  }
}
