import Foundation
import Testing

extension ClusterTests {
  @Suite struct RunTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// In the calendar that dates are kept in, also where people had another one.
    @Test func datesAreShownAsTheyAre() async throws {
      try folder.write(
        "days.csv", "day,time\n0001-01-01,0001-01-01 00:00:01.5\n2013-02-28,2013-02-28 23:59:59\n")
      let job = try folder.write(
        "days.yaml",
        """
        tables:
          days: {read: {path: days.csv, schema: "day date, time timestamp"}}
        outputs:
          days: {show: 5}
        """)
      let ending = try await roost("run", job, "--executors", "1", in: folder)
      #expect(ending.stdout.contains("0001-01-01  0001-01-01 00:00:01.5"))
      #expect(ending.stdout.contains("2013-02-28  2013-02-28 23:59:59"))
    }

    /// One model a store, by way of Parquet, is what least squares over the store's rows gives.
    @Test func modelsOfGroupsAreLeastSquares() async throws {
      let sales = Sales(rowCount: 5000, stores: 40)
      try folder.write("sales.csv", sales.csv)
      try folder.write(
        "train.yaml",
        """
        tables:
          sales: {read: {path: sales.csv, partitions: 7}}
          models:
            from: sales
            group_by: store
            train: {learner: LinearRegression, label: units, features: [price, visitors]}
        outputs:
          models: {write: out/models}
        """)
      try folder.write(
        "read.yaml",
        """
        tables:
          models: {read: out/models}
        outputs:
          models: {write: out/json, format: json}
        """)
      let train = try await roost("run", folder.path("train.yaml"), "--executors", "2", in: folder)
      try #require(train.code == 0, "\(train.stderr)")
      #expect(train.stdout.isEmpty)
      #expect(folder.exists("out/models/_SUCCESS"))
      let read = try await roost("run", folder.path("read.yaml"), "--executors", "1", in: folder)
      try #require(read.code == 0, "\(read.stderr)")

      let rows = try folder.rows("out/json")
      let stores = sales.byStore
      #expect(Set(rows.compactMap { $0["store"] as? Int }) == Set(stores.keys))
      #expect(rows.count == stores.count)
      for row in rows {
        let store = try #require(stores[row["store"] as? Int ?? -1])
        #expect(row["rows"] as? Int == store.count)
        guard store.count >= 10 else { continue }
        #expect(row["error"] == nil || row["error"] is NSNull)
        let found =
          [row["intercept"] as? Double ?? .nan] + (row["coefficients"] as? [Double] ?? [])
        let expected = leastSquares(store)
        try #require(found.count == expected.count)
        let scale = expected.map(abs).max() ?? 1
        for (one, other) in zip(found, expected) { #expect(abs(one - other) <= 1e-9 * scale) }
      }
    }

    /// One scan feeds both parts of the union, and no file has rows of both.
    @Test func aUnionOfPartsOfOneTableHasAllRows() async throws {
      for (number, region) in ["east", "west"].enumerated() {
        try folder.write(
          "orders/\(region).csv",
          "region,id\n" + (0..<5).map { "\(region),\($0 + 5 * number)\n" }.joined())
      }
      try folder.write(
        "union.yaml",
        """
        tables:
          orders: {read: orders}
          east: {from: orders, where: region = 'east'}
          west: {from: orders, where: region = 'west'}
          both: {union: [east, west]}
          counts: {from: both, group_by: id, aggregate: count(*) AS n, partitions: 3}
        outputs:
          both: {write: out/both, format: json}
          counts: {write: out/counts, format: json}
        """)
      let run = try await roost("run", folder.path("union.yaml"), "--executors", "2", in: folder)
      try #require(run.code == 0, "\(run.stderr)")
      for table in ["both", "counts"] {
        let ids = try folder.rows("out/\(table)").compactMap { $0["id"] as? Int }
        #expect(ids.sorted() == Array(0..<10), "\(table)")
      }
    }

    /// The file was written by another program; `id` runs from 0 to 39 and `value` is half of it, or null or NaN.
    @Test func parquetOfOthersIsReadAndSeveralTablesComeOut() async throws {
      let groups = packageRoot.appendingPathComponent("Tests/Fixtures/files/groups.parquet").path
      try folder.write(
        "job.yaml",
        """
        tables:
          rows: {read: \(groups)}
          quarters:
            from: rows
            group_by: [id % 4 AS quarter]
            aggregate: [count(*) AS n, sum(id) AS total, count(gap) AS gaps, max(name) AS last]
          models:
            from: rows
            train: {learner: LinearRegression, label: id, features: [value]}
          low: {from: rows, where: id < 3, select: "id, name"}
          high: {from: rows, where: id >= 38, select: "id, name"}
          ends: {union: [high, low]}
          top: {from: rows, select: "id, name", order_by: name DESC, limit: 2}
        outputs:
          quarters: {write: out/quarters, format: json}
          models: {write: out/models, format: json}
          ends: {write: out/ends, format: json}
          top: [{show: 5}, {write: out/top.csv}]
        """)
      let run = try await roost("run", folder.path("job.yaml"), in: folder)
      try #require(run.code == 0, "\(run.stderr)")

      let quarters = try folder.rows("out/quarters").sorted {
        ($0["quarter"] as? Int ?? 0) < ($1["quarter"] as? Int ?? 0)
      }
      #expect(quarters.map { $0["quarter"] as? Int } == [0, 1, 2, 3])
      #expect(quarters.map { $0["n"] as? Int } == [10, 10, 10, 10])
      // 0 + 4 + ... + 36 = 180, and ten more for each quarter.
      #expect(quarters.map { $0["total"] as? Int } == [180, 190, 200, 210])
      // Of 20 to 29, 20, 24 and 28 are in the first quarter, 21, 25 and 29 in the second.
      #expect(quarters.map { $0["gaps"] as? Int } == [7, 7, 8, 8])
      #expect(quarters.map { $0["last"] as? String } == (36...39).map { "name \($0)" })

      let model = try #require(try folder.rows("out/models").first)
      // Null at 3, 13, 23 and 33, NaN at 15.
      #expect(model["dropped_rows"] as? Int == 5)
      #expect(model["train_rows"] as? Int == 35)
      #expect(abs(((model["coefficients"] as? [Double])?.first ?? .nan) - 2) < 1e-9)
      #expect(abs((model["intercept"] as? Double ?? .nan)) < 1e-9)

      #expect(try folder.rows("out/ends").map { $0["id"] as? Int } == [38, 39, 0, 1, 2])
      let top = try folder.contents("out/top.csv").filter { $0.key.hasPrefix("part-") }
      let text = top.sorted { $0.key < $1.key }.map { String(decoding: $0.value, as: UTF8.self) }
      #expect(text.joined().contains("name 39"))
      // Results alone are on stdout.
      let lines = run.stdout.split(separator: "\n").map(String.init)
      #expect(lines.first == "top:")
      #expect(
        lines.dropFirst(3).map { $0.split(separator: " ").first.map(String.init) } == ["39", "38"])
      #expect(run.stderr.contains("wrote quarters: 4 rows"))
    }

