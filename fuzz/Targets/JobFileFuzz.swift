import Columnar
import Driver
import Plan
import Wire

/// Job files: their text, their analysis against files that are said to be there, their plan and its message.
struct JobFileFuzz: FuzzTarget {
  let name = "jobs"

  func run(_ input: [UInt8]) {
    do {
      let plan = try Self.plan(of: String(decoding: input, as: UTF8.self))
      expectToTravel(plan, as: \.wire, readBy: StagePlan.init(wire:))
    } catch {
      _ = "\(error)"
    }
  }

  static func plan(of text: String) throws -> StagePlan {
    let job = try Job(text: text, fileName: "job.yaml", folder: JobFolder(path: "/jobs"))
    let analyzed = try analyze(job, catalog: FlightsCatalog())
    var scans: [Int: ScanInput] = [:]
    for (index, table) in analyzed.tables.enumerated() {
      guard case .read = table.input else { continue }
      scans[index] = ScanInput(
        fileSchema: table.inputSchema,
        partitions: (0..<3).map { part in
          [
            FileSplit(
              file: FileIdentity(path: "/data/f", size: 300, modified: 1),
              part: .bytes(part * 100..<(part + 1) * 100))
          ]
        }, byteCount: 300)
    }
    return try Planner().plan(
      analyzed, scans: scans, cached: ["kept": CachedTableLayout(partitionCount: 3)])
  }

  func seeds() throws -> [[UInt8]] { Self.texts.map { Array($0.utf8) } }

  static let texts = [
    // A table and an output of each kind.
    """
    name: all
    tables:
      flights:
        read:
          path: data/flights.csv
          options: {nullValue: NA, header: true, sep: ','}
          schema: "origin string, dest string, day date, x double, n long, m decimal(10,2), a array<double>"
      clean:
        from: flights
        where: x IS NOT NULL AND n <= 6
        select: origin, dest, x, n, origin || '-' || dest AS route, a[0] AS first
      stats:
        from: clean
        group_by: [route]
        aggregate:
          - count(*) AS n
          - avg(x) AS mean
          - percentile(x, 0.5) AS median
        order_by: mean DESC NULLS LAST
        limit: 10
      models:
        from: clean
        group_by: [route]
        partitions: 4
        train:
          learner: LinearRegression
          label: x
          features: [n, first]
          params: {regParam: 0.5}
          test_fraction: 0.2
          seed: 7
          metrics: [rmse, mae]
    outputs:
      models: {write: out/models, format: parquet, mode: overwrite}
      stats: {show: 20}
      clean: {cache: flights_clean}
    """,
    """
    tables:
      a: {read: a.parquet}
      b: {read: [b*.csv, c/], where: n > 1}
      k: {read: cached:kept}
      u: {union: [a, b, k], select: "*, year(day) AS y"}
      s: {from: u, order_by: [y, "n DESC"], limit: 5}
    outputs: {s: {show: 5}, u: {write: s3://b/u, mode: append}}
    """,
    """
    tables:
      x: &x {read: stores.csv, select: [corr(x, n) AS r]}
      y: *x
      z: {from: x, train: {learner: [LinearRegression, {LinearRegression: {maxIter: 5}}], label: r, features: r}}
    outputs: {z: {show: 1}, y: [{show: 2}, {cache: c}]}
    """,
    // A Python function in each place that has one.
    """
    python: {interpreter: /usr/bin/python3, requirements: [xgboost==3.1], files: [f.py, lib/]}
    functions:
      far: {python: f.py:far, returns: double, format: arrow}
      gini: {python: stats:gini, returns: "array<double>", aggregate: true}
    tables:
      a: {read: a.csv, where: n > 1 AND far(x) > 2, select: "*, far(far(x), n) AS y"}
      g: {from: a, group_by: origin, aggregate: "gini(x, n)[0] AS g"}
      p:
        from: a
        group_by: [origin, year(day) AS y]
        apply: {python: f.py:train, schema: "origin string, s: long", timeout: 60s, memory: 512MB, on_error: record}
      m: {from: g, map: {python: f.py:M.score, schema: '{"type":"struct","fields":[{"name":"g","type":"double"}]}'}}
      c:
        cogroup: {left: p, right: a, on: [origin], python: f.py:merge, schema: {type: struct, fields: [{name: z, type: date}]}}
        limit: 3
    outputs: {c: {show: 1}, m: {write: o}}
    """,
  ]
}

/// The same columns in every file.
private struct FlightsCatalog: Catalog {
  func files(at paths: [String]) -> [String] { ["/data/f.parquet"] }

  func schema(of read: FileRead) -> Schema { read.declaredSchema ?? Self.columns }

  func schema(ofCached name: String) -> Schema? { name == "kept" ? Self.columns : nil }

  var shippedFiles: [ShippedFile] {
    [ShippedFile(name: "f.py", digest: String(repeating: "0", count: 64), byteCount: 100)]
  }

  var cachedNames: [String] { ["kept"] }

  private static let columns = Schema([
    Field("origin", .string), Field("dest", .string), Field("day", .date), Field("x", .double),
    Field("n", .long), Field("m", .decimal(precision: 10, scale: 2)),
    Field("a", .list(.double)), Field("promotion", .boolean), Field("at", .timestamp),
  ])
}
