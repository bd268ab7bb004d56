import Foundation
import Testing

extension ClusterTests {
  /// Clients that ask for much and read nothing.
  @Suite struct SlowClientTests {
    private static let requests = 200

    @Test func whatAClientDoesNotReadIsNotMadeForIt() async throws {
      try await withCluster { cluster in
        // The answer about this job has more than two megabytes, those to all requests more than 400.
        let rows = (0..<30_000).map { "\($0),\(String(repeating: "x", count: 80))\n" }.joined()
        try cluster.folder.write("rows.csv", "a,b\n" + rows)
        let job = try cluster.folder.write(
          "job.yaml",
          """
          tables:
            rows: {read: rows.csv}
          outputs:
            rows: {show: 30000}
          """)
        let id = try await cluster.submitDetached(job)
        #expect(try await cluster.ended(id).state == "succeeded")
        #expect(try await cluster.run("job", id).code == 0)
        let before = try #require(ProcessTable.peakMemory(of: cluster.driver.id))

        let client = try RawConnection(to: cluster.address)
        // A client's hello, then the question of `roost job` (field 44) again and again.
        try client.send([0, 0, 0, 5, 1, 8, 7, 16, 3])
        let number = try #require(UInt8(id))
        for _ in 0..<Self.requests { try client.send([0, 0, 0, 6, 1, 0xe2, 2, 2, 8, number]) }
        // The driver looks at them; meanwhile it answers others.
        for _ in 0..<3 { #expect(try await cluster.run("jobs").code == 0) }
        var received = 0
        while received < Self.requests * 2_400_000 { received += try client.receive() }
        let after = try #require(ProcessTable.peakMemory(of: cluster.driver.id))
        #expect(after - before < 100 << 20, "\((after - before) >> 20) MiB more")
      }
    }
  }
}