    @Test func appendContinuesTheNumbersAndOverwriteReplaces() async throws {
      try folder.write("rows.csv", "a\n1\n2\n")
      func job(_ mode: String) throws -> String {
        try folder.write(
          "\(mode).yaml",
          """
          tables: {rows: {read: rows.csv}}
          outputs: {rows: {write: out/rows, format: json, mode: \(mode)}}
          """)
      }
      for mode in ["error", "append"] {
        let run = try await roost("run", job(mode), "--executors", "1", in: folder)
        #expect(run.code == 0, "\(run.stderr)")
      }
      #expect(
        try folder.contents("out/rows").keys.sorted() == [
          "_SUCCESS", "part-00000.json", "part-00001.json",
        ])
      #expect(try folder.rows("out/rows").map { $0["a"] as? Int } == [1, 2, 1, 2])
      try folder.write("rows.csv", "a\n3\n")
      let run = try await roost("run", job("overwrite"), "--executors", "1", in: folder)
      #expect(run.code == 0, "\(run.stderr)")
      #expect(try folder.rows("out/rows").map { $0["a"] as? Int } == [3])
      #expect(
        try folder.contents("out").keys.sorted() == ["rows/_SUCCESS", "rows/part-00000.json"])
    }

    @Test func theCommandLineIsChecked() async throws {
      let help = try await roost("--help", in: folder)
      #expect(help.code == 0)
      #expect(help.stdout.contains("submit"))
      for arguments in [["fly"], ["run"], ["submit", "--sideways"]] {
        let process = try RoostProcess(arguments, in: folder)
        let ending = try await process.wait()
        #expect(ending.code == 2, "\(arguments)")
        #expect(ending.stdout.isEmpty)
        #expect(!ending.stderr.isEmpty)
      }
      let jobs = try await roost("jobs", in: folder)
      #expect(jobs.code == 2)
      #expect(jobs.stderr.contains("ROOST_DRIVER"))
    }

    @Test func anotherAddressThanLoopbackIsRefused() async throws {
      let driver = try await roost("driver", "--listen", "0.0.0.0:0", in: folder)
      #expect(driver.code == 2)
      #expect(driver.stderr.contains("0.0.0.0:0"))
    }

    @Test func withoutADriverACommandSaysHowToGetOne() async throws {
      try folder.write("rows.csv", "a\n1\n")
      let job = try folder.write(
        "job.yaml", "tables: {rows: {read: rows.csv}}\noutputs: {rows: {show: 1}}\n")
      for arguments in [["submit", job], ["jobs"], ["executor", "--driver-timeout", "0"]] {
        // Port 1 belongs to a service that nobody runs any more.
        let process = try RoostProcess(arguments + ["--driver", "127.0.0.1:1"], in: folder)
        defer { process.end() }
        let ending = try await process.wait(seconds: 10)
        #expect(ending.code == 3, "\(arguments)")
        #expect(ending.stderr.contains("127.0.0.1:1"))
        #expect(ending.stderr.contains("roost driver"))
      }
    }
  }
}
