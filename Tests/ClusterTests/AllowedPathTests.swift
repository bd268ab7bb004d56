import Foundation
import Testing

extension ClusterTests {
  /// Jobs stay below the paths that the driver and the executors were allowed.
  @Suite struct AllowedPathTests {
    private func write(_ name: String, reading: String, writing: String, in folder: TemporaryFolder)
      throws -> String
    {
      try folder.write(
        "\(name).yaml",
        """
        tables:
          rows: {read: "\(reading)"}
        outputs:
          rows: {write: "\(writing)"}
        """)
    }

    @Test func aDriverRefusesWhatLiesElsewhere() async throws {
      let allowed = try TemporaryFolder()
      let other = try TemporaryFolder()
      try allowed.write("rows.csv", "a\n1\n")
      try other.write("secret.csv", "a\n2\n")
      try FileManager.default.createSymbolicLink(
        atPath: allowed.path("link.csv"), withDestinationPath: other.path("secret.csv"))
      try await withCluster(driver: ["--allow-path", allowed.root.path]) { cluster in
        let good = try await cluster.run(
          "submit",
          write("good", reading: allowed.path("rows.csv"), writing: "out", in: allowed))
        #expect(good.code == 0, "\(good.stderr)")
        for (number, (reading, writing)) in [
          (other.path("secret.csv"), allowed.path("x")), (other.path("*.csv"), allowed.path("x")),
          (allowed.path("link.csv"), allowed.path("x")), ("/etc/passwd", allowed.path("x")),
          (allowed.path("rows.csv"), other.path("x")),
          (allowed.path("rows.csv"), allowed.root.path + "/../elsewhere"),
          (allowed.path("rows.csv"), allowed.root.path + "/x*/../../elsewhere"),
        ].enumerated() {
          let bad = try await cluster.run(
            "submit", write("bad\(number)", reading: reading, writing: writing, in: allowed))
          #expect(bad.code == 2, "\(reading) to \(writing)")
          #expect(bad.stderr.contains("outside of where this process lets jobs read and write"))
        }
        #expect(!other.exists("x") && !allowed.exists("x"))
      }
    }

    @Test func anExecutorLooksForItself() async throws {
      try await withCluster(executors: 0) { cluster in
        try cluster.folder.write("rows.csv", "a\n1\n")
        let elsewhere = try TemporaryFolder()
        cluster.adopt(
          try cluster.start(["executor", "--slots", "1", "--allow-path", elsewhere.root.path]))
        try await cluster.waitForExecutors(1)
        let ending = try await cluster.run(
          "submit",
          write(
            "job", reading: cluster.folder.path("rows.csv"), writing: "out", in: cluster.folder))
        #expect(ending.code == 1)
        #expect(ending.stderr.contains("--allow-path"), "\(ending.stderr)")
        #expect(try cluster.folder.leftovers(of: "out").isEmpty)
      }
    }
  }
}
