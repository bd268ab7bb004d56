import Columnar
import Executor
import Foundation
import Plan
import Testing

/// A function that writes files, in a real interpreter.
@Suite(.blockingThread) struct PythonArtifactTests {
  private static let schema = Schema([Field("k", .string), Field("x", .long)])

  private func application(_ text: String) throws -> Plan.Operator {
    .applyPython(
      PythonApplication(
        try PythonFixture.shared.function("work", in: text), rows: Self.schema,
        returned: [("k", .string), ("folder", .string)]))
  }

  private func rows() throws -> RecordBatch {
    RecordBatch([
      ("k", try Column(strings: ["a", "b", "a"])), ("x", Column(longs: [1, 2, 3])),
    ])
  }

  private let text = """
    import os, pathlib
    import pandas as pd
    def work(frame):
        folder = os.environ.get("ROOST_ARTIFACTS")
        key = frame["k"].iloc[0]
        if folder is not None:
            path = pathlib.Path(folder) / "models" / key
            path.mkdir(parents=True)
            (path / "sum.txt").write_text(str(frame["x"].sum()))
        return pd.DataFrame({"k": [key], "folder": [folder]})
    """

  @Test func whatAFunctionWritesIsCollected() async throws {
    let fixture = try ArtifactFixture()
    let folder = fixture.folder()
    var context = PythonFixture.shared.context()
    context.artifacts = folder
    let run = try OperatorRun(
      try makeOperator(try application(text), context: context), rows: [rows()])
    let path = try folder.path()
    #expect(run.rows == [[.string("a"), .string(path)], [.string("b"), .string(path)]])
    let artifacts = try folder.collect()
    #expect(artifacts.map(\.name) == ["models/a/sum.txt", "models/b/sum.txt"])
    #expect(try artifacts.map { try fixture.text($0.path) } == ["4", "2"])
    folder.remove()
  }

  @Test func whereNobodyCollectsThereIsNoFolder() async throws {
    let run = try OperatorRun(
      try PythonFixture.shared.operation(try application(text)), rows: [rows()])
    #expect(run.rows == [[.string("a"), .null], [.string("b"), .null]])
  }
}
