import Foundation
import Testing

extension ClusterTests {
  /// Executors with much less memory than the job has data: what they take stays bounded, and the results are the same.
  @Suite struct MemoryTests {
    private static let memory = 64 << 20
    /// Of a process beside `--memory`, with one slot: see docs/memory.md.
    private static let overhead = 176 << 20
    private static let rowCount = 120_000
    /// Bytes of the text that makes a row wide; all rows have four times the memory and more.
    private static let textLength = 2340

    /// Rows of numbers; a job makes them wide.
    private func writeRows(to folder: TemporaryFolder) throws {
      let rows = (0..<Self.rowCount).map { "\($0),\(100_000 + $0 &* 7919 % 99_991)-ab\n" }
      try folder.write("rows.csv", "n,word\n" + rows.joined())
    }

    private func write(
      _ name: String, _ tables: String, output: String, to folder: TemporaryFolder
    ) throws -> String {
      try folder.write(
        "\(name).yaml",
        """
        tables:
          rows: {read: {path: rows.csv, partitions: 32}}
          wide: {from: rows, select: "n, n % 60000 AS k, repeat(word, \(Self.textLength / 9)) AS text"}
        \(tables)
        outputs:
          \(output)
        """)
    }

    @Test func aShuffleAndASortOfManyTimesTheMemoryPassWithTheSameBytes() async throws {
      #expect(Self.rowCount * Self.textLength > 4 * Self.memory)
      var contents: [[String: Data]] = []
      for memory in ["64MB", "4GB"] {
        try await withCluster(executors: 0) { cluster in
          try await cluster.addExecutors(1, memory: memory)
          try writeRows(to: cluster.folder)
          let job = try write(
            "big",
            """
              groups: {from: wide, group_by: k, partitions: 32, aggregate: [count(*) AS n, first(text) AS text]}
              found: {from: groups, select: "k, n, substring(text, 1, 20) AS text"}
              sorted: {from: wide, order_by: text DESC}
              first: {from: sorted, select: "n, substring(text, 1, 20) AS text"}
            """, output: "found: {write: found}\n  first: {write: first}", to: cluster.folder)
          let ending = try await cluster.run("submit", job)
          #expect(ending.code == 0, "\(ending.stderr)")
          contents.append(
            try cluster.folder.contents("found").merging(cluster.folder.contents("first")) {
              one, other in one + other
            })
          if memory == "64MB" {
            let peak = try #require(ProcessTable.peakMemory(of: cluster.executors[0].id))
            #expect(peak < Self.memory + Self.overhead, "\(peak >> 20) MiB")
          }
          try await until("the space of the job's blocks is free") {
            try cluster.folder.leftovers(of: "work").allSatisfy { !$0.hasSuffix(".blocks") }
          }
        }
      }
      #expect(contents[0] == contents[1])
    }

    @Test func aCachedTableOfManyTimesTheMemoryIsReadFromDisk() async throws {
      try await withCluster(executors: 0) { cluster in
        try await cluster.addExecutors(1, memory: "64MB")
        try writeRows(to: cluster.folder)
        let keep = try write("keep", "", output: "wide: {cache: kept}", to: cluster.folder)
        let kept = try await cluster.run("submit", keep)
        #expect(kept.code == 0, "\(kept.stderr)")
        #expect(try await cluster.json("cached").first?["bytes"] as? Int ?? 0 > 4 * Self.memory)
        let read = try cluster.folder.write(
          "read.yaml",
          """
          tables:
            kept: {read: cached:kept}
            sums: {from: kept, aggregate: [count(*) AS n, sum(length(text)) AS size, sum(n) AS total]}
          outputs:
            sums: {write: sums, format: json}
          """)
        let ending = try await cluster.run("submit", read)
        #expect(ending.code == 0, "\(ending.stderr)")
        let row = try #require(try cluster.folder.rows("sums").first)
        #expect(row["n"] as? Int == Self.rowCount)
        #expect(row["size"] as? Int == Self.rowCount * Self.textLength)
        #expect(row["total"] as? Int == Self.rowCount * (Self.rowCount - 1) / 2)
        let peak = try #require(ProcessTable.peakMemory(of: cluster.executors[0].id))
        #expect(peak < Self.memory + Self.overhead, "\(peak >> 20) MiB")
        // A killed executor's space is free when the next one of the host has started.
        cluster.executors[0].end()
        #expect(try cluster.folder.leftovers(of: "work").count > 2)
        try await cluster.addExecutors(1)
        #expect(try cluster.folder.leftovers(of: "work").isEmpty)
      }
    }

    /// A table of groups cannot go to disk: the job says which task needs how much, and the executor lives on.
    @Test func aJobThatCannotFitSaysWhichTaskAndHowMuch() async throws {
      try await withCluster(executors: 0) { cluster in
        let executors = try await cluster.addExecutors(1, memory: "64MB")
        try writeRows(to: cluster.folder)
        let job = try write(
          "large",
          """
            groups: {from: wide, group_by: n, partitions: 1, aggregate: [max(text) AS text]}
          """, output: "groups: {write: never}", to: cluster.folder)
        let ending = try await cluster.run("submit", job)
        #expect(ending.code == 1)
        for text in [
          "stage 1, partition 0", "for 'group_by'", "64 MiB for 1 slot", "partitions: N",
          "--memory",
        ] {
          #expect(ending.stderr.contains(text), "\(text): \(ending.stderr)")
        }
        #expect(!cluster.folder.exists("never"))
        #expect(executors[0].isRunning)
        #expect(try await cluster.json("executors").count == 1)
      }
    }
  }
}
