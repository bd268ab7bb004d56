import Foundation
import Testing

extension ClusterTests {
  /// Data that a job cannot work with fails it, with the file and the place, and leaves nothing half-written.
  @Suite struct WrongDataTests {
    struct Case: CustomTestStringConvertible, Sendable {
      var name: String
      var csv: String
      var schema: String
      /// The steps of the table after `from: rows`.
      var steps: String
      /// What the message holds; FILE stands for the path of the input.
      var message: String

      var testDescription: String { name }
    }

    private static let long = String(Int64.max)

    static let cases = [
      Case(
        name: "too many fields", csv: "k,x\na,1\nb,2\nc,3,4\nd,5\n", schema: "k string, x long",
        steps: "where: x > 0", message: "FILE, line 4: the row has 3 fields"),
      Case(
        name: "too few fields", csv: "k,x\na,1\nb\n", schema: "k string, x long",
        steps: "where: x > 0", message: "FILE, line 3: the row has 1 field"),
      Case(
        name: "a number where a date was", csv: "k,x\na,2013-01-31\nb,17\n",
        schema: "k string, x date", steps: "where: x IS NOT NULL",
        message: "FILE, line 3, column x: '17'"),
      Case(
        name: "a word where a number was", csv: "k,x\na,1\nb,two\n", schema: "k string, x double",
        steps: "where: x > 0", message: "FILE, line 3, column x: 'two'"),
      Case(
        name: "a column that is not there", csv: "k,z\na,1\n", schema: "k string, x long",
        steps: "where: x > 0", message: "FILE, line 1, column x"),
      Case(
        name: "overflow", csv: "k,x\na,1\nb,\(long)\n", schema: "k string, x long",
        steps: "select: x + 1 AS y", message: "FILE: the result of (x + 1) does not fit long"),
      Case(
        name: "division by zero", csv: "k,x\na,1\nb,0\n", schema: "k string, x long",
        steps: "select: 1 / x AS y", message: "FILE: division by zero"),
      Case(
        name: "failed cast", csv: "k,x\na,1\n", schema: "k string, x long",
        steps: "select: CAST(k AS int) AS y", message: "FILE: the string 'a' cannot be cast to int"),
      Case(
        name: "overflow of a sum", csv: "k,x\na,\(long)\na,1\n", schema: "k string, x long",
        steps: "group_by: k\n    aggregate: sum(x) AS y", message: "k = 'a': sum overflows long"),
    ]

    @Test func theMessageNamesFileAndPlaceAndNothingIsWritten() async throws {
      try await withCluster { cluster in
        for wrong in Self.cases {
          let folder = cluster.folder
          let file = try folder.write("rows.csv", wrong.csv)
          let job = try folder.write(
            "job.yaml",
            """
            tables:
              rows: {read: {path: rows.csv, schema: "\(wrong.schema)"}}
              t:
                from: rows
                \(wrong.steps)
            outputs:
              t: {write: out/t}
              rows: {write: out/rows}
            """)
          let ending = try await cluster.run("submit", job)
          #expect(ending.code == 1, "\(wrong.name)")
          let message = wrong.message.replacing("FILE", with: file)
          #expect(ending.stderr.contains(message), "\(wrong.name): \(ending.stderr)")
          #expect(ending.stdout.isEmpty)
          #expect(try folder.leftovers(of: "out") == [], "\(wrong.name)")
        }
        // The executor is as good as new.
        #expect(try await cluster.json("executors").first?["running"] as? Int == 0)
      }
    }

    /// The first two are found when the job is planned, the last one only when the rows are read.
    @Test func parquetThatIsCutOffOrDamagedIsNamed() async throws {
      let fixture = packageRoot.appendingPathComponent("Tests/Fixtures/files/groups.parquet")
      let whole = try Data(contentsOf: fixture)
      var damaged = whole
      damaged.replaceSubrange(4..<204, with: Data(repeating: 0xff, count: 200))
      let versions: [(name: String, data: Data, code: Int32)] = [
        ("cut off", whole.prefix(whole.count / 2), 2),
        ("not Parquet", Data("a,b\n1,2\n".utf8), 2),
        ("damaged", damaged, 1),
      ]
      try await withCluster { cluster in
        let folder = cluster.folder
        let job = try folder.write(
          "job.yaml", "tables: {rows: {read: rows.parquet}}\noutputs: {rows: {write: out}}\n")
        for version in versions {
          let file = try folder.write("rows.parquet", version.data)
          let ending = try await cluster.run("submit", job)
          #expect(ending.code == version.code, "\(version.name)")
          #expect(ending.stderr.contains("\(file): "), "\(version.name): \(ending.stderr)")
          #expect(try folder.leftovers(of: "out") == [], "\(version.name)")
        }
      }
    }

