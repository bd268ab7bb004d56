import Columnar
import Testing

@Suite struct CsvReadingTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(
    _ text: String, _ options: ReadOptions = ReadOptions(), schema: Schema? = nil,
    columns: [String]? = nil, partitions: Int? = nil
  ) throws -> ReadRows {
    try ReadRows(
      [try folder.write("t.csv", text)], .csv, options: options, schema: schema, columns: columns,
      partitions: partitions)
  }

  @Test func infersTypesFromValues() throws {
    let rows = try read(
      #"""
      flag,count,ratio,day,time,text,none,mixed
      true,1,1.5,2013-01-01,2013-01-01T05:00:00Z,a,,1
      FALSE,-9223372036854775808,NaN,1969-12-31,1970-01-01 00:00:00.000001,"b, ""c""",,x
      ,,,,,,,
      """# + "\n")
    #expect(
      rows.schema.description
        == "flag boolean, count long, ratio double, day date, time timestamp, text string, "
        + "none string, mixed string")
    #expect(rows["flag"] == [.boolean(true), .boolean(false), .null])
    #expect(rows["count"] == [.integer(1), .integer(.min), .null])
    #expect(rows["day"] == [.date(15706), .date(-1), .null])
    #expect(rows["time"] == [.timestamp(1_357_016_400_000_000), .timestamp(1), .null])
    #expect(rows["text"] == [.string("a"), .string("b, \"c\""), .null])
    #expect(rows["none"] == [.null, .null, .null])
  }

  @Test func whatOverflowsALongIsADouble() throws {
    let rows = try read("a\n9223372036854775808\n1\n")
    #expect(rows["a"] == [.double(9.223372036854775808e18), .double(1)])
  }

  @Test func emptyFieldsAreNullAndQuotedOnesAreEmptyText() throws {
    let rows = try read("a,b\n,1\n\"\",2\nNA,3\n")
    #expect(rows["a"] == [.null, .string(""), .string("NA")])
    var options = ReadOptions()
    options.nullValues = ["NA", "-"]
    let numbers = try read("a,b\n-,1\nNA,2\n3,\n", options)
    #expect(numbers["a"] == [.null, .null, .integer(3)])
    #expect(numbers["b"] == [.integer(1), .integer(2), .null])
  }

  @Test func theDeclaredSchemaWins() throws {
    let rows = try read(
      "a,b,c\n1,2.50,x\n2,-0.01,y\n",
      schema: Schema([
        Field("c", .string), Field("b", .decimal(precision: 10, scale: 2)), Field("a", .double),
      ]))
    #expect(rows["a"] == [.double(1), .double(2)])
    #expect(
      rows["b"] == [.decimal(unscaled: 250, scale: 2), .decimal(unscaled: -1, scale: 2)])
  }

  @Test func readsOnlyTheColumnsThatAreWanted() throws {
    let rows = try read("a,b,c\n1,x,2\n3,y,4\n", columns: ["c", "a"])
    #expect(rows.columns == [[.integer(2), .integer(4)], [.integer(1), .integer(3)]])
    #expect(try read("a,b\n1,2\n3,4\n", columns: []).rowCount == 2)
  }

  @Test func takesEveryKindOfLineEnd() throws {
    #expect(try read("a,b\r\n1,x\r\n\r\n2,y")["b"] == [.string("x"), .string("y")])
    #expect(try read("\u{FEFF}a,b\n1,x\n\n2,y\n\n").schema.names == ["a", "b"])
  }

  @Test func filesWithoutRowsAreTablesWithoutRows() throws {
    #expect(try read("").rowCount == 0)
    #expect(try read("\n\n").schema.count == 0)
    let header = try read("a,b\n")
    #expect(header.schema == Schema([Field("a", .string), Field("b", .string)]))
    #expect(header.rowCount == 0)
    #expect(try read("a,b").schema.names == ["a", "b"])
    #expect(try read("", schema: Schema([Field("x", .long)])).rowCount == 0)
  }

  @Test func theFirstFileWithRowsTellsTheTypes() throws {
    let paths = [
      try folder.write("1.csv", ""), try folder.write("2.csv", "a,b\n"),
      try folder.write("3.csv", "b,a\n1,2\n"),
    ]
    let rows = try ReadRows(paths, .csv)
    #expect(rows["a"] == [.integer(2)])
    #expect(rows["b"] == [.integer(1)])
  }

  @Test func withoutAHeaderColumnsAreNumbered() throws {
    var options = ReadOptions()
    options.header = false
    let rows = try read("1,x\n2,y\n", options)
    #expect(rows.schema.names == ["_c0", "_c1"])
    #expect(rows["_c0"] == [.integer(1), .integer(2)])
    let named = try read(
      "1,x\n2,y\n", options, schema: Schema([Field("n", .double), Field("s", .string)]))
    #expect(named["n"] == [.double(1), .double(2)])
  }

  @Test func takesOtherDelimitersQuotesAndEscapes() throws {
    var options = ReadOptions()
    options.delimiter = "\t"
    options.quote = "'"
    options.escape = "\\"
    let rows = try read("a\tb\n'x\ty'\t1\n'it\\'s'\t2\n", options)
    #expect(rows["a"] == [.string("x\ty"), .string("it's")])
    options.delimiter = "ä"
    #expect(fileError { _ = try read("a\n", options) }?.description.contains("delimiter") == true)
  }

  /// Rows must be the same however the file is cut, down to splits of a byte.
  @Test func splitsShareOutTheLines() throws {
    var text = "n,t\n"
    for index in 0..<60 {
      text += "\(index),\"text \(String(repeating: "x", count: index % 7))\"\n"
      if index % 10 == 0 { text += "\n" }
    }
    for ending in ["", "\n"] {
      let whole = String(text.dropLast()) + ending
      let expected = (0..<60).map { Scalar.integer(Int64($0)) }
      for partitions in [1, 2, 3, 7, 50, whole.utf8.count] {
        let rows = try read(whole, partitions: partitions)
        #expect(rows["n"] == expected)
        #expect(rows.quoteCount == 120)
      }
    }
  }

  @Test func aLongFileComesInBatches() throws {
    var text = "n\n"
    for index in 0..<1_000_000 { text += "\(index)\n" }
    let rows = try read(text, partitions: 1)
    #expect(rows.batchSizes.max()! <= 65_536)
    #expect(rows["n"] == (0..<1_000_000).map { .integer($0) })
  }

  @Test func aQuotedNewlineAsksForMultiLine() throws {
    let text = "a,b\n1,\"x\ny\"\n2,z\n"
    let error = fileError { _ = try read(text) }
    guard case .malformed(_, 2, nil, let message)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(message.contains("multiLine"))
    var options = ReadOptions()
    options.multiLine = true
    let rows = try read(text, options, partitions: 5)
    #expect(rows["b"] == [.string("x\ny"), .string("z")])
    #expect(rows["a"] == [.integer(1), .integer(2)])
  }

  @Test func aQuoteInsideOfAPlainValueIsText() throws {
    #expect(
      try read("a,b\n1,5\" pipe\n2,6\" pipe\n", partitions: 2)["b"].last == .string("6\" pipe"))
  }
}
