import Columnar
import Plan
import Testing

@Suite struct JobFileTests {
  @Test func readsTheWholeOfATable() throws {
    let job = try read(
      """
      name: delay-by-route
      tables:
        flights:
          read: {path: data/flights.csv, options: {nullValue: NA}}
        clean:
          from: flights
          where: arr_delay IS NOT NULL AND month <= 6
          select: origin, dest, origin || '-' || dest AS route
        stats:
          from: clean
          group_by: [route]
          aggregate:
            - count(*) AS n
            - avg(arr_delay) AS mean_delay
          order_by: mean_delay DESC
          limit: 10
          partitions: 4
        models:
          from: clean
          group_by: [tailnum]
          train:
            learner: LinearRegression
            label: arr_delay
            features: [dep_delay, distance]
            params: {regParam: 0.0}
            test_fraction: 0.2
            seed: 7
            metrics: [rmse, mae]
        both:
          union: [stats, stats]
      outputs:
        models: {write: out/models, format: parquet, mode: overwrite}
        stats: {show: 20}
        clean: {cache: flights_clean}
      """)
    #expect(job.name == "delay-by-route")
    #expect(job.tables.map(\.name) == ["flights", "clean", "stats", "models", "both"])
    #expect(job.tables.map(\.line) == [3, 5, 9, 18, 29])

    let files = try #require(job.tables[0].files)
    #expect(files.paths == ["/jobs/data/flights.csv"])
    #expect(files.format == .csv)
    #expect(files.options.nullValues == ["NA"])

    #expect(job.tables[1].filter?.line == 7)
    #expect(job.tables[1].select?.count == 3)
    #expect(job.tables[2].aggregate?.map(\.line) == [13, 14])
    #expect(job.tables[2].orderBy.map(\.value.descending) == [true])
    #expect(job.tables[2].limit == 10)
    #expect(job.tables[2].partitions?.value == 4)

    let train = try #require(job.tables[3].train)
    #expect(train.learners.map(\.name.value) == ["LinearRegression"])
    #expect(train.features.count == 2)
    #expect(train.parameters.map(\.text) == ["regParam: 0.0"])
    #expect(train.testFraction == 0.2)
    #expect(train.seed == 7)
    #expect(train.metrics?.map(\.value) == ["rmse", "mae"])

    #expect(
      job.outputs.map(\.action) == [
        .write(FileWrite(path: "/jobs/out/models", format: .parquet, mode: .overwrite)),
        .show(rows: 20), .cache(name: "flights_clean"),
      ])
    #expect(job.outputs.map(\.line) == [32, 33, 34])
  }

  @Test func takesTheJobsNameFromTheFile() throws {
    #expect(try read("tables: {a: {read: a.csv}}\noutputs: {a: {show: 1}}").name == "flights")
  }

  @Test func putsBracketedListsTogetherAgain() throws {
    let table = try table("group_by: [a]\n    aggregate: [corr(a, b) AS r, count(*) AS n]")
    #expect(
      table.aggregate?.map(\.text) == Array(repeating: "corr(a, b) AS r, count(*) AS n", count: 2))
    let order = try self.table("order_by: [a DESC NULLS LAST, nvl(a, b)]").orderBy
    #expect(order.map(\.value.nullsFirst) == [false, true])
  }

  @Test func keepsTextAsItWasWritten() throws {
    let options = try read("no.csv", options: "nullValue: [no, ~, 010, null, '']").options
    #expect(options.nullValues == ["no", "~", "010", "null", ""])
    #expect(try read("on").paths == ["/jobs/on"])
  }

  @Test func readsTheOptionsOfCSV() throws {
    let options = try read(
      "a.csv", options: "header: false, sep: '|', quote: \"'\", escape: \\, multiLine: TRUE"
    ).options
    #expect(!options.header)
    #expect(options.delimiter == "|")
    #expect(options.quote == "'")
    #expect(options.escape == "\\")
    #expect(options.multiLine)
    #expect(try read("a.tsv", options: "header: true").options.delimiter == "\t")
    #expect(try read("a.tsv", options: "delimiter: ;").options.delimiter == ";")
    #expect(try read("a.csv", options: "delimiter: \\t").options.delimiter == "\t")
    // Spark's way to say that a quote inside of quotes is doubled.
    #expect(try read("a.csv", options: "escape: '\"'").options.escape == nil)
  }

  @Test(arguments: [
    ("a.csv", FileFormat.csv), ("a.TSV", .csv), ("a.parquet", .parquet), ("a.json", .json),
    ("a.jsonl", .json), ("a.ndjson", .json), ("a.arrow", .arrow), ("a.feather", .arrow),
    ("s3://bucket/a.parquet?region=x.csv", .parquet), ("'data/*.csv'", .csv),
  ])
  func takesTheFormatFromTheExtension(path: String, format: FileFormat) throws {
    #expect(try read(path).format == format)
  }

  @Test func leavesTheFormatOfFoldersOpen() throws {
    #expect(try read("data/flights").format == nil)
    #expect(try read("data/2013.d/flights").format == nil)
    #expect(try read("data, format: arrow").format == .arrow)
  }

  @Test func makesPathsAbsolute() throws {
    let paths = try read("[../a.csv, ./b//c.csv, /d.csv, 'file:///e.csv', s3://f/../g.csv]").paths
    #expect(paths == ["/a.csv", "/jobs/b/c.csv", "/d.csv", "/e.csv", "s3://f/../g.csv"])
    let folder = JobFolder(path: "/jobs")
    #expect(folder.absolute("../../../x") == "/x")
    #expect(folder.absolute("a/*/../b") == "/jobs/a/*/../b")
    #expect(folder.absolute(".") == "/jobs")
  }

  @Test func readsADeclaredSchema() throws {
    let schema = try read("a.csv, schema: 'a long, b array<double>'").declaredSchema
    #expect(schema == Schema([Field("a", .long), Field("b", .list(.double))]))
  }

  @Test func readsCachedTables() throws {
    let table = try table("limit: 1", source: "read: cached:flights_clean")
    guard case .cached(let name) = table.source else {
      Issue.record("\(table.source)")
      return
    }
    #expect(name.value == "flights_clean")
  }

  @Test func readsSeveralLearners() throws {
    let train = try #require(
      try table(
        """
        train:
              learner: [LinearRegression, {RandomForestRegressor: {numTrees: 50}}]
              label: a
              features: b
        """
      ).train)
    #expect(train.learners.map(\.name.value) == ["LinearRegression", "RandomForestRegressor"])
    #expect(train.learners[1].parameters.map(\.value.name) == ["numTrees"])
    #expect(train.learners[1].parameters.map(\.value.value) == ["50"])
  }

  @Test func givesATableSeveralOutputs() throws {
    let job = try read(
      """
      tables: {a: {read: a.csv}}
      outputs:
        a:
          - {write: out/a.csv, options: {header: false}}
          - {write: out/b, options: {compression: zstd}, mode: append}
          - {show: 3, cache: kept}
      """)
    var csv = WriteOptions()
    csv.header = false
    var parquet = WriteOptions()
    parquet.compression = "zstd"
    #expect(
      job.outputs.map(\.action) == [
        .write(FileWrite(path: "/jobs/out/a.csv", format: .csv, mode: .error, options: csv)),
        .write(FileWrite(path: "/jobs/out/b", format: .parquet, mode: .append, options: parquet)),
        .show(rows: 3), .cache(name: "kept"),
      ])
  }

  @Test func followsAliases() throws {
    let job = try read(
      """
      tables:
        a: {read: a.csv, select: &columns [x, y]}
        b: {from: a, select: *columns}
      outputs: {b: {show: 1}}
      """)
    #expect(job.tables[1].select?.count == 2)
  }

  private func read(_ text: String) throws -> Job {
    try Job(text: text, fileName: "jobs/flights.yaml", folder: JobFolder(path: "/jobs"))
  }

  private func table(_ steps: String, source: String = "read: a.csv") throws -> JobTable {
    try read("tables:\n  t:\n    \(source)\n    \(steps)\noutputs: {t: {show: 1}}").tables[0]
  }

  private func read(_ path: String, options: String? = nil) throws -> JobRead {
    let options = options.map { ", options: {\($0)}" } ?? ""
    return try #require(try table("limit: 1", source: "read: {path: \(path)\(options)}").files)
  }
}

extension JobTable {
  fileprivate var files: JobRead? {
    if case .read(let read) = source { read } else { nil }
  }
}
