import Foundation

/// A name under which a host is called, as its certificate lists it.
package enum CertificateName: Hashable, Sendable {
  case host(String)
  case address(String)

  /// Throws `notAName`.
  package init(_ text: String) throws(CertificateError) {
    var buffer = in6_addr()
    if inet_pton(AF_INET, text, &buffer) == 1 || inet_pton(AF_INET6, text, &buffer) == 1 {
      self = .address(text)
      return
    }
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    let areLabels = labels.allSatisfy { label in
      (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
        && label.utf8.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
          default: false
          }
        }
    }
    // What ends in a number is a wrong address, no name.
    guard areLabels, text.utf8.count <= 253, labels.last.flatMap({ Int($0) }) == nil else {
      throw .notAName(text)
    }
    self = .host(text)
  }

  package var text: String {
    switch self {
    case .host(let text), .address(let text): text
    }
  }

  /// As OpenSSL wants it in a subjectAltName.
  var alternativeName: String {
    switch self {
    case .host(let text): "DNS:\(text)"
    case .address(let text): "IP:\(text)"
    }
  }
}
