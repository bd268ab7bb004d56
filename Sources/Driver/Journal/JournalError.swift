/// Why a driver cannot use its journal.
package enum JournalError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Another driver uses it.
  case inUse(folder: String)
  case cannotOpen(folder: String, reason: String)
  case unreadable(path: String, reason: String)
  case cannotWrite(path: String, reason: String)

  package var description: String {
    switch self {
    case .inUse(let folder):
      "another driver uses the state folder \(folder): stop it, or say another --state-dir"
    case .cannotOpen(let folder, let reason):
      "cannot use the state folder \(folder): \(reason)"
    case .unreadable(let path, let reason):
      "the journal \(path) cannot be read: \(reason). Move it away to start without what it knows"
    case .cannotWrite(let path, let reason):
      "cannot write the driver's journal \(path): \(reason)"
    }
  }
}
