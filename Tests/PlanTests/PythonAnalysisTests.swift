import Columnar
import Plan
import Testing

@Suite struct PythonAnalysisTests {
  @Test func aFunctionOfGroupsGivesWhatItReturns() throws {
    let table = try analyzed(
      """
      group_by: [carrier, month + 1 AS next]
          apply: {python: train.py:train, schema: "carrier string, n long"}
          order_by: n DESC
      """)
    #expect(table.schema == Schema([Field("carrier", .string), Field("n", .long)]))
    #expect(table.grouping?.keys.map(\.name) == ["carrier", "next"])
    guard case .apply(let function)? = table.grouping?.action else {
      Issue.record("\(String(describing: table.grouping))")
      return
    }
    #expect(function.function.text == "train.py:train")
    #expect(function.function.environment.files.map(\.name) == AnalysisCatalog().shipped.sorted())
    #expect(table.order[0].expression == .column(1, .long))
  }

  @Test func recordedErrorsComeWithTheKeysThatAreNotReturned() throws {
    let table = try analyzed(
      """
      group_by: [carrier, month]
          apply: {python: train.py:train, schema: "n long, month long", on_error: record}
      """)
    #expect(
      table.schema
        == Schema([
          Field("carrier", .string), Field("n", .long), Field("month", .long),
          Field("error", .string),
        ]))
  }

  @Test func aMappingStandsAfterWhereAndSelect() throws {
    let table = try analyzed(
      """
      where: month > 1
          select: month, day
          map: {python: mylib:f, schema: "x double", format: arrow}
          limit: 3
      """.replacing("select: month, day", with: "select: 'month, day'"))
    #expect(table.mapping?.returned == Schema([Field("x", .double)]))
    #expect(table.mapping?.function.format == .arrow)
    #expect(table.schema == Schema([Field("x", .double)]))
    #expect(table.projectedSchema.names == ["month", "day"])
  }

  @Test func expressionsCallFunctionsOfColumns() throws {
    let table = try analyzed(
      """
      where: km(distance, 1) > 2
          select: "CASE WHEN KM(month, day) > 1 THEN km(km(month, 2), NULL) END AS x, carrier"
      """)
    #expect(table.schema == Schema([Field("x", .double), Field("carrier", .string)]))
    let text = table.projection?[0].expression.text(columns: AnalysisCatalog.flights.names)
    #expect(
      text == """
        CASE WHEN (lib/geo.py:km(month, day) > 1.0) THEN \
        lib/geo.py:km(lib/geo.py:km(month, 2), NULL) ELSE NULL END
        """)
    #expect(table.filter?.type == .boolean)
  }

  @Test func aggregateListsCallFunctionsOfGroups() throws {
    let table = try analyzed(
      """
      group_by: carrier
          aggregate:
            - gini(distance) * 100 AS g
            - GINI(distance) AS again
            - gini(distance, month + 1) AS other
            - count(*) AS n
      """)
    #expect(table.schema.names == ["carrier", "g", "again", "other", "n"])
    guard case .aggregate(let calls, _)? = table.grouping?.action else {
      Issue.record("\(String(describing: table.grouping))")
      return
    }
    #expect(calls.count == 3)
    #expect(calls.map(\.arguments.count) == [1, 2, 0])
    #expect(calls.map(\.function.isMergeable) == [false, false, true])
    #expect(calls[0].type == .double)
  }

  @Test func aCogroupHasKeysOfACommonType() throws {
    let catalog = AnalysisCatalog(schemas: [
      "/jobs/sales.csv": Schema([Field("store", .integer), Field("amount", .double)]),
      "/jobs/visits.csv": Schema([Field("day", .date), Field("store", .long)]),
    ])
    let job = try catalog.analyzed(
      """
      tables:
        sales: {read: sales.csv}
        visits: {read: visits.csv}
        t:
          cogroup: {left: sales, right: visits, on: store, python: train.py:merge, schema: n long, on_error: record}
          where: n > 1
      outputs: {t: {show: 1}}
      """)
    guard case .cogroup(let cogroup)? = job.tables.last?.input else {
      Issue.record("\(job.tables)")
      return
    }
    #expect([cogroup.left, cogroup.right] == [0, 1])
    let key = BoundExpression.column(0, .integer)
    #expect(
      cogroup.leftKeys == [
        NamedExpression(name: "store", expression: BoundExpression(.cast(key, .ansi), .long))
      ])
    #expect(
      cogroup.rightKeys == [NamedExpression(name: "store", expression: .column(1, .long))])
    #expect(
      job.tables.last?.schema
        == Schema([Field("store", .long), Field("n", .long), Field("error", .string)]))
  }

  @Test(arguments: [
    (
      "group_by: km(month)\n    aggregate: count(*)", "the Python function km cannot be called here"
    ),
    ("order_by: km(month)", "the Python function km cannot be called here; call it in `select`"),
    ("aggregate: sum(km(month))", "the Python function km cannot be called here"),
    ("aggregate: gini(km(month))", "the Python function km cannot be called here"),
    ("aggregate: km(sum(month))", "the Python function km cannot be called here"),
    (
      "train: {learner: LinearRegression, label: km(month), features: day}",
      "the Python function km cannot be called here"
    ),
    (
      "train: {learner: LinearRegression, label: month, features: km(day)}",
      "the Python function km cannot be called here"
    ),
    ("select: km()", "km takes 1 or more arguments, not 0"),
    ("select: km(DISTINCT month)", "DISTINCT has no meaning in km"),
    ("select: km(*)", "* stands only alone"),
    ("select: kn(month)", "unknown function 'kn'"),
    ("select: km_(month)", "unknown function 'km_'; did you mean 'km'?"),
    ("select: gini(month)", "the aggregate function gini cannot stand here"),
    ("aggregate: gini()", "gini takes 1 or more arguments, not 0"),
    ("aggregate: gini(*)", "* stands only alone"),
    ("aggregate: gini(DISTINCT month)", "DISTINCT has no meaning in gini"),
    ("where: km(month)", "a condition must be boolean, not double"),
  ])
  func refusesCalls(steps: String, message: String) {
    let messages = AnalysisCatalog().messages(job(steps))
    #expect(messages.contains { $0.contains(message) }, "\(messages)")
  }

  @Test(arguments: [
    (
      "left: a, right: a, on: moth",
      "'a' has no column 'moth', which `on` names; did you mean 'month'?"
    ),
    ("left: a, right: b, on: month", "'b' has no column 'month', which `on` names"),
    (
      "left: a, right: b, on: carrier",
      "'carrier' is of type string on the left and long on the right, which cannot be compared"
    ),
    ("left: a, right: a, on: [month, month]", "`on` would have two columns 'month'"),
    ("left: a, right: none, on: month", "there is no table 'none'"),
  ])
  func refusesCogroups(cogroup: String, message: String) {
    let messages = AnalysisCatalog().messages(
      """
      tables:
        a: {read: a.csv}
        b: {from: a, select: day AS carrier}
        t: {cogroup: {\(cogroup), python: train.py:f, schema: x long}}
      outputs: {t: {show: 1}}
      """)
    #expect(messages.contains { $0.contains(message) }, "\(messages)")
  }

  @Test func aFunctionWithoutItsFileIsReportedOnce() {
    #expect(
      AnalysisCatalog().messages(
        """
        functions:
          f: {python: nothing.py:f, returns: long}
        tables: {t: {read: a.csv, select: "f(month) AS x, f(day) AS y"}}
        outputs: {t: {show: 1}}
        """) == [
          """
          job.yaml:2: there is no file 'nothing.py', which should define nothing.py:f; paths start at the job file's \
          folder
          """
        ])
  }

  @Test func theEnvironmentIsThatOfTheJob() throws {
    let job = try AnalysisCatalog().analyzed(
      """
      python: {interpreter: /usr/bin/python3, requirements: [xgboost]}
      tables: {t: {read: a.csv, map: {python: score.py:f, schema: a long}}}
      outputs: {t: {show: 1}}
      """)
    let environment = job.tables[0].mapping?.function.environment
    #expect(environment?.interpreter == "/usr/bin/python3")
    #expect(environment?.requirements == ["xgboost"])
  }

  @Test(arguments: [
    (
      "apply: {python: trian.py:f, schema: a long}",
      "there is no file 'trian.py', which should define trian.py:f; did you mean 'train.py'?"
    ),
    (
      "map: {python: lib/nothing.py:f, schema: a long}",
      "lib/nothing.py:f; paths start at the job file's folder"
    ),
    (
      "group_by: month\n    apply: {python: train.py:f, schema: month int, on_error: record}",
      "`schema` has the key 'month' as int, but it is of type long"
    ),
    (
      "group_by: month\n    apply: {python: train.py:f, schema: error string, on_error: record}",
      "`schema` has a column 'error', which `on_error: record` adds itself"
    ),
    (
      "group_by: month AS error\n    apply: {python: train.py:f, schema: a long, on_error: record}",
      "the result of 't' would have two columns 'error'"
    ),
  ])
  func refuses(steps: String, message: String) {
    let messages = AnalysisCatalog().messages(job(steps))
    #expect(messages.contains { $0.contains(message) }, "\(messages)")
  }

  private func job(_ steps: String) -> String {
    """
    functions:
      km: {python: lib/geo.py:km, returns: double}
      gini: {python: stats.py:gini, returns: double, aggregate: true}
    tables:
      a: {read: a.csv}
      t:
        from: a
        \(steps)
    outputs: {t: {show: 1}}
    """
  }

  private func analyzed(_ steps: String) throws -> AnalyzedTable {
    try #require(AnalysisCatalog().analyzed(job(steps)).tables.last)
  }
}
