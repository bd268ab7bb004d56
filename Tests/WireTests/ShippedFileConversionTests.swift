import Plan
import Testing
import Wire

@Suite struct ShippedFileConversionTests {
  private func file(_ name: String, byteCount: Int64 = 1) -> Roost_ShippedFile {
    .with {
      $0.name = name
      $0.digest = String(repeating: "0f", count: 32)
      $0.byteCount = byteCount
    }
  }

  @Test func filesTravel() throws {
    let files = [
      ShippedFile(name: "a.py", digest: String(repeating: "ab", count: 32), byteCount: 0),
      ShippedFile(
        name: "b/c.py", digest: String(repeating: "01", count: 32),
        byteCount: ShippedFileLimits.byteCount),
    ]
    #expect(try [ShippedFile](wire: files.map(\.wire)) == files)
  }

  @Test func noNameOrDigestLeadsOutOfAFolder() {
    for name in ["", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\0b"] {
      #expect(throws: ProtocolError.self, "\(name)") { try [ShippedFile](wire: [file(name)]) }
    }
    for digest in ["", "../../etc/passwd", String(repeating: "0F", count: 32)] {
      var wrong = file("a")
      wrong.digest = digest
      #expect(throws: ProtocolError.self, "\(digest)") { try [ShippedFile](wire: [wrong]) }
    }
  }

  @Test func whatIsMoreThanMayTravelIsRefused() {
    #expect(throws: ProtocolError.self) { try [ShippedFile](wire: [file("a"), file("a")]) }
    #expect(throws: ProtocolError.self) {
      try [ShippedFile](wire: [file("a", byteCount: .max), file("b", byteCount: .max)])
    }
    #expect(throws: ProtocolError.self) {
      try [ShippedFile](wire: (0...ShippedFileLimits.count).map { file("\($0)") })
    }
  }
}
