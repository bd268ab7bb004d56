import Foundation
import Testing

extension ClusterTests {
  /// More jobs than a driver takes, all of which wait for a store that never answers.
  @Suite struct TooManyJobsTests {
    @Test func aJobBeyondThoseThatWaitToBePlannedIsRefusedAndTheClientIsToldWhy() async throws {
      let store = try RawConnection.Listener()
      try await withCluster(executors: 0) { cluster in
        let text = """
          tables:
            rows: {read: "s3://b/rows.csv?endpoint_override=\(store.address)&scheme=http&region=x"}
          outputs:
            rows: {show: 1}
          """
        let job = try cluster.folder.write("job.yaml", text)
        let client = try RawConnection(to: cluster.address)
        // A client's hello, then jobs.
        try client.send([0, 0, 0, 5, 1, 8, 7, 16, 3])
        for _ in 0..<256 {
          try client.send(Self.submission(of: text, in: cluster.folder.root.path))
        }
        var refusal: RoostProcess.Ending?
        try await until("a job is refused") {
          // The store's silence may have ended some.
          for _ in 0..<8 {
            try client.send(Self.submission(of: text, in: cluster.folder.root.path))
          }
          let submission = try await cluster.run("submit", job, "--detach")
          if submission.code != 0 { refusal = submission }
          return refusal != nil
        }
        let ending = try #require(refusal)
        #expect(ending.code == 1 && ending.stdout.isEmpty)
        #expect(ending.stderr.contains("takes no job now: 256 wait to be planned"))
        #expect(ending.stderr.contains("Submit it again later"))
        #expect(try await cluster.json("jobs").count >= 256)
        #expect(cluster.driver.isRunning)
      }
      withExtendedLifetime(store) {}
    }

    /// The frame of a `SubmitJob` (field 40) with its text, file name and folder.
    private static func submission(of text: String, in folder: String) -> [UInt8] {
      var fields: [UInt8] = []
      for (number, value) in [(1, text), (2, "job.yaml"), (3, folder)] {
        fields.append(UInt8(number << 3 | 2))
        fields += length(value.utf8.count)
        fields += Array(value.utf8)
      }
      var message: [UInt8] = [1, 0xc2, 2]
      message += length(fields.count)
      message += fields
      let size = (0..<4).map { UInt8(truncatingIfNeeded: message.count >> (24 - 8 * $0)) }
      return size + message
    }

    /// As protobuf writes numbers: seven bits a byte, the lowest first.
    private static func length(_ count: Int) -> [UInt8] {
      guard count >= 128 else { return [UInt8(count)] }
      let rest: [UInt8] = length(count >> 7)
      return [UInt8(count & 127 | 128)] + rest
    }
  }
}
