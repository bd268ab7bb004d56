/// Why a fetch gave no block; the reader says which block that was.
package enum FetchError: Error, Hashable, Sendable, CustomStringConvertible {
  case unreachable(address: String, reason: String)
  case missing(address: String)
  case malformed(address: String, reason: String)

  package var description: String {
    switch self {
    case .unreachable(let address, let reason):
      "the executor at \(address) did not answer: \(reason)"
    case .missing(let address): "the executor at \(address) no longer has it"
    case .malformed(let address, let reason):
      "the executor at \(address) sent what cannot be read: \(reason)"
    }
  }
}
