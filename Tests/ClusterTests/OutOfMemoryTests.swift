import Foundation
import Testing

extension ClusterTests {
  @Suite(.enabled(if: MemoryCage.isPossible, "needs the right to limit the memory of processes"))
  struct OutOfMemoryTests {
    /// One that the kernel kills for its memory is lost like any other: the bytes are those of a calm run.
    @Test func anExecutorThatTheKernelKillsIsReplacedByTheOthers() async throws {
      try await withCluster(executors: 0) { cluster in
        let cage = try #require(MemoryCage(byteCount: 200 << 20))
        let caged = try await cluster.addExecutors(1, memory: "4GB")[0]
        try cage.add(caged.id)
        let rows = (0..<60_000).map { "\($0),\(100_000 + $0)-ab\n" }
        try cluster.folder.write("rows.csv", "n,word\n" + rows.joined())
        func write(_ output: String) throws -> String {
          try cluster.folder.write(
            "\(output).yaml",
            """
            tables:
              rows: {read: {path: rows.csv, partitions: 12}}
              wide: {from: rows, select: "n, n % 30000 AS k, repeat(word, 600) AS text"}
              groups: {from: wide, group_by: k, partitions: 12, aggregate: [first(text) AS text]}
              found: {from: groups, select: "k, substring(text, 1, 20) AS text"}
            outputs:
              found: {write: \(output)}
            """)
        }
        let id = try await cluster.submitDetached(write("killed"))
        try await until("the kernel has killed the executor") { !caged.isRunning }
        try await cluster.addExecutors(1, memory: "4GB")
        let status = try await cluster.ended(id)
        #expect(status.state == "succeeded", "\(status.error ?? "")")
        let calm = try await cluster.run("submit", write("calm"))
        #expect(calm.code == 0, "\(calm.stderr)")
        #expect(try cluster.folder.contents("killed") == cluster.folder.contents("calm"))
      }
    }
  }
}
