import Columnar
import Plan
import Testing

/// What a job file says of Python functions, and what it cannot say.
@Suite struct JobFilePythonTests {
  @Test func readsWhereFunctionsRun() throws {
    let job = try job(
      """
      python:
        interpreter: /opt/python/bin/python3
        requirements: [scikit-learn==1.9.1, xgboost, "numpy>=2,<3"]
        files: [features/, ../shared/lookup.csv, ./mylib-1.0-py3-none-any.whl]
      """)
    #expect(job.python.interpreter == "/opt/python/bin/python3")
    #expect(job.python.requirements == ["scikit-learn==1.9.1", "xgboost", "numpy>=2,<3"])
    #expect(
      job.shippedPaths == [
        ShippedPath(path: "/jobs/features", name: "features", line: 4),
        ShippedPath(path: "/shared/lookup.csv", name: "lookup.csv", line: 4),
        ShippedPath(
          path: "/jobs/mylib-1.0-py3-none-any.whl", name: "mylib-1.0-py3-none-any.whl", line: 4),
      ])
  }

  @Test func readsAFunctionOfGroups() throws {
    let job = try job(
      table(
        """
        from: a
            group_by: [store]
            apply:
              python: lib/train.py:Store.train
              schema: "store long, status string"
              timeout: 60s
              memory: 512MB
              on_error: record
              format: arrow
        """))
    let apply = try #require(job.tables.last?.apply)
    #expect(apply.function.source == .file("lib/train.py"))
    #expect(apply.function.name == "Store.train")
    #expect(apply.function.timeout == .seconds(60))
    #expect(apply.function.memory == 512 << 20)
    #expect(apply.function.format == .arrow)
    #expect(apply.recordsErrors)
    #expect(apply.schema == Schema([Field("store", .long), Field("status", .string)]))
    #expect(
      job.shippedPaths == [ShippedPath(path: "/jobs/lib/train.py", name: "lib/train.py", line: 7)])
  }

  @Test func aModuleDoesNotTravelByItself() throws {
    let job = try job(table("from: a\n    map: {python: mylib.score:score, schema: a long}"))
    #expect(job.tables.last?.map?.function.source == .module("mylib.score"))
    #expect(job.tables.last?.map?.function.name == "score")
    #expect(job.shippedPaths.isEmpty)
  }

  @Test func aFileTravelsOnceHoweverOftenItIsNamed() throws {
    let job = try job(
      """
      python: {files: train.py}
      tables:
        a: {read: a.csv, map: {python: train.py:f, schema: a long}}
        t: {from: a, map: {python: ../jobs/train.py:g, schema: a long}}
      """, hasTables: true)
    #expect(job.shippedPaths == [ShippedPath(path: "/jobs/train.py", name: "train.py", line: 1)])
  }

  @Test func readsFunctionsOfExpressions() throws {
    let job = try job(
      """
      functions:
        Haversine: {python: geo.py:haversine, returns: double, timeout: 5s}
        gini: {python: mylib.stats:gini, returns: {type: array, elementType: double}, aggregate: true}
      """)
    #expect(job.functions.map(\.name) == ["haversine", "gini"])
    #expect(job.functions.map(\.type) == [.double, .list(.double)])
    #expect(job.functions.map(\.isAggregate) == [false, true])
    #expect(job.functions[0].function.timeout == .seconds(5))
    #expect(job.shippedPaths.map(\.name) == ["geo.py"])
  }

  @Test func readsACogroup() throws {
    let job = try job(
      """
      tables:
        a: {read: a.csv}
        t:
          cogroup:
            left: a
            right: b
            on: [x, y]
            python: merge.py:merge
            schema: z long
            on_error: record
            partitions: 9
      """, hasTables: true)
    guard case .cogroup(let cogroup)? = job.tables.last?.source else {
      Issue.record("\(String(describing: job.tables.last))")
      return
    }
    #expect([cogroup.left.value, cogroup.right.value] == ["a", "b"])
    #expect(cogroup.on.map(\.value) == ["x", "y"])
    #expect(cogroup.function.recordsErrors)
    #expect(cogroup.function.schema == Schema([Field("z", .long)]))
    #expect(cogroup.partitions == 9)
  }

  @Test(arguments: [
    ("f: {returns: double}", "function 'f' needs `python`"),
    ("f: {python: m:f}", "function 'f' needs `returns`"),
    ("f: {python: m:f, returns: dbl}", "unknown type 'dbl'"),
    ("f: {python: m:f, returns: map}", "the engine has no values of this type"),
    ("f: {python: m:f, returns: void}", "a column needs a type"),
    ("f: {python: m:f, returns: long, aggregate: yes}", "it should be true or false"),
    (
      "f: {python: m:f, returns: long, on_error: record}",
      "function 'f' has no groups; catch the exception in the function"
    ),
    ("Sum: {python: m:f, returns: long}", "'Sum' means something to SQL already"),
    ("upper: {python: m:f, returns: long}", "'upper' means something to SQL already"),
    ("case: {python: m:f, returns: long}", "'case' means something to SQL already"),
    ("try_cast: {python: m:f, returns: long}", "'try_cast' means something to SQL already"),
    ("2f: {python: m:f, returns: long}", "a name of letters, digits and `_`"),
    ("a-b: {python: m:f, returns: long}", "a name of letters, digits and `_`"),
    (
      "f: {python: m:f, returns: long}, F: {python: m:g, returns: long}",
      "'F' and 'f' are one to SQL"
    ),
  ])
  func refusesFunctions(functions: String, message: String) {
    expect("functions: {\(functions)}", message)
  }

  @Test(arguments: [
    ("right: b, on: x, python: m:f, schema: a long", "`cogroup` needs `left`"),
    ("left: a, right: b, python: m:f, schema: a long", "`cogroup` needs `on`"),
    ("left: a, right: b, on: [], python: m:f, schema: a long", "`on` is an empty list"),
    ("left: a, right: b, on: x, schema: a long", "`cogroup` needs `python`"),
    (
      "left: a, right: b, on: x, python: m:f, schema: a long, partitions: 70000",
      "`partitions` is '70000'"
    ),
    ("left: a, right: b, on: x, python: m:f, schema: a long, key: y", "unknown key 'key'"),
  ])
  func refusesCogroups(cogroup: String, message: String) {
    expect("tables: {a: {read: a.csv}, t: {cogroup: {\(cogroup)}}}", message, hasTables: true)
  }

  @Test(arguments: [
    ("500ms", Duration.milliseconds(500)), ("1s", .seconds(1)), ("5m", .seconds(300)),
    ("2h", .seconds(7200)),
  ])
  func readsDurations(text: String, duration: Duration) throws {
    let job = try job(apply("timeout: \(text)"))
    #expect(job.tables.last?.apply?.function.timeout == duration)
  }

  @Test(arguments: [("1GB", 1 << 30), ("1GiB", 1 << 30), ("64K", 64 << 10), ("1000", 1000)])
  func readsSizes(text: String, bytes: Int64) throws {
    let job = try job(apply("memory: \(text)"))
    #expect(job.tables.last?.apply?.function.memory == bytes)
  }

  @Test(arguments: [
    "\"a long, b array<double>, c decimal(10,2)\"",
    "'a: bigint, b: array<double>, c: decimal(10, 2) NOT NULL'",
    """
    {type: struct, fields: [{name: a, type: long, nullable: true, metadata: {}}, \
    {name: b, type: {type: array, elementType: double, containsNull: true}}, {name: c, type: 'decimal(10,2)'}]}
    """,
    """
    '{"type":"struct","fields":[{"name":"a","type":"long","nullable":true,"metadata":{"comment":"x"}},\
    {"name":"b","type":{"type":"array","elementType":"double","containsNull":true}},{"name":"c","type":"decimal(10,2)"}]}'
    """,
  ])
  func readsSchemasInAllForms(schema: String) throws {
    let job = try job(table("from: a\n    apply: {python: m:f, schema: \(schema)}"))
    #expect(
      job.tables.last?.apply?.schema
        == Schema([
          Field("a", .long), Field("b", .list(.double)),
          Field("c", .decimal(precision: 10, scale: 2)),
        ]))
  }

  @Test(arguments: [
    ("a long, a double", "two columns are named 'a'"),
    ("a map<string, long>", "invalid type 'map': the engine has no values of this type"),
    ("a struct<b long>", "invalid type 'struct'"),
    ("a lng", "unknown type 'lng'; did you mean 'long'?"),
    ("long", "the expression ends where a type should stand"),
    ("{type: array, elementType: long}", "unknown key 'elementType' in `schema`"),
    ("{a: long}", "unknown key 'a' in `schema`, which takes type, fields"),
    ("{type: struct, fields: []}", "it should be a list of columns, at least one"),
    ("{type: struct, fields: [{name: a}]}", "a column of the schema needs `type`"),
    (
      "{type: struct, fields: [{name: a, type: long}, {name: a, type: long}]}",
      "`schema` has two columns 'a'"
    ),
    (
      "{type: struct, fields: [{name: a, type: {type: map, keyType: long, valueType: long}}]}",
      "invalid type 'map'"
    ),
    (
      "{type: struct, fields: [{name: a, type: {type: array, elementType: {type: array}}}]}",
      "an array needs `elementType`"
    ),
    (
      "'{\"type\":\"struct\",\"fields\":[{\"name\":\"a\",\"type\":\"udt\"}]}'", "invalid type 'udt'"
    ),
    ("'{\"type\": '", "this is not YAML"),
  ])
  func refusesSchemas(schema: String, message: String) {
    let quoted = schema.hasPrefix("{") || schema.hasPrefix("'") ? schema : "\"\(schema)\""
    expect(table("from: a\n    apply: {python: m:f, schema: \(quoted)}"), message)
  }

  @Test(arguments: [
    ("train.py", "FILE.py:FUNCTION"), ("lib/train.txt:f", "FILE.py:FUNCTION"),
    ("train.py:", "FILE.py:FUNCTION"), ("lib/train:f", "FILE.py:FUNCTION"),
    ("my-lib:f", "package.module:FUNCTION"), ("train.py:f()", "FILE.py:FUNCTION"),
    ("s3://b/train.py:f", "a file, or a folder other than the job file's own, on this machine"),
    ("*/train.py:f", "a file, or a folder other than"),
  ])
  func refusesWhatIsNoFunction(reference: String, message: String) {
    expect(table("from: a\n    apply: {python: '\(reference)', schema: a long}"), message)
  }

  @Test(arguments: [
    ("interpreter: python3", "`interpreter` is 'python3'; it should be an absolute path"),
    ("requirements: [numpy>=2,<3]", "`requirements` is '<3'"),
    ("requirements: --index-url=x", "a package as pip reads it"),
    ("files: [.]", "`files` is '.'; it should be a file, or a folder other than"),
    ("files: [..]", "`files` is '..'"),
    ("files: [/]", "`files` is '/'"),
    (
      "files: [/a/x.py, /b/x.py]",
      "/b/x.py would be called 'x.py' where functions run, as /a/x.py of line 1 is"
    ),
    ("requirments: [x]", "did you mean 'requirements'?"),
  ])
  func refusesEnvironments(python: String, message: String) {
    expect("python: {\(python)}", message)
  }

  @Test(arguments: [
    ("apply: {schema: a long}", "`apply` needs `python`"),
    ("apply: {python: m:f}", "`apply` needs `schema`"),
    ("map: {python: m:f}", "`map` needs `schema`"),
    ("apply: {python: m:f, schema: a long, timeout: 5}", "a time like 60s, 5m, 1h or 500ms"),
    ("apply: {python: m:f, schema: a long, timeout: 0s}", "a time like 60s"),
    ("apply: {python: m:f, schema: a long, timeout: 99999999999999999h}", "a time like 60s"),
    ("apply: {python: m:f, schema: a long, memory: many}", "a number of bytes like 512MB"),
    ("apply: {python: m:f, schema: a long, on_error: ignore}", "one of fail, record"),
    ("apply: {python: m:f, schema: a long, format: polars}", "one of pandas, arrow"),
    ("apply: {python: m:f, schema: a long, on_eror: record}", "did you mean 'on_error'?"),
    (
      "map: {python: m:f, schema: a long, on_error: record}",
      "`on_error` says what becomes of a group that fails, and `map` has no groups"
    ),
    ("map: {python: m:f, schema: a long}\n    group_by: x", "for groups write `apply`"),
    ("map: {python: m:f, schema: a long}\n    aggregate: count(*)", "for groups write `apply`"),
    (
      "apply: {python: m:f, schema: a long}\n    aggregate: count(*)",
      "table 't' has `aggregate` and `apply`; keep one of them"
    ),
    ("map: {python: m:f, schema: a long}\n    partitions: 3", "needs `group_by`"),
    ("group_by: x", "`group_by` needs `aggregate`, `train` or `apply`"),
  ])
  func refusesSteps(steps: String, message: String) {
    expect(table("from: a\n    \(steps)"), message)
  }

  private func apply(_ option: String) -> String {
    table("from: a\n    apply: {python: m:f, schema: a long, \(option)}")
  }

  private func table(_ steps: String) -> String {
    "tables:\n  a: {read: a.csv}\n  t:\n    \(steps)"
  }

  private func job(_ text: String, hasTables: Bool = false) throws(JobErrors) -> Job {
    let rest = hasTables || text.hasPrefix("tables:") ? "" : "\ntables: {t: {read: a.csv}}"
    return try Job(
      text: text + rest + "\noutputs: {t: {show: 1}}", fileName: "job.yaml",
      folder: JobFolder(path: "/jobs"))
  }

  private func expect(
    _ text: String, _ part: String, hasTables: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    do throws(JobErrors) {
      _ = try job(text, hasTables: hasTables)
      Issue.record("nothing is refused", sourceLocation: sourceLocation)
    } catch {
      let messages = error.errors.map(\.description)
      #expect(
        messages.contains { $0.contains(part) }, "\(messages)", sourceLocation: sourceLocation)
    }
  }
}
