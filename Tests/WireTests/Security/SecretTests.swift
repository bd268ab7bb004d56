import Foundation
import NIOCore
import NIOPosix
import Testing
import Wire

/// Who may talk to whom when a shared secret decides.
@Suite struct SecretTests {
  private let secret = SharedSecret.random()

  private func failure(
    caller: SharedSecret?, listener: SharedSecret?
  ) -> ProtocolError? {
    Meeting(
      caller: ConnectionSecurity(secret: caller), listener: ConnectionSecurity(secret: listener)
    ).failure()
  }

  @Test func twoThatKnowTheSecretTalk() throws {
    let security = ConnectionSecurity(secret: secret)
    #expect(try Meeting(caller: security, listener: security).echo("hi") == "hi")
  }

  @Test func anotherSecretOrNoneIsTurnedAwayAndToldWhy() {
    for (caller, listener, reason) in [
      (.random(), secret, "different secrets"), (nil, secret, "one side has a secret"),
      (secret, nil, "has no secret"),
    ] as [(SharedSecret?, SharedSecret?, String)] {
      guard case .refused(let text)? = failure(caller: caller, listener: listener) else {
        Issue.record("\(reason): not refused")
        continue
      }
      #expect(text.contains(reason))
    }
  }

  @Test func aSecretIsInNoText() throws {
    let text = "correct horse battery staple"
    let known = try SharedSecret(text: text, source: "test")
    for shown in ["\(known)", String(reflecting: known), "\(ConnectionSecurity(secret: known))"] {
      #expect(!shown.contains("horse"))
    }
    var dumped = ""
    dump(known, to: &dumped)
    // Its bytes as numbers, too: 104 is the h of horse.
    #expect(!dumped.contains("horse") && !dumped.contains("104"))
    #expect(throws: SecurityError.secretTooShort(source: "ROOST_SECRET", byteCount: 5)) {
      try SharedSecret(text: " short\n", source: "ROOST_SECRET")
    }
  }

  /// Two files of other bytes must not give one secret.
  @Test func bytesThatAreNoTextAreRefusedAndNamed() throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("roost-secret-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data((0..<32).map { UInt8(0xe0 + $0 % 16) }).write(to: file)
    #expect(chmod(file.path, 0o600) == 0)
    #expect(throws: SecurityError.secretNotText(source: file.path)) {
      try SharedSecret(file: file.path)
    }
    try Data("z\u{fc}rich and sixteen bytes\n".utf8).write(to: file)
    #expect(try SharedSecret(file: file.path).text == "z\u{fc}rich and sixteen bytes")
  }

  @Test func randomSecretsDiffer() {
    #expect(SharedSecret.random().text != SharedSecret.random().text)
    #expect(SharedSecret.random().text.utf8.count == 64)
  }
}
