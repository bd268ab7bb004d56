import Columnar
import Testing

@Suite struct JsonReadingTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(
    _ text: String, schema: Schema? = nil, columns: [String]? = nil, partitions: Int? = nil
  ) throws -> ReadRows {
    try ReadRows(
      [try folder.write("t.json", text)], .json, schema: schema, columns: columns,
      partitions: partitions)
  }

  @Test func infersTypes() throws {
    let rows = try read(
      #"""
      {"flag": true, "n": 1, "x": 1, "day": "2013-01-01", "t": "2013-01-01T05:00:00Z", "s": "ä\n"}
      {"n": -5, "x": 2.5, "day": "1969-12-31", "t": "1970-01-01 00:00:00", "list": [1.5, null], "none": null}
      {}
      """#)
    #expect(
      rows.schema
        == Schema([
          Field("flag", .boolean), Field("n", .long), Field("x", .double), Field("day", .date),
          Field("t", .timestamp), Field("s", .string), Field("list", .list(.double)),
          Field("none", .string),
        ]))
    #expect(rows["n"] == [.integer(1), .integer(-5), .null])
    #expect(rows["day"] == [.date(15706), .date(-1), .null])
    #expect(rows["t"] == [.timestamp(1_357_016_400_000_000), .timestamp(0), .null])
    #expect(rows["s"] == [.string("ä\n"), .null, .null])
    #expect(rows["list"] == [.null, .list([.double(1.5), .null]), .null])
  }

  @Test func theDeclaredSchemaWins() throws {
    let rows = try read(
      #"{"a": 1, "t": "2013-01-01 05:00:00.000001+01:00", "d": ["2013-01-01"], "x": {"y": 1}}"#,
      schema: Schema([
        Field("d", .list(.date)), Field("a", .double), Field("missing", .string),
        Field("t", .timestamp),
      ]))
    #expect(rows["a"] == [.double(1)])
    #expect(rows["d"] == [.list([.date(15706)])])
    #expect(rows["missing"] == [.null])
    #expect(rows["t"] == [.timestamp(1_357_012_800_000_001)])
  }

  @Test(arguments: [1, 2, 5, 1000]) func splitsShareOutTheLines(partitions: Int) throws {
    var text = ""
    for index in 0..<80 { text += "{\"n\": \(index)}\n" + (index % 9 == 0 ? "\n" : "") }
    #expect(try read(text, partitions: partitions)["n"] == (0..<80).map { .integer($0) })
  }

  @Test func filesWithoutRows() throws {
    #expect(try read("").rowCount == 0)
    #expect(try read("\n\n").rowCount == 0)
    #expect(try read("", schema: Schema([Field("x", .long)])).schema.names == ["x"])
  }

  @Test(arguments: [1, 3]) func brokenLinesHaveANumber(partitions: Int) throws {
    let schema = Schema([Field("n", .long), Field("d", .date)])
    let cases: [(String, Int)] = [
      ("{\"n\": 1}\n{\"n\": 2}\n\n{\"n\": oops}\n{\"n\": 3}\n", 4),
      ("{\"n\": 1}\n{\"n\": \"two\"}\n{\"n\": 3}\n", 2),
      ("{\"n\": 1}\n{\"n\": 2.5}\n", 2),
      ("{\"n\": 1}\n{\"n\": 2}\n{\"n\": 3, \"d\": \"2013-02-30\"}", 3),
      ("{\"n\": 1}\n{\"n\": 99999999999999999999}\n", 2),
      ("{\"n\": 1}\n[1, 2]\n", 2),
    ]
    for (text, line) in cases {
      let error = fileError { _ = try read(text, schema: schema, partitions: partitions) }
      guard case .malformed(_, let found, _, _)? = error else {
        Issue.record("\(text): \(String(describing: error))")
        continue
      }
      #expect(found == line, "\(text)")
    }
    guard case .malformed(_, 2, nil, _)? = fileError({ _ = try read("{\"a\": 1}\n{\"a\":\n") })
    else {
      Issue.record("inference takes what is no JSON")
      return
    }
  }
}
