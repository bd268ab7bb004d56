import Columnar
import Plan
import Testing

@Suite struct AnalysisTests {
  @Test func derivesTheColumnsOfEachStep() throws {
    let job = try AnalysisCatalog().analyzed(
      """
      name: delays
      tables:
        flights: {read: {path: flights.csv, options: {nullValue: NA}, partitions: 3}}
        clean:
          from: flights
          where: arr_delay IS NOT NULL AND month <= 6
          select: origin, arr_delay / 60 AS hours, dep_delay, origin || '-' || dest AS route
        stats:
          from: clean
          group_by: [route, upper(origin) AS start]
          aggregate:
            - count(*) AS n
            - avg(hours) AS mean_hours
            - sum(dep_delay) / count(*) AS mean_start
          order_by: [mean_hours DESC, n + 1]
          limit: 10
          partitions: 4
      outputs:
        stats: {show: 20}
        clean: {cache: clean}
      """)
    #expect(job.name == "delays")
    #expect(job.tables.map(\.name) == ["flights", "clean", "stats"])
    let (flights, clean, stats) = (job.tables[0], job.tables[1], job.tables[2])
    guard case .read(let read) = flights.input else {
      Issue.record("\(flights.input)")
      return
    }
    #expect(read.partitions == 3)
    #expect(read.options.nullValues == ["NA"])
    #expect(flights.schema == AnalysisCatalog.flights)

    #expect(clean.input == .table(0))
    #expect(clean.filter?.type == .boolean)
    #expect(
      clean.schema
        == Schema([
          Field("origin", .string), Field("hours", .double), Field("dep_delay", .long),
          Field("route", .string),
        ]))
    #expect(clean.projection?.first?.expression == .column(12, .string))

    #expect(
      stats.schema
        == Schema([
          Field("route", .string), Field("start", .string), Field("n", .long),
          Field("mean_hours", .double), Field("mean_start", .double),
        ]))
    #expect(stats.order.map(\.descending) == [true, false])
    #expect(stats.order[0].expression == .column(3, .double))
    #expect(stats.limit == 10)
    #expect(stats.partitions == 4)
    let grouping = try #require(stats.grouping)
    #expect(grouping.keys.map(\.name) == ["route", "start"])
    guard case .aggregate(let calls, let results) = grouping.action else {
      Issue.record("\(grouping.action)")
      return
    }
    #expect(calls.map(\.function) == [.count, .avg, .sum])
    #expect(results.map(\.name) == ["n", "mean_hours", "mean_start"])
    // Keys come first in what results are computed from.
    #expect(results[0].expression == .column(2, .long))

    #expect(
      job.outputs == [
        AnalyzedOutput(table: 2, action: .show(rows: 20), line: 19),
        AnalyzedOutput(table: 1, action: .cache(name: "clean"), line: 20),
      ])
  }

  @Test func fillsInATraining() throws {
    let job = try AnalysisCatalog().analyzed(
      table(
        """
        group_by: tailnum
            train:
              learner: LinearRegression
              label: arr_delay
              features: [dep_delay, log(distance) AS log_distance, month = 12 AS december]
              params: {regParam: 1}
              test_fraction: 0.25
              seed: -3
        """))
    let table = try #require(job.tables.last)
    guard case .train(let training)? = table.grouping?.action else {
      Issue.record("\(table)")
      return
    }
    #expect(training.learners.map(\.name) == ["LinearRegression"])
    #expect(training.learners[0].parameters["regParam"] == .double(1))
    #expect(training.learners[0].parameters["fitIntercept"] == .boolean(true))
    #expect(training.label?.type == .double)
    #expect(training.features.map(\.name) == ["dep_delay", "log_distance", "december"])
    #expect(training.features.allSatisfy { $0.expression.type == .double })
    #expect(training.options.testFraction == 0.25)
    #expect(training.options.seed == -3)
    #expect(training.options.metrics == [.rmse, .r2])
    #expect(
      table.schema.names == [
        "tailnum", "learner", "rows", "train_rows", "test_rows", "dropped_rows", "train_rmse",
        "train_r2", "test_rmse", "test_r2", "intercept", "coefficients", "model", "error",
      ])
  }

  @Test func givesEachLearnerItsParameters() throws {
    let job = try AnalysisCatalog().analyzed(
      table(
        """
        train:
              learner: [LinearRegression, {LinearRegression: {regParam: 0.5}}]
              label: arr_delay
              features: dep_delay
              params: {fitIntercept: false, regParam: 0.1}
              metrics: [mae, r2]
        """))
    guard case .train(let training)? = job.tables.last?.grouping?.action else {
      Issue.record("\(job)")
      return
    }
    #expect(training.learners.map { $0.parameters["regParam"] } == [.double(0.1), .double(0.5)])
    #expect(training.learners.allSatisfy { $0.parameters["fitIntercept"] == .boolean(false) })
    #expect(training.options.metrics == [.mae, .r2])
  }

  @Test func putsTablesBehindThoseThatTheyRead() throws {
    let job = try AnalysisCatalog().analyzed(
      """
      tables:
        both: {union: [b, a, a]}
        b: {from: a, where: month = 1}
        a: {read: a.csv}
        c: {from: both}
      outputs: {c: {show: 1}, both: {show: 1}}
      """)
    #expect(job.tables.map(\.name) == ["a", "b", "both", "c"])
    #expect(job.tables[2].input == .union([1, 0, 0]))
    #expect(job.outputs.map(\.table) == [3, 2])
  }

  @Test func readsAChainOfThousandsOfTables() throws {
    var text = "tables:\n"
    for index in 0..<5000 { text += "  t\(index): {from: t\(index + 1)}\n" }
    text += "  t5000: {read: a.csv}\noutputs: {t0: {show: 1}}"
    let catalog = AnalysisCatalog(schemas: ["/jobs/a.csv": Schema([Field("x", .long)])])
    #expect(try catalog.analyzed(text).tables.count == 5001)
  }

  @Test func takesTheFormatFromTheFilesOfAFolder() throws {
    let catalog = AnalysisCatalog(folders: [
      "/jobs/data": ["/jobs/data/a.json", "/jobs/data/b.jsonl"]
    ])
    let job = try catalog.analyzed("tables: {t: {read: data}}\noutputs: {t: {show: 1}}")
    guard case .read(let read) = job.tables[0].input else {
      Issue.record("\(job)")
      return
    }
    #expect(read.format == .json)
    #expect(read.paths == ["/jobs/data"])
  }

  @Test func readsCachedTables() throws {
    let catalog = AnalysisCatalog(cached: ["kept": Schema([Field("x", .double)])])
    let job = try catalog.analyzed(
      "tables: {t: {read: cached:kept, select: x + 1 AS y}}\noutputs: {t: {show: 1}}")
    #expect(job.tables[0].input == .cached("kept"))
    #expect(job.tables[0].schema == Schema([Field("y", .double)]))
  }

  @Test func expandsStars() throws {
    let job = try AnalysisCatalog().analyzed(table("select: '*, distance / air_time AS speed'"))
    #expect(job.tables[1].schema.names == AnalysisCatalog.flights.names + ["speed"])
  }

  @Test func letsAGlobReadBesideAnOutput() throws {
    let job = try AnalysisCatalog().analyzed(
      "tables: {t: {read: 'data/*.csv'}}\noutputs: {t: {write: data/out}}")
    #expect(job.outputs.count == 1)
  }

  private func table(_ steps: String) -> String {
    "tables:\n  f: {read: f.csv}\n  t:\n    from: f\n    \(steps)\noutputs: {t: {show: 1}}"
  }
}
