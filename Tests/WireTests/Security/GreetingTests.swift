import Foundation
import Testing
import Wire

/// The exchange of hellos without sockets.
@Suite struct GreetingTests {
  private static let callerProof =
    "37de8646462ade98f7b0f0dd5e194cf13c9d219d2100446ab7df88af1a9303ba"
  private static let listenerProof =
    "f49fd9f53a7e3864cc71a240b94b0c812a207691cba4a7cac882ca9fbfd4351b"
  private let secret: SharedSecret
  private let callerNonce = [UInt8](repeating: 1, count: 32)
  private let listenerNonce = [UInt8](repeating: 2, count: 32)

  init() throws { secret = try SharedSecret(text: "0123456789abcdef", source: "test") }

  private func caller(_ role: Roost_Role = .client) -> Greeting {
    Greeting(
      .from(role), side: .connecting, expecting: [.driver], secret: secret, nonce: callerNonce)
  }

  private func listener(nonce: UInt8 = 2) -> Greeting {
    Greeting(
      .from(.driver), side: .listening, expecting: [.client, .executor], secret: secret,
      nonce: [UInt8](repeating: nonce, count: 32))
  }

  @Test func bothAreWelcomeAfterTwoHellosEach() throws {
    var (caller, listener) = (caller(), listener())
    let opening = try #require(caller.opening)
    #expect(listener.opening == nil)
    let hello = try listener.hear(opening)
    #expect(!hello.isOver)
    // Nothing of the secret goes to a caller that has proved nothing.
    #expect(hello.answer?.proof.isEmpty == true)
    let proof = try caller.hears(hello.answer)
    #expect(!proof.isOver)
    let answer = try listener.hears(proof.answer)
    #expect(answer.isOver)
    let end = try caller.hears(answer.answer)
    #expect(end.isOver && end.answer == nil)
    #expect(caller.peer?.role == .driver && listener.peer?.role == .client)
  }

  /// The bytes that docs/protocol.md states, made with Python's hmac.
  @Test func aProofHasTheDocumentedBytes() throws {
    var (caller, listener) = (caller(), listener())
    let hello = try listener.hears(caller.opening)
    let proof = try caller.hears(hello.answer)
    let answer = try listener.hears(proof.answer)
    #expect(hex(proof.answer?.proof) == Self.callerProof)
    #expect(hex(answer.answer?.proof) == Self.listenerProof)
  }

  @Test func aProofThatIsSentBackIsWrong() throws {
    var caller = caller()
    // A listener that does not know the secret takes the caller's nonce for its own and sends the proof back.
    let reflected = Roost_Hello.with {
      $0 = .from(.driver)
      $0.nonce = Data(callerNonce)
    }
    var mirror = try #require(try caller.hear(reflected).answer)
    mirror.role = .driver
    #expect(throws: ProtocolError.wrongSecret) { try caller.hear(mirror) }
  }

  @Test func aProofServesNoOtherConnectionAndNoOtherRole() throws {
    var (caller, listener) = (caller(), listener())
    let hello = try listener.hears(caller.opening)
    let proof = try #require(try caller.hears(hello.answer).answer)
    var later = self.listener(nonce: 3)
    _ = try later.hears(self.caller().opening)
    #expect(throws: ProtocolError.wrongSecret) { try later.hear(proof) }
    // Who listens at the same moment is told that an executor calls.
    var deceived = self.listener()
    _ = try deceived.hears(self.caller(.executor).opening)
    #expect(throws: ProtocolError.wrongSecret) { try deceived.hear(proof) }
    let end = try listener.hear(proof)
    #expect(end.isOver)
  }

  @Test func aSecondHelloWithoutProofIsWrong() throws {
    var listener = listener()
    let opening = try #require(caller().opening)
    _ = try listener.hear(opening)
    #expect(throws: ProtocolError.wrongSecret) { try listener.hear(opening) }
  }

  @Test(arguments: [1, 31, 33, 4000])
  func aNonceHasItsLength(count: Int) {
    var listener = listener()
    let hello = Roost_Hello.with {
      $0 = .from(.client)
      $0.nonce = Data(count: count)
    }
    #expect(throws: ProtocolError.malformedMessage("a nonce of \(count) bytes")) {
      try listener.hear(hello)
    }
  }

  @Test func aRefusalCannotSteerATerminal() {
    var caller = caller()
    let refusal = Roost_Hello.with {
      $0.refusal = "go\u{1b}[2Jaway\n" + String(repeating: "!", count: 3000)
    }
    let error = #expect(throws: ProtocolError.self) { try caller.hear(refusal) }
    guard case .refused(let text)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(text.hasPrefix("go\u{FFFD}[2Jaway\u{FFFD}!"))
    #expect(text.count == 1000)
  }

  private func hex(_ bytes: Data?) -> String {
    (bytes ?? Data()).map { String(format: "%02x", $0) }.joined()
  }
}

extension Greeting {
  /// Fails the test when there is nothing to hear.
  fileprivate mutating func hears(_ said: Roost_Hello?) throws -> Step {
    try hear(#require(said))
  }
}
