import Foundation
import Testing

extension ClusterTests {
  /// Callers that are none of Roost's, many of them, while a job runs.
  @Suite struct StrangersTests {
    /// `ROOST_TEST_STRANGERS=10000` for the whole crowd.
    private static let count =
      ProcessInfo.processInfo.environment["ROOST_TEST_STRANGERS"].flatMap { Int($0) } ?? 1000

    /// What a stranger says before it falls silent.
    private static let openings: [[UInt8]] = [
      [],
      Array("GET / HTTP/1.1\r\nHost: roost\r\n\r\n".utf8),
      // Half of a length, half of a frame, one that would be four gigabytes.
      [0, 0],
      [0, 0, 8, 0, 1, 8, 5, 16, 3],
      [0xff, 0xff, 0xff, 0xff, 1],
      // A hello of this version without what is asked for.
      [0, 0, 0, 5, 1, 8, 7, 16, 3],
      // The beginning of a TLS handshake.
      [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3] + [UInt8](repeating: 7, count: 64),
      (0..<500).map { UInt8(truncatingIfNeeded: $0 &* 7919 &+ 13) },
    ]

    /// Calls the addresses in turn and keeps the connections of the last thousand open.
    private func storm(_ addresses: [String]) throws -> [RawConnection] {
      var connections: [RawConnection] = []
      for index in 0..<Self.count {
        let connection = try RawConnection(to: addresses[index % addresses.count])
        // It may be hung up on before it has said all.
        try? connection.send(Self.openings[index / addresses.count % Self.openings.count])
        connections.append(connection)
        if connections.count > 1000 { connections.removeFirst() }
      }
      return connections
    }

    @Test(arguments: [Protection.secret, .certificates])
    func aJobRunsThroughAStormOfStrangers(protection: Protection) async throws {
      try await withCluster(executors: 2, protection: protection) { cluster in
        let slow = try SlowJob(in: cluster.folder)
        let calm = try await cluster.run("submit", slow.write(output: "calm"))
        #expect(calm.code == 0, "\(calm.stderr)")
        let processes = [cluster.driver] + cluster.executors
        let addresses = try await cluster.json("executors").compactMap {
          $0["dataAddress"] as? String
        }
        let id = try await cluster.submitDetached(slow.write(output: "stormy"))
        let strangers = try storm([cluster.address] + addresses)
        // They are all still there: a newcomer that belongs to the cluster gets in.
        let job = try await cluster.ended(id)
        #expect(job.state == "succeeded", "\(job.error ?? "")")
        #expect(processes.allSatisfy { $0.isRunning })
        #expect(try cluster.folder.contents("stormy") == cluster.folder.contents("calm"))
        withExtendedLifetime(strangers) {}
      }
    }

    @Test func aDriverWithoutDescriptorsComesBack() async throws {
      let folder = try TemporaryFolder()
      let driver = try RoostProcess(
        program: "/bin/sh",
        ["-c", "ulimit -n 64; exec \"$0\" driver --listen 127.0.0.1:0", RoostProcess.executable],
        in: folder)
      defer { driver.end() }
      let address = try await first("the driver says where it listens") {
        driver.stdout.hasSuffix("\n")
          ? driver.stdout.split(separator: " ").last.map(String.init) : nil
      }.trimmingCharacters(in: .newlines)
      var strangers = try (0..<200).map { _ in try RawConnection(to: address) }
      try await until("the driver has no descriptor left") {
        ProcessTable.openFiles(of: driver.id) >= 64
      }
      withExtendedLifetime(strangers) {}
      strangers.removeAll()
      let jobs = try await roost("jobs", "--driver", address, in: folder)
      #expect(jobs.code == 0, "\(jobs.stderr)")
      #expect(driver.isRunning)
    }
  }
}
