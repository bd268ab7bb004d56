/// A peer broke the rules of the protocol; its connection is closed.
package enum ProtocolError: Error, Hashable, Sendable, CustomStringConvertible {
  case frameTooLong(length: Int, limit: Int)
  case unknownFrameKind(UInt8)
  case malformedMessage(String)
  case versionMismatch(ours: UInt32, theirs: UInt32)
  case unexpectedRole(String)
  /// Another executor than the one that was called; its name, or none.
  case unexpectedExecutor(called: String, found: String)
  case refused(String)
  case noHello
  case connectionClosed
  /// The other side went away before it said hello.
  case closedBeforeHello
  case tls(TLSFailure)
  /// The other side knows a secret and this one none, the other way round, or both know another one.
  case secretNotExpected
  case secretMissing
  case wrongSecret
  case tooManyConnections(limit: Int)
  /// What was to be sent; nothing of it was.
  case messageTooLong(byteCount: Int, limit: Int)

  /// Whether trying again with the same peer gives the same.
  package var isFinal: Bool {
    switch self {
    case .versionMismatch, .unexpectedRole, .unexpectedExecutor, .refused, .secretNotExpected,
      .secretMissing,
      .wrongSecret, .messageTooLong:
      true
    case .tls(let failure): failure.isFinal
    case .frameTooLong, .unknownFrameKind, .malformedMessage, .noHello, .connectionClosed,
      .closedBeforeHello, .tooManyConnections:
      false
    }
  }

  package var description: String {
    switch self {
    case .frameTooLong(let length, let limit):
      "a frame of \(length) bytes is past the limit of \(limit); is the other side a Roost process?"
    case .unknownFrameKind(let kind):
      "a frame of unknown kind \(kind); is the other side a Roost process?"
    case .malformedMessage(let what): "a message that cannot be read: \(what)"
    case .versionMismatch(let ours, let theirs):
      "the other side speaks protocol version \(theirs), this one \(ours): install the same version of Roost on both"
    case .unexpectedRole(let role): "a \(role) is not what listens or calls here"
    case .unexpectedExecutor(let called, let found):
      "\(called) was called and \(found.isEmpty ? "something else" : found) answers: has another taken its port?"
    case .refused(let reason): "the other side refused the connection: \(reason)"
    case .noHello: "the other side did not say hello in time; is it a Roost process?"
    case .connectionClosed: "the connection was closed"
    case .closedBeforeHello:
      "the other side hung up before it said hello; it does so, too, when it has too many connections of this host"
    case .tls(let failure): "\(failure)"
    case .secretNotExpected:
      "the side that was called has no secret and the caller has one: give both the same (--secret-file or ROOST_SECRET)"
    case .secretMissing:
      "one side has a secret and the other none: give both the same (--secret-file or ROOST_SECRET)"
    case .wrongSecret:
      "the two sides have different secrets: give both the same (--secret-file or ROOST_SECRET)"
    case .messageTooLong(let byteCount, let limit):
      "a message of \(byteCount) bytes is past the limit of \(limit)"
    case .tooManyConnections(let limit):
      "there are \(limit) connections of this host already"
    }
  }
}
