import Foundation
import Testing

extension ClusterTests {
  /// An executor whose disk takes no more: a mounted file system of 64 KiB.
  @Suite(.enabled(if: SmallDisk.isPossible, "needs the right to mount a file system"))
  struct FullDiskTests {
    private func job(in folder: TemporaryFolder, output: String) throws -> String {
      let rows = (0..<40_000).map { "\($0),\($0 &* 7919 % 10_007)\n" }
      try folder.write("rows.csv", "n,k\n" + rows.joined())
      return try folder.write(
        "\(output).yaml",
        """
        tables:
          rows: {read: {path: rows.csv, partitions: 8}}
          groups: {from: rows, group_by: k, partitions: 3, aggregate: [median(n) AS middle]}
        outputs:
          groups: {write: \(output)}
        """)
    }

    @Test func itsTasksGoElsewhereAndItLivesOn() async throws {
      try await withCluster(executors: 0) { cluster in
        let disk = try #require(SmallDisk(in: cluster.folder, byteCount: 1 << 16))
        try await cluster.addExecutors(1, memory: "1KB", work: disk.path)
        let alone = try await cluster.run("submit", job(in: cluster.folder, output: "never"))
        #expect(alone.code == 1)
        #expect(alone.stderr.contains(disk.path))
        #expect(alone.stderr.contains("No space left on device"))
        #expect(!cluster.folder.exists("never"))

        try await cluster.addExecutors(1)
        let both = try await cluster.run("submit", job(in: cluster.folder, output: "both"))
        #expect(both.code == 0, "\(both.stderr)")
        #expect(cluster.executors.allSatisfy { $0.isRunning })
        #expect(try await cluster.json("executors").count == 2)
        try await until("nothing half-written is left") {
          disk.files.allSatisfy { !$0.hasSuffix(".blocks") }
        }
      }
    }
  }
}
