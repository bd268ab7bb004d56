import Foundation
import Testing

extension ClusterTests {
  /// Files that a function writes under ROOST_ARTIFACTS, in the output of a whole job.
  @Suite struct PythonArtifactTests {
    private static let python = packageRoot.appendingPathComponent(".deps/python/bin/python").path
    private let folder: TemporaryFolder
    private let sales = Sales(rowCount: 400, stores: 6)

    init() throws {
      folder = try TemporaryFolder()
      try folder.write("sales.csv", sales.csv)
      try folder.write(
        "train.py",
        """
        import os, pathlib
        import pandas as pd

        def train(pdf):
            store = int(pdf["store"].iloc[0])
            path = pathlib.Path(os.environ["ROOST_ARTIFACTS"], "models")
            path.mkdir(exist_ok=True)
            (path / f"{store}.txt").write_text(str(len(pdf)))
            return pd.DataFrame({"store": [store], "status": ["trained"]})

        def clash(pdf):
            pathlib.Path(os.environ["ROOST_ARTIFACTS"], "model.txt").write_text("x")
            return pd.DataFrame({"store": [int(pdf["store"].iloc[0])], "status": ["trained"]})
        """)
    }

    private func run(_ function: String, mode: String) async throws -> RoostProcess.Ending {
      let job = try folder.write(
        "job.yaml",
        """
        tables:
          sales: {read: sales.csv}
          models:
            from: sales
            group_by: [store]
            partitions: 3
            apply: {python: "train.py:\(function)", schema: "store long, status string"}
        outputs:
          models: {write: out/models, format: json, mode: \(mode)}
        """)
      return try await roost("run", job, "--python", Self.python, in: folder)
    }

    @Test func theyAppearWithTheOutputAndAreListed() async throws {
      let ending = try await run("train", mode: "error")
      try #require(ending.code == 0, "\(ending.stderr)")
      let count = sales.byStore.count
      #expect(ending.stderr.contains(" and \(count) artifacts ("), "\(ending.stderr)")
      let output = try folder.contents("out/models")
      let list = String(decoding: output["_SUCCESS"] ?? Data(), as: UTF8.self)
      for (store, rows) in sales.byStore {
        let name = "_artifacts/models/\(store).txt"
        #expect(output[name].map { String(decoding: $0, as: UTF8.self) } == "\(rows.count)")
        #expect(list.contains("\"\(name)\""))
      }
      #expect(output.keys.filter { $0.hasPrefix("_artifacts/") }.count == count)
      #expect(try folder.rows("out/models").count == count)

      // The names are taken, and stay as they are.
      let again = try await run("train", mode: "append")
      #expect(again.code != 0)
      #expect(again.stderr.contains("is there already; mode: append replaces no file"))
      #expect(try folder.contents("out/models") == output)
    }

    @Test func twoTasksThatWriteOneNameFailTheJobBeforeAnythingIsFinal() async throws {
      let ending = try await run("clash", mode: "error")
      #expect(ending.code != 0)
      #expect(ending.stderr.contains("both wrote 'model.txt' under ROOST_ARTIFACTS"))
      #expect(try folder.leftovers(of: "out").isEmpty)
    }
  }
}
