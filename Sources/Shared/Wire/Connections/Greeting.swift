import Foundation
import Plan

/// One side of the exchange of hellos, as a value: what was heard goes in, what is to be said comes out.
///
/// Without a secret each side says one hello. With one, the first hello of each side has a nonce, and a second one
/// the proof that it knows the secret; the side that called proves first. So who listens proves nothing to strangers.
package struct Greeting {
  package typealias Side = SecretExchange.Side

  /// What follows from what was heard.
  package struct Step {
    package var answer: Roost_Hello?
    /// All that has to be said was said: the rest of the connection is for others.
    package var isOver: Bool
  }

  private enum Awaited {
    case hello
    case proof(SecretExchange)
  }

  private let side: Side
  private let expected: Set<Roost_Role>
  private let called: ExecutorID?
  private let secret: SharedSecret?
  private let hello: Roost_Hello
  private var awaited = Awaited.hello
  /// The first hello of the peer; nil until it was accepted.
  package private(set) var peer: Roost_Hello?

  /// `called`: the executor that has to answer, when one is called. `nonce`: bytes that nobody could guess and that were
  /// used for no other connection.
  package init(
    _ hello: Roost_Hello, side: Side, expecting roles: Set<Roost_Role>,
    calling called: ExecutorID? = nil,
    secret: SharedSecret?, nonce: [UInt8]
  ) {
    self.side = side
    expected = roles
    self.called = called
    self.secret = secret
    self.hello = Roost_Hello.with {
      $0 = hello
      if secret != nil { $0.nonce = Data(nonce) }
    }
  }

  /// What the side that calls says before it has heard anything.
  package var opening: Roost_Hello? { side == .connecting ? hello : nil }

  /// What turns the peer away.
  func refusal(because error: ProtocolError) -> Roost_Hello {
    Roost_Hello.with {
      $0 = hello
      $0.refusal = "\(error)"
    }
  }

  package mutating func hear(_ said: Roost_Hello) throws(ProtocolError) -> Step {
    guard said.refusal.isEmpty else { throw .refused(Self.printable(said.refusal)) }
    guard said.protocolVersion == hello.protocolVersion else {
      throw .versionMismatch(ours: hello.protocolVersion, theirs: said.protocolVersion)
    }
    switch awaited {
    case .hello: return try hearHello(said)
    case .proof(let exchange): return try hearProof(said, about: exchange)
    }
  }

  private mutating func hearHello(_ said: Roost_Hello) throws(ProtocolError) -> Step {
    guard expected.contains(said.role) else { throw .unexpectedRole("\(said.role)") }
    // Before anything is proved to it.
    if let called, said.executor != called.name {
      throw .unexpectedExecutor(called: called.name, found: Self.printable(said.executor))
    }
    let ownAnswer = side == .listening ? hello : nil
    guard let secret else {
      guard said.nonce.isEmpty else { throw .secretNotExpected }
      peer = said
      return Step(answer: ownAnswer, isOver: true)
    }
    guard !said.nonce.isEmpty else { throw .secretMissing }
    guard said.nonce.count == SecretExchange.nonceByteCount else {
      throw .malformedMessage("a nonce of \(said.nonce.count) bytes")
    }
    peer = said
    let exchange =
      switch side {
      case .connecting:
        SecretExchange(
          connectingRole: hello.role, listeningRole: said.role,
          connectingNonce: Array(hello.nonce), listeningNonce: Array(said.nonce),
          listener: said.executor)
      case .listening:
        SecretExchange(
          connectingRole: said.role, listeningRole: hello.role,
          connectingNonce: Array(said.nonce), listeningNonce: Array(hello.nonce),
          listener: hello.executor)
      }
    awaited = .proof(exchange)
    return Step(answer: ownAnswer ?? proof(about: exchange, knowing: secret), isOver: false)
  }

  private func hearProof(
    _ said: Roost_Hello, about exchange: SecretExchange
  ) throws(ProtocolError) -> Step {
    guard let secret else { throw .secretNotExpected }
    let other: Side = side == .connecting ? .listening : .connecting
    guard
      areEqualInConstantTime(Array(said.proof), exchange.proof(of: other, knowing: secret))
    else { throw .wrongSecret }
    return Step(
      answer: side == .listening ? proof(about: exchange, knowing: secret) : nil, isOver: true)
  }

  private func proof(about exchange: SecretExchange, knowing secret: SharedSecret) -> Roost_Hello {
    Roost_Hello.with {
      $0 = hello
      $0.proof = Data(exchange.proof(of: side, knowing: secret))
    }
  }

  /// A stranger's text ends in terminals and logs.
  private static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.prefix(1000).map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            "\u{FFFD}"
          default: scalar
          }
        }))
  }
}
