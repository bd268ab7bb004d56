/// Certificates cannot be made.
package enum CertificateError: Error, Hashable, Sendable, CustomStringConvertible {
  case cannotWrite(path: String, reason: String)
  case exists(path: String)
  case notAName(String)
  /// Files of that name belong to the authority or to clients.
  case reservedName(String)
  case wrongDays(Int)
  /// The folder has only one of an authority's two files.
  case incompleteAuthority(present: String, missing: String)
  case unusableAuthority(SecurityError)
  /// OpenSSL could not do what it always can.
  case failed(step: String)

  package var description: String {
    switch self {
    case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
    case .exists(let path):
      "\(path) exists and is not overwritten: to make a new one remove it and what belongs to it first"
    case .notAName(let text): "'\(text)' is neither the name of a host nor an IP address"
    case .reservedName(let name):
      "'\(name)' cannot be the first name of a host, since \(name).pem is the file of another: "
        + "put another name or address of the host first"
    case .wrongDays(let days): "--days is \(days); it must be 1 to \(CertificateAuthority.mostDays)"
    case .incompleteAuthority(let present, let missing):
      "\(present) is there without \(missing): put it back, or remove \(present) to make a new CA"
    case .unusableAuthority(let error): "\(error)"
    case .failed(let step): "OpenSSL cannot \(step)"
    }
  }
}
