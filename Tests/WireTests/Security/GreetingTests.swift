import Foundation
import Plan
import Testing
import Wire

/// The exchange of hellos without sockets.
@Suite struct GreetingTests {
  private static let callerProof =
    "569942104726a8eabf310f0b6faab6bf1881db5db01e4a9726aabfd1bf11ced4"
  private static let listenerProof =
    "d5619d49141028e0446b8d19b5e8cc3c808e6544eed0cc40c203075d589c5851"
  private static let readerProof =
    "fdb26053c7c0dca3278c41d807d3d3630828362d1b6fb66d52f8b58db6592936"
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
    let executor = ExecutorID("node-1")
    var reader = Greeting(
      .from(.executor), side: .connecting, expecting: [.executor], calling: executor,
      secret: secret, nonce: callerNonce)
    let holder = Roost_Hello.with {
      $0 = .from(executor)
      $0.nonce = Data(listenerNonce)
    }
    #expect(try hex(reader.hear(holder).answer?.proof) == Self.readerProof)
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

  /// Somebody who has taken the port of a dead executor says what the caller wants to hear and hands everything on to a
  /// living one, which would take him for the caller.
  @Test func aProofServesNoOtherExecutor() throws {
    func executor(_ name: String) -> Greeting {
      Greeting(
        .from(ExecutorID(name)), side: .listening, expecting: [.executor], secret: secret,
        nonce: listenerNonce)
    }
    func call(_ name: String) -> Greeting {
      Greeting(
        .from(.executor), side: .connecting, expecting: [.executor], calling: ExecutorID(name),
        secret: secret, nonce: callerNonce)
    }
    var (caller, living) = (call("dead"), executor("living"))
    var hello = try #require(try living.hears(caller.opening).answer)
    var honest = call("dead")
    #expect(throws: ProtocolError.unexpectedExecutor(called: "dead", found: "living")) {
      try honest.hear(hello)
    }
    hello.executor = "dead"
    let proof = try #require(try caller.hear(hello).answer)
    #expect(throws: ProtocolError.wrongSecret) { try living.hear(proof) }
    // The one that was meant takes it.
    var (again, meant) = (call("living"), executor("living"))
    let answer = try meant.hears(again.opening).answer
    #expect(try meant.hears(again.hears(answer).answer).isOver)
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
