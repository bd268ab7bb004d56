import Foundation
import Testing

extension ClusterTests {
  @Suite struct CachedTableTests {
    private static let rowCount = 1000

    /// Leaves the rows of `rows.csv` in memory as `kept`, in eight partitions.
    private func keep(on cluster: LocalCluster) async throws {
      let rows = (0..<Self.rowCount).map { "\($0),\($0 % 10)\n" }
      try cluster.folder.write("rows.csv", "n,digit\n" + rows.joined())
      let job = try cluster.folder.write(
        "keep.yaml",
        """
        tables:
          rows: {read: {path: rows.csv, partitions: 8}}
          doubled: {from: rows, select: "digit, n * 2 AS twice"}
        outputs:
          doubled: {cache: kept}
        """)
      let ending = try await cluster.run("submit", job)
      try #require(ending.code == 0, "\(ending.stderr)")
    }

    private func writeReader(_ name: String, on cluster: LocalCluster) throws -> String {
      try cluster.folder.write(
        "\(name).yaml",
        """
        tables:
          kept: {read: cached:kept}
          sums: {from: kept, group_by: digit, aggregate: [count(*) AS n, sum(twice) AS total]}
        outputs:
          sums: {write: \(name), format: json}
        """)
    }

    /// The sum of twice the numbers below 1000 that end in `digit`, for each digit.
    private func expectSums(_ name: String, on cluster: LocalCluster) throws {
      let rows = try cluster.folder.rows(name)
      var totals: [Int: Int] = [:]
      for row in rows {
        totals[row["digit"] as? Int ?? -1] = row["total"] as? Int
        #expect(row["n"] as? Int == 100)
      }
      let expected = (0..<10).map { digit in
        (digit, stride(from: digit, to: Self.rowCount, by: 10).reduce(0) { $0 + 2 * $1 })
      }
      #expect(totals == Dictionary(uniqueKeysWithValues: expected))
    }

    @Test func aLaterJobNeedsNoFilesAndDropFreesThem() async throws {
      try await withCluster(executors: 2) { cluster in
        try await keep(on: cluster)
        try cluster.folder.remove("rows.csv")

        let table = try #require(try await cluster.json("cached").first)
        #expect(table["table"] as? String == "kept")
        #expect(table["rows"] as? Int == Self.rowCount)
        #expect(table["partitions"] as? Int == 8)
        #expect(table["lostPartitions"] as? Int == 0)
        #expect(table["bytes"] as? Int ?? 0 >= Self.rowCount * 16)
        #expect((table["executors"] as? [String])?.count == 2)

        for name in ["first", "second"] {
          let ending = try await cluster.run("submit", writeReader(name, on: cluster))
          #expect(ending.code == 0, "\(ending.stderr)")
          try expectSums(name, on: cluster)
        }

        let wrong = try await cluster.run("drop", "kep")
        #expect(wrong.code == 2)
        #expect(wrong.stderr.contains("did you mean 'kept'?"))
        #expect(try await cluster.run("drop", "kept").code == 0)
        #expect(try await cluster.json("cached").isEmpty)
        let gone = try await cluster.run("submit", writeReader("third", on: cluster))
        #expect(gone.code == 2)
        #expect(gone.stderr.contains("third.yaml:2"))
        #expect(gone.stderr.contains("kept"))
      }
    }

    @Test func partitionsOfADeadExecutorAreComputedAgain() async throws {
      try await withCluster(executors: 2) { cluster in
        try await keep(on: cluster)
        cluster.executors[0].end()
        try await cluster.waitForExecutors(1)
        let lost = try #require(try await cluster.json("cached").first)
        #expect(lost["lostPartitions"] as? Int ?? 0 > 0)

        let ending = try await cluster.run("submit", writeReader("again", on: cluster))
        #expect(ending.code == 0, "\(ending.stderr)")
        try expectSums("again", on: cluster)
        let restored = try #require(try await cluster.json("cached").first)
        #expect(restored["lostPartitions"] as? Int == 0)
        #expect(restored["rows"] as? Int == Self.rowCount)
      }
    }

    @Test func aLostPartitionWhoseFileIsGoneFailsTheJobThatReadsIt() async throws {
      try await withCluster(executors: 2) { cluster in
        try await keep(on: cluster)
        try cluster.folder.remove("rows.csv")
        cluster.executors[0].end()
        try await cluster.waitForExecutors(1)
        let ending = try await cluster.run("submit", writeReader("never", on: cluster))
        #expect(ending.code == 1)
        #expect(ending.stderr.contains("rows.csv"))
        #expect(!cluster.folder.exists("never"))
      }
    }
  }
}
