import Foundation
import Testing

extension ClusterTests {
  /// What is wrong with a job file, or with what it names, is told before anything runs, with exit code 2.
  @Suite struct WrongJobTests {
    struct Case: CustomTestStringConvertible, Sendable {
      var name: String
      /// The lines below `tables:` after the first table, which reads `rows.csv` as `rows`.
      var tables: String
      var message: String

      var testDescription: String { name }
    }

    static let cases = [
      Case(
        name: "key", tables: "  t: {from: rows, selct: x}",
        message: "job.yaml:3:19: unknown key 'selct' in table 't'; did you mean 'select'?"),
      Case(
        name: "table", tables: "  t: {from: row}",
        message: "job.yaml:3: there is no table 'row'; did you mean 'rows'?"),
      Case(
        name: "column", tables: "  t:\n    from: rows\n    select: storre + 1",
        message: "job.yaml:5: in `storre + 1`: unknown column 'storre'; did you mean 'store'?"),
      Case(
        name: "function", tables: "  t: {from: rows, select: uper(store)}",
        message: "job.yaml:3: in `uper(store)`: unknown function 'uper'; did you mean 'upper'?"),
      Case(
        name: "type", tables: "  t: {from: rows, select: CAST(x AS integre)}",
        message: "unknown type 'integre'; did you mean 'integer'?"),
      Case(
        name: "learner",
        tables: "  t: {from: rows, train: {learner: LinearRegresion, label: y, features: x}}",
        message: "there is no learner 'LinearRegresion'; did you mean 'LinearRegression'?"),
      Case(
        name: "parameter",
        tables: "  t: {from: rows, train: {learner: LinearRegression, label: y, features: x, "
          + "params: {regParm: 1}}}",
        message: "LinearRegression has no parameter 'regParm'; did you mean 'regParam'?"),
      Case(
        name: "label",
        tables: "  t: {from: rows, train: {learner: LinearRegression, label: store, features: x}}",
        message: "job.yaml:3: the label `store` is of type string"),
      Case(
        name: "cycle", tables: "  t: {from: u}\n  u: {from: v}\n  v: {from: t}",
        message: "t reads u reads v reads t"),
      Case(
        name: "missing file", tables: "  t: {read: nowhere.csv}",
        message: "nowhere.csv: no such file"),
      Case(
        name: "syntax", tables: "  t: {from: rows, select: [x, y}",
        message: "job.yaml:3"),
    ]

    @Test(arguments: cases) func theMessageHasTheLineAndTheNearestName(_ wrong: Case) async throws {
      let folder = try TemporaryFolder()
      try folder.write("rows.csv", "store,x,y\na,1,2\na,2,4\n")
      let job = try folder.write(
        "job.yaml",
        "tables:\n  rows: {read: rows.csv}\n\(wrong.tables)\noutputs:\n  t: {write: out}\n")
      for command in ["validate", "run"] {
        let ending = try await roost(command, job, in: folder)
        #expect(ending.code == 2)
        #expect(ending.stderr.contains(wrong.message), "\(ending.stderr)")
        #expect(ending.stdout.isEmpty)
      }
      #expect(!folder.exists("out"))
    }

    @Test func theDriverChecksWhatTheClientDidNot() async throws {
      try await withCluster(executors: 0) { cluster in
        try cluster.folder.write("rows.csv", "store,x,y\na,1,2\n")
        let job = try cluster.folder.write(
          "job.yaml",
          "tables:\n  rows: {read: rows.csv}\n  t: {from: rows, select: xx}\n"
            + "outputs:\n  t: {write: out}\n")
        let ending = try await cluster.run("submit", job)
        #expect(ending.code == 2)
        #expect(ending.stderr.contains("job.yaml:3: in `xx`: unknown column 'xx'"))
        let status = try await cluster.job("1")
        #expect(status.state == "failed")
        #expect(status.error?.contains("unknown column 'xx'") == true)
      }
    }

    /// An output that holds something stays as it is.
    @Test(arguments: ["error", "overwrite"]) func aFullFolderIsNotTouched(mode: String) async throws
    {
      let folder = try TemporaryFolder()
      try folder.write("rows.csv", "x\n1\n")
      try folder.write("out/mine.txt", "do not lose this")
      let job = try folder.write(
        "job.yaml",
        "tables: {rows: {read: rows.csv}}\noutputs: {rows: {write: out, mode: \(mode)}}\n")
      let ending = try await roost("run", job, "--executors", "1", in: folder)
      #expect(ending.code == 2)
      #expect(ending.stderr.contains(folder.path("out")))
      #expect(ending.stderr.contains("mode: overwrite"))
      #expect(try folder.contents("out") == ["mine.txt": Data("do not lose this".utf8)])
    }

    @Test func explainShowsStagesAndRunsNothing() async throws {
      let folder = try TemporaryFolder()
      let job = try SlowJob(in: folder).write(output: "out")
      let ending = try await roost("explain", job, in: folder)
      #expect(ending.code == 0)
      #expect(ending.stdout.contains("3 stages, 76 tasks"))
      #expect(ending.stdout.contains("group by store"))
      #expect(ending.stderr.isEmpty)
      #expect(!folder.exists("out"))
    }
  }
}