    /// A job waits for its first executor while somebody changes or removes its file.
    @Test func aFileThatIsNotTheOneThatWasPlannedIsRefused() async throws {
      for text in [nil, "x\n1\n2\n3\n"] {
        try await withCluster(executors: 0) { cluster in
          let folder = cluster.folder
          let file = try folder.write("rows.csv", "x\n1\n")
          let job = try folder.write(
            "job.yaml", "tables: {rows: {read: rows.csv}}\noutputs: {rows: {write: out}}\n")
          let id = try await cluster.submitDetached(job)
          try await until("the job has a plan") { try await cluster.job(id).state == "running" }
          if let text { try folder.write("rows.csv", text) } else { try folder.remove("rows.csv") }
          try await cluster.addExecutors(1)
          let status = try await cluster.ended(id)
          #expect(status.state == "failed")
          let reason = text == nil ? "no such file" : "changed"
          #expect(status.error?.contains("\(file): ") == true)
          #expect(status.error?.contains(reason) == true, "\(status.error ?? "")")
          #expect(try folder.leftovers(of: "out").isEmpty)
        }
      }
    }

    @Test(arguments: ["", "store,x,y\n"]) func aFileWithoutRowsIsATableWithoutRows(
      text: String
    ) async throws {
      let folder = try TemporaryFolder()
      try folder.write("rows.csv", text)
      let job = try folder.write(
        "job.yaml",
        """
        tables:
          rows: {read: {path: rows.csv, schema: "store string, x double, y double"}}
          models:
            from: rows
            group_by: store
            train: {learner: LinearRegression, label: y, features: x}
          total: {from: rows, aggregate: [count(*) AS n, sum(x) AS x]}
        outputs:
          rows: {write: out/rows}
          models: {write: out/models, format: json}
          total: {write: out/total, format: json}
        """)
      let ending = try await roost("run", job, "--executors", "1", in: folder)
      #expect(ending.code == 0, "\(ending.stderr)")
      #expect(folder.exists("out/rows/_SUCCESS"))
      #expect(try folder.rows("out/models").isEmpty)
      let total = try folder.rows("out/total")
      #expect(total.count == 1)
      #expect(total.first?["n"] as? Int == 0)
      #expect(total.first?["x"] as? Int == nil)
    }

    @Test func aGroupThatCannotBeTrainedSaysWhyAndTheOthersAreTrained() async throws {
      let folder = try TemporaryFolder()
      try folder.write(
        "rows.csv",
        """
        store,x,z,y
        single,1,1,2
        collinear,1,2,2
        collinear,2,4,3
        collinear,3,6,5
        collinear,4,8,4
        unlabelled,1,1,
        unlabelled,2,5,
        unlabelled,3,2,
        good,1,1,6
        good,2,2,8
        good,3,0,12
        good,4,5,9

        """)
      let job = try folder.write(
        "job.yaml",
        """
        tables:
          rows: {read: rows.csv}
          models:
            from: rows
            group_by: store
            train: {learner: LinearRegression, label: y, features: [x, z]}
        outputs:
          models: {write: out, format: json}
        """)
      let ending = try await roost("run", job, "--executors", "1", in: folder)
      try #require(ending.code == 0, "\(ending.stderr)")
      let models = try folder.rows("out")
      let byStore = Dictionary(
        uniqueKeysWithValues: models.map { ($0["store"] as? String ?? "", $0) })
      func error(_ store: String) -> String { byStore[store]?["error"] as? String ?? "none" }
      #expect(models.count == 4)
      #expect(error("single").contains("1 row for training"))
      #expect(error("collinear").contains("'z' is a linear combination"))
      #expect(error("unlabelled").contains("no row for training"))
      #expect(error("good") == "none")
      for store in ["single", "collinear", "unlabelled"] {
        #expect(byStore[store]?["intercept"] as? Double == nil)
      }
      let coefficients = try #require(byStore["good"]?["coefficients"] as? [Double])
      let expected = leastSquares(
        [(1, 1, 6), (2, 2, 8), (3, 0, 12), (4, 5, 9)].map {
          Sales.Row(store: 0, price: $0.0, visitors: $0.1, units: $0.2)
        })
      #expect(abs(coefficients[0] - expected[1]) < 1e-9)
      #expect(abs(coefficients[1] - expected[2]) < 1e-9)
      #expect(byStore["unlabelled"]?["dropped_rows"] as? Int == 3)
    }
  }
}
