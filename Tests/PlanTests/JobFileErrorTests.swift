import Plan
import Testing

@Suite struct JobFileErrorTests {
  @Test func namesUnknownKeysWithTheLineAndTheNearestName() {
    #expect(
      messages(
        """
        tables:
          a:
            read: a.csv
            grup_by: x
            aggregate: count(*) AS n
        output: {}
        outputs: {a: {shw: 1}}
        """) == [
          "job.yaml:4:5: unknown key 'grup_by' in table 'a'; did you mean 'group_by'?",
          "job.yaml:6:1: unknown key 'output' in a job file; did you mean 'outputs'?",
          "job.yaml:7:15: unknown key 'shw' in the output 'a'; did you mean 'show'?",
        ])
  }

  @Test func listsTheKeysWhenNoneIsNear() {
    expect(
      table("read: a.csv\n    colour: 1"), "unknown key 'colour' in table 't', which takes read, ")
    expect(
      table("read: {path: a.csv, options: {nullvalue: NA}}"), "did you mean 'nullValue'?")
  }

  @Test func refusesDuplicateKeys() {
    expect(table("read: a.csv\n    read: b.csv"), "job.yaml:3:5: written more than once")
    expect(
      table("read: a.csv\n    !x limit: 1\n    limit: 2"),
      "job.yaml:5:5: written more than once in one mapping: 'limit'")
  }

  @Test func refusesASecondDocument() {
    expect("tables: {}\n---\ntables: {}", "job.yaml:2:1: a second document begins here")
  }

  @Test func refusesBombs() {
    var text = "a0: &a0 [x, x]\n"
    for level in 1..<40 {
      text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1)]\n"
    }
    expect(text, "more than 100000 values")
    expect(text + "? *a39\n: 1\n", "a key is a name")
    expect(text + "*a39 : 1\n", "a key is a name")
    expect(text + "? [*a39]\n: 1\n", "a key is a name")
    expect(text + "{[*a39]: 1}\n", "a key is a name")
    expect(text + "b: {{x: *a39} : 1}\n", "a key is a name")
    for depth in [100, 200, 900, 1_000_000] {
      let (open, close) = (
        String(repeating: "[", count: depth), String(repeating: "]", count: depth)
      )
      expect(open + close, "more than 64 deep in each other")
      expect(String(repeating: "- ", count: depth) + "x", "more than 64 deep in each other")
    }
    let steps = (0..<600).map { String(repeating: " ", count: $0) + "a:\n" }
    expect(steps.joined(), "more than 64 deep in each other")
    expect(String(repeating: "a", count: 5 << 20), "at most 4194304 are read")
  }

  @Test func hintsAtQuotesWhereYAMLCutsAnExpression() {
    expect(table("read: a.csv\n    where: a = 'x: y'"), "put the expression in quotes")
    expect(table("read: a.csv\n    select:\n      - a: b"), "put the expression in quotes")
    expect(table("{read: a.csv, where: a IN (1, 2)}", nested: false), "unknown key '2)'")
    expect(table("read: a.csv\n    where: \"a"), "this is not YAML")
    expect(table("read: a.csv\n    where: [a, b]"), "`where` holds a list")
  }

  @Test func refusesTextThatIsNoJobFile() {
    expect("", "the job file is empty")
    expect("# only a comment\n", "the job file is empty")
    expect("just text", "`a job file` is text")
    expect("[1, 2]", "is a list")
    expect("tables: {a: {read: a.csv}}", "a job file needs `outputs`")
    expect("tables:\noutputs: {a: {show: 1}}", "nothing stands after `tables:`")
    expect("tables: {}\noutputs: {a: {show: 1}}", "it should be a mapping of names to tables")
    expect("tables: {a: }\noutputs: {a: {show: 1}}", "nothing stands after `a:`")
    expect("a: \u{1}", "this is not YAML")
    expect("a: *b", "found undefined alias")
    expect("[a, b]: c", "a key is a name")
  }

  @Test(arguments: [
    ("limit: 1", "needs `from`, `read`, `union`, `predict` or `cogroup`"),
    ("read: a.csv\n    from: b", "has `read` and `from`; keep one"),
    ("from: a\n    apply: f", "`apply` is text; it should be a mapping of python, schema"),
    ("from: a\n    group_by: x", "`group_by` needs `aggregate`, `train` or `apply`"),
    ("from: a\n    aggregate: count(*)\n    train: {}", "has `aggregate` and `train`"),
    ("from: a\n    partitions: 3", "needs `group_by`"),
    ("from: a\n    limit: -1", "`limit` is '-1'; it should be a whole number from 0"),
    ("from: a\n    limit: 1e3", "it should be a whole number"),
    ("from: a\n    limit: 99999999999999999999", "it should be a whole number"),
    ("from: a\n    limit:", "nothing stands after `limit:`"),
    ("from: a\n    group_by: x\n    aggregate: []", "an empty list"),
    ("from: [a]", "`from` is a list; it should be text"),
    ("union: []", "an empty list"),
    ("union: [a, ]\n    where: a +", "job.yaml:4:12: in `a +`: "),
    ("read: {format: csv}", "`read` needs `path`"),
    ("read: {path: a.csv, format: cvs}", "one of csv, parquet, json, arrow"),
    ("read: [a.csv, b.parquet]", "files of one format"),
    ("read: [a.csv, 'cached:b']", "a cached table is read alone"),
    ("read: cached:a/b", "a name of at most 128 letters"),
    ("read: 'cached:'", "a name of at most 128 letters"),
    ("read: {path: a.csv, partitions: 0}", "a whole number in 1...65536"),
    ("read: {path: a.csv, schema: a lng}", "did you mean 'long'?"),
    ("read: {path: a.csv, options: {delimiter: ab}}", "one character of ASCII"),
    ("read: {path: a.csv, options: {delimiter: é}}", "one character of ASCII"),
    ("read: {path: a.csv, options: {delimiter: ''}}", "one character of ASCII"),
    ("read: {path: a.csv, options: {quote: ','}}", "delimiter, quote and escape that differ"),
    ("read: {path: a.csv, options: {sep: ;, delimiter: ;}}", "`delimiter` and `sep`"),
    ("read: {path: a.csv, options: {header: maybe}}", "true or false"),
  ])
  func refusesTables(steps: String, message: String) {
    expect(table(steps), message)
  }

  @Test(arguments: [
    ("{}", "`train` needs `learner`"),
    ("{learner: [], label: a, features: b}", "`learner` is an empty list"),
    ("{learner: L, label: a, tune: {trials: 3}}", "`tune` needs `space`"),
    ("{learner: L, label: a, tune: {space: {a: {from: 1}}}}", "the range of 'a' needs `to`"),
    ("{learner: L, label: a, tune: {space: 1}}", "a mapping of parameters to lists"),
    ("{learner: L, label: a, features: b, test_fraction: 1}", "at least 0 and less than 1"),
    ("{learner: L, label: a, features: b, test_fraction: nan}", "at least 0 and less than 1"),
    ("{learner: L, label: a, features: b, test_fraction: 20%}", "at least 0 and less than 1"),
    ("{learner: L, label: a, features: b, seed: 1.5}", "`seed` is '1.5'"),
    ("{learner: L, label: a, features: b, params: [1]}", "a mapping of parameters to values"),
    ("{learner: L, label: a, features: b, params: {x: [1]}}", "`x` is a list"),
  ])
  func refusesTrainings(train: String, message: String) {
    expect(table("from: a\n    train: \(train)"), message)
  }

  @Test(arguments: [
    ("{write: }", "nothing stands after `write:`"),
    ("{format: csv}", "`format` of the output 't' needs `write`"),
    ("{write: o, mode: replace}", "one of error, overwrite, append"),
    ("{write: o, options: {compression: zip}}", "one of zstd, snappy, lz4, gzip, none for parquet"),
    ("{write: o.arrow, options: {compression: snappy}}", "one of zstd, lz4, none for arrow"),
    ("{write: o.csv, options: {compression: zstd}}", "means nothing for the format csv"),
    ("{write: o, options: {header: true}}", "means nothing for the format parquet"),
    ("{show: 0}", "a whole number in 1...100000"),
    ("{show: many}", "a whole number"),
    ("{cache: 1a}", "begins with a letter"),
    ("[]", "nothing stands after `t:`"),
    ("{}", "the output 't' needs `write`, `show` or `cache`"),
    ("show", "`the output 't'` is text"),
  ])
  func refusesOutputs(output: String, message: String) {
    expect("tables: {t: {read: a.csv}}\noutputs: {t: \(output)}", message)
  }

  @Test func refusesNamesThatNeedQuotes() {
    expect("tables: {'a b': {read: a.csv}}\noutputs: {x: {show: 1}}", "a name of letters, digits")
  }

  private func table(_ steps: String, nested: Bool = true) -> String {
    nested
      ? "tables:\n  t:\n    \(steps)\noutputs: {t: {show: 1}}"
      : "tables:\n  t: \(steps)\noutputs: {t: {show: 1}}"
  }

  private func messages(_ text: String) -> [String] {
    do throws(JobErrors) {
      _ = try Job(text: text, fileName: "job.yaml", folder: JobFolder(path: "/jobs"))
      return []
    } catch {
      return error.errors.map(\.description)
    }
  }

  private func expect(
    _ text: String, _ part: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let messages = messages(text)
    #expect(
      messages.contains { $0.contains(part) }, "\(messages)", sourceLocation: sourceLocation)
  }
}
