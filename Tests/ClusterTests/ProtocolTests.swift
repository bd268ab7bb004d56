import Foundation
import Testing

extension ClusterTests {
  /// What happens when something else than this version of Roost is on the other side.
  @Suite struct ProtocolTests {
    /// A frame with a hello: length, kind 1, then field 1 (protocol version) and field 2 (role).
    private static func hello(version: UInt8, role: UInt8) -> [UInt8] {
      [0, 0, 0, 5, 1, 8, version, 16, role]
    }

    @Test(arguments: [
      (hello(version: 99, role: 3), "protocol version 99"),
      (hello(version: 7, role: 1), "driver"),
      (Array("GET / HTTP/1.1\r\n\r\n".utf8), "is the other side a Roost process?"),
      ([0, 0, 0, 3, 7, 0, 0], "unknown kind 7"),
    ])
    func aDriverTurnsAwayWhatItDoesNotUnderstandAndSaysWhy(
      bytes: [UInt8], reason: String
    ) async throws {
      try await withCluster(executors: 0) { cluster in
        let stranger = try RawConnection(to: cluster.address)
        try stranger.send(bytes)
        let answer = String(decoding: try stranger.readToEnd(), as: UTF8.self)
        #expect(answer.contains(reason))
        #expect(try await cluster.json("jobs").isEmpty)
      }
    }

    @Test func aClientSaysThatTheDriverIsOfAnotherVersion() async throws {
      let folder = try TemporaryFolder()
      let listener = try RawConnection.Listener()
      let client = try RoostProcess(["jobs", "--driver", listener.address], in: folder)
      defer { client.end() }
      let connection = try #require(listener.accept(seconds: 10))
      try connection.send(Self.hello(version: 99, role: 1))
      let ending = try await client.wait(seconds: 10)
      #expect(ending.code == 3)
      #expect(ending.stderr.contains("protocol version 99"))
      #expect(ending.stderr.contains(listener.address))
    }
  }
}
