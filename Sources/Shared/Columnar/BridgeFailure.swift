import ArrowBridge

/// What a function of the bridge to Arrow C++ reported, as it came: callers turn it into an error of their own.
package struct BridgeFailure: Error, Equatable {
  package enum Code: Hashable, Sendable {
    case invalid, inputOutput, notFound, outOfMemory, notImplemented, unknown, permission
    case alreadyExists
  }

  package let code: Code
  package let message: String
  /// The line of a text file, counted from 1.
  package let line: Int?
  package let column: String?

  /// Arrow's functions are registered once per process, at the first use of the bridge.
  private static let initialization: BridgeFailure? = BridgeFailure(consuming: roost_initialize())

  /// Runs a function of the bridge and throws what it reports. Safe from any thread.
  package static func check(_ body: () -> roost_status) throws(BridgeFailure) {
    if let initialization { throw initialization }
    if let failure = BridgeFailure(consuming: body()) { throw failure }
  }

  /// Reads and frees a status; nil when it says that all went well.
  private init?(consuming status: roost_status) {
    defer {
      roost_free(status.message)
      roost_free(status.column)
    }
    switch status.code {
    case ROOST_OK: return nil
    case ROOST_INVALID: code = .invalid
    case ROOST_IO_ERROR: code = .inputOutput
    case ROOST_NOT_FOUND: code = .notFound
    case ROOST_OUT_OF_MEMORY: code = .outOfMemory
    case ROOST_NOT_IMPLEMENTED: code = .notImplemented
    case ROOST_PERMISSION: code = .permission
    case ROOST_ALREADY_EXISTS: code = .alreadyExists
    default: code = .unknown
    }
    message = status.message.map { String(cString: $0) } ?? "no message"
    line = status.line > 0 ? Int(exactly: status.line) : nil
    column = status.column.map { String(cString: $0) }
  }
}
