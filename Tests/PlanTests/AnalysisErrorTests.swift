import Columnar
import Plan
import Testing

@Suite struct AnalysisErrorTests {
  @Test func namesTheLineOfEachError() {
    #expect(
      AnalysisCatalog().messages(
        """
        tables:
          flights:
            read: flights.csv
          clean:
            from: flight
          stats:
            from: flights
            group_by: carrier
            aggregate:
              - count(*) AS n
              - average(arr_delay) AS m
              - avg(arr_dely) AS d
        outputs:
          stat: {show: 1}
        """) == [
          "job.yaml:5: there is no table 'flight'; did you mean 'flights'?",
          "job.yaml:11: in `average(arr_delay) AS m`: unknown function 'average' (at character 1)",
          """
          job.yaml:12: in `avg(arr_dely) AS d`: unknown column 'arr_dely'; did you mean 'arr_delay'? \
          (at character 5)
          """,
          "job.yaml:14: there is no table 'stat'; did you mean 'stats'?",
        ])
  }

  @Test func showsTheBeginningOfALongExpression() {
    let text = String(repeating: "x", count: 300)
    #expect(
      AnalysisCatalog().messages(
        """
        tables:
          late:
            read: flights.csv
            where: carrier = '\(text)' AND arr_dely > 1
        outputs:
          late: {show: 1}
        """) == [
          """
          job.yaml:4: in `carrier = '\(text.prefix(189))...`: unknown column 'arr_dely'; \
          did you mean 'arr_delay'? (at character 318)
          """
        ])
  }

  @Test func namesACycle() {
    expect(
      """
      tables:
        a: {read: a.csv}
        b: {union: [a, d]}
        c: {from: b}
        d: {from: c}
      outputs: {d: {show: 1}}
      """, "job.yaml:3: tables read each other in a circle: b reads d reads c reads b")
    expect("tables: {a: {from: a}}\noutputs: {a: {show: 1}}", "a reads a")
  }

  @Test func reportsWhatTheCatalogSays() {
    expect(
      "tables:\n  a:\n    read: missing.csv\noutputs: {a: {show: 1}}",
      "job.yaml:3: there is no file /jobs/missing.csv")
    expect(
      "tables: {a: {read: nothing}}\noutputs: {a: {show: 1}}", "there is no file /jobs/nothing")
  }

  @Test func keepsTheErrorOfTheCatalog() throws {
    let error = #expect(throws: JobErrors.self) {
      try AnalysisCatalog().analyzed("tables: {a: {read: missing.csv}}\noutputs: {a: {show: 1}}")
    }
    guard case .input(let input)? = error?.errors.first?.problem else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(input is AnalysisCatalog.Missing)
  }

  @Test func stopsAtAHundredErrors() {
    var text = "tables:\n"
    for index in 0..<3000 { text += "  t\(index): {from: u\(index)}\n" }
    text += "  f: {read: f.csv}\n  s:\n    from: f\n    select:\n"
    for index in 0..<3000 { text += "      - x\(index)\n" }
    text += "outputs: {s: {show: 1}}"
    #expect(AnalysisCatalog().messages(text).count == 100)
    #expect(AnalysisCatalog().messages(text.replacing("{from:", with: "{form:")).count == 100)
  }

  @Test func doesNotRepeatErrorsInReaders() {
    #expect(
      AnalysisCatalog().messages(
        """
        tables:
          a: {read: missing.csv}
          b: {from: a, select: x}
        outputs: {b: {write: out}}
        """
      ).count == 1)
  }

  @Test func refusesFoldersOfUnclearFormat() {
    let read = "tables: {a: {read: data}}\noutputs: {a: {show: 1}}"
    func catalog(_ files: [String]) -> AnalysisCatalog {
      AnalysisCatalog(folders: ["/jobs/data": files])
    }
    expect(read, "there are no files at /jobs/data", catalog([]))
    expect(read, "the name of /jobs/data/x does not tell its format", catalog(["/jobs/data/x"]))
    expect(read, "(csv, json)", catalog(["/jobs/data/x.csv", "/jobs/data/x.json"]))
  }

  @Test func refusesOptionsOfOtherFormats() {
    expect(
      "tables: {a: {read: {path: a.parquet, options: {sep: ;}}}}\noutputs: {a: {show: 1}}",
      "the option `sep` means nothing for the format parquet")
  }

  @Test func refusesUnionsOfDifferentColumns() {
    func union(_ select: String) -> String {
      """
      tables:
        a: {read: a.csv, select: month, day}
        b: {read: a.csv, select: \(select)}
        c:
          union: [a, b]
      outputs: {c: {show: 1}}
      """.replacing("select: month, day", with: "select: 'month, day'")
    }
    expect(union("day"), "column 1 is month long in the one and day long in the other")
    expect(union("month"), "the one has 2 columns and the other 1")
    expect(union("'month, day / 2 AS day'"), "column 2 is day long in the one and day double")
    expect(union("month"), "job.yaml:5: ")
  }

  @Test(arguments: [
    ("where: arr_delay", "a condition must be boolean, not long"),
    ("where: count(*) > 1", "cannot stand here"),
    ("select: month, month", "`select` would have two columns 'month'"),
    ("select: month AS day, day", "two columns 'day'"),
    ("select: \"*, month\"", "two columns 'month'"),
    ("order_by: moth", "unknown column 'moth'; did you mean 'month'?"),
    ("select: [month]\n    order_by: day", "unknown column 'day'"),
    ("group_by: carrier\n    aggregate: count(*) AS carrier", "two columns are named 'carrier'"),
    ("group_by: carrier\n    aggregate: avg(month)\n    order_by: month", "unknown column 'month'"),
    ("group_by: carrier\n    aggregate: month", "must stand inside of an aggregate function"),
    ("group_by: \"*\"\n    aggregate: count(*)", "`*` cannot stand in `group_by`"),
    ("aggregate: \"*\"", "`*` cannot stand in `aggregate`"),
    ("group_by: [month, month]\n    aggregate: count(*)", "two columns 'month'"),
    ("group_by: count(*)\n    aggregate: count(*)", "cannot stand here"),
  ])
  func refusesSteps(steps: String, message: String) {
    expect(table(steps), message)
  }

  @Test(arguments: [
    ("LinearRegresion, label: month, features: day", "did you mean 'LinearRegression'?"),
    ("Perceptron, label: month, features: day", "there is no learner 'Perceptron'; there are "),
    ("KMeans, label: month, features: day", "`label` means nothing to learners of clustering"),
    ("KMeans", "`train` of a learner of clustering needs `features`"),
    ("LinearRegression, features: day", "needs `label`"),
    ("SeasonalNaive, label: month", "`train` of a learner of forecasting needs `time`"),
    (
      "SeasonalNaive, label: month, time: day, features: day, weight: day",
      "`features` means nothing to learners of forecasting"
    ),
    ("LinearRegression, label: month, features: day, horizon: 3", "`horizon` means nothing"),
    ("[LinearRegression, KMeans], label: month, features: day", "must be of one kind"),
    ("LogisticRegression, label: time_hour, features: day", "the label `time_hour` is of type"),
    (
      "LinearRegression, label: month, features: day, categorical: dai",
      "`categorical` names 'dai', which is none of the features; did you mean 'day'?"
    ),
    ("LinearRegression, label: month, features: day, weight: carrier", "the weight `carrier`"),
    ("LinearRegression, label: month, features: day, split_by: day", "state `test_fraction`"),
    (
      "LinearRegression, label: month, features: day, split_by: carrier, folds: 3",
      "`carrier` is of type string; rows are sorted by"
    ),
    ("LinearRegression, label: month, features: day, by: test_rmse", "write `keep: best`"),
    (
      "LinearRegression, label: month, features: day, keep: best, by: test_rmse",
      "no metric 'test_rmse' to choose by"
    ),
    ("LinearRegression, label: month, features: day, keep: first", "one of all, best"),
    ("LinearRegression, label: month, features: day, folds: 1", "`folds` is '1'"),
    ("LinearRegression, label: month, features: day, explain: lime", "one of gain"),
    (
      "LinearRegression, label: month, features: day, tune: {space: {regParm: [1]}}",
      "no learner of this table has a parameter 'regParm' to tune; did you mean 'regParam'?"
    ),
    (
      "LinearRegression, label: month, features: day, tune: {space: {regParam: [-1]}}",
      "regParam of LinearRegression is -1"
    ),
    (
      "LinearRegression, label: month, features: day, tune: {space: {regParam: {from: 2, to: 1}}}",
      "'regParam' cannot be searched from 2 to 1"
    ),
    (
      "LinearRegression, label: month, features: day, tune: {search: grid, space: {regParam: {from: 0, to: 1}}}",
      "of which a grid search knows no values"
    ),
    (
      "LinearRegression, label: month, features: day, tune: {space: {regParam: {from: 0, to: 1, log: true}}}",
      "has no logarithm"
    ),
    (
      "LinearRegression, label: carrier, features: day",
      "the label `carrier` is of type string; it must be a number or a boolean"
    ),
    ("LinearRegression, label: time_hour, features: day", "of type timestamp"),
    ("LinearRegression, label: month, features: [day, carrier]", "the feature `carrier`"),
    ("LinearRegression, label: month, features: [day, day]", "`features` would have two columns"),
    ("LinearRegression, label: month, features: [day, month]", "is also a feature"),
    ("LinearRegression, label: month, features: '*'", "`*` cannot stand in `features`"),
    ("LinearRegression, label: moth, features: day", "did you mean 'month'?"),
    (
      "LinearRegression, label: month, features: day, params: {regparam: 1}",
      "LinearRegression has no parameter 'regparam'; did you mean 'regParam'?"
    ),
    ("LinearRegression, label: month, features: day, params: {regParam: -1}", "regParam"),
    ("LinearRegression, label: month, features: day, params: {regParam: nan}", "regParam"),
    ("LinearRegression, label: month, features: day, params: {fitIntercept: 2}", "true or false"),
    ("LinearRegression, label: month, features: day, metrics: [rsme]", "did you mean 'rmse'?"),
    ("LinearRegression, label: month, features: day, metrics: [r2, r2]", "is listed twice"),
    ("[LinearRegression, LinearRegression], label: month, features: day", "is listed twice"),
  ])
  func refusesTrainings(train: String, message: String) {
    expect(table("train: {learner: \(train)}"), message)
  }

  @Test func refusesKeysThatTrainingNames() {
    expect(
      table(
        "select: month AS rows, day, hour\n    group_by: rows\n"
          + "    train: {learner: LinearRegression, label: day, features: hour}"),
      "the result of 't' would have two columns 'rows'")
  }

  @Test(arguments: [
    ("{f: {write: out}, t: {write: ./out/}}", "line 3 already writes to /jobs/out"),
    ("{f: {write: out}, t: {write: out/t}}", "/jobs/out/t overlaps with /jobs/out"),
    ("{t: {write: f.csv}}", "/jobs/f.csv overlaps with /jobs/f.csv, which the table 'f' reads"),
    ("{t: {write: .}}", "overlaps with /jobs/f.csv"),
    ("{f: {cache: a}, t: {cache: a}}", "line 3 already caches a table as 'a'"),
    ("{u: {write: out}}", "there is no table 'u'"),
  ])
  func refusesOutputs(outputs: String, message: String) {
    expect("tables: {f: {read: f.csv},\n  t: {from: f}}\noutputs: \(outputs)", message)
  }

  @Test func refusesToCacheWhatItReads() {
    expect(
      "tables: {f: {read: cached:a}}\noutputs: {f: {cache: a}}", "the table 'f' reads cached:a",
      AnalysisCatalog(cached: ["a": AnalysisCatalog.flights]))
    expect(
      "tables: {f: {read: cached:flihgts}}\noutputs: {f: {show: 1}}", "did you mean 'flights'?",
      AnalysisCatalog(cached: ["flights": AnalysisCatalog.flights]))
  }

  @Test func refusesGlobsInsideOfAnOutput() {
    expect(
      "tables: {f: {read: 'out/*.csv'}}\noutputs: {f: {write: out}}",
      "/jobs/out overlaps with /jobs/out/*.csv")
    expect(
      "tables: {f: {read: {path: data, format: csv}}}\noutputs: {f: {write: data/out}}",
      "/jobs/data/out overlaps with /jobs/data")
    expect(
      "tables: {f: {read: s3://b/a.csv}}\noutputs: {f: {write: s3://b/a.csv/}}", "overlaps with")
  }

  @Test func refusesColumnsThatAFormatCannotHold() {
    expect(
      """
      tables: {f: {read: f.csv, train: {learner: LinearRegression, label: month, features: day}}}
      outputs: {f: {write: out, format: csv}}
      """, "csv cannot hold the column 'coefficients' of type array<double>")
  }

  private func table(_ steps: String) -> String {
    "tables:\n  f: {read: f.csv}\n  t:\n    from: f\n    \(steps)\noutputs: {t: {show: 1}}"
  }

  private func expect(
    _ text: String, _ part: String, _ catalog: AnalysisCatalog = AnalysisCatalog(),
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let messages = catalog.messages(text)
    #expect(messages.contains { $0.contains(part) }, "\(messages)", sourceLocation: sourceLocation)
  }
}
