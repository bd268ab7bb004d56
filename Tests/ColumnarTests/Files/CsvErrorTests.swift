import Columnar
import Testing

/// What cannot be read names the file, the line and the column.
@Suite struct CsvErrorTests {
  let folder: TemporaryFolder
  let schema = Schema([Field("a", .long), Field("b", .string)])

  init() throws { folder = try TemporaryFolder() }

  private func error(
    _ text: String, _ schema: Schema, partitions: Int? = nil,
    options: ReadOptions = ReadOptions()
  ) throws -> FileError? {
    let path = try folder.write("t.csv", text)
    return fileError {
      _ = try ReadRows([path], .csv, options: options, schema: schema, partitions: partitions)
    }
  }

  @Test(arguments: [nil, 3, 40]) func aRowWithAnotherNumberOfFieldsHasALine(
    partitions: Int?
  ) throws {
    let path = folder.path + "/t.csv"
    #expect(
      try error("a,b\n1,x\n\n2,y,z\n3,w\n", schema, partitions: partitions)
        == .malformed(
          path: path, line: 4, column: nil,
          message: "the row has 3 fields where 2 were expected: 2,y,z"))
    #expect(
      try error("a,b\r\n1,x\r\n2\r\n", schema, partitions: partitions)
        == .malformed(
          path: path, line: 3, column: nil,
          message: "the row has 1 field where 2 were expected: 2"))
  }

  @Test(arguments: [nil, 2, 30]) func aValueOfAnotherTypeHasALineAndAColumn(
    partitions: Int?
  ) throws {
    var text = "b,a\n"
    for index in 0..<500 { text += index == 321 ? "x,twelve\n" : "x,\(index)\n\n" }
    let error = try error(text, schema, partitions: partitions)
    #expect(
      error
        == .malformed(
          path: folder.path + "/t.csv", line: 644, column: "a",
          message: "'twelve' is not of type long"))
    #expect(
      error?.description
        == "\(folder.path)/t.csv, line 644, column a: 'twelve' is not of type long")
  }

  @Test func aNumberIsNoDate() throws {
    let error = try error("day\n2013-01-01\n17\n", Schema([Field("day", .date)]))
    #expect(
      error
        == .malformed(
          path: folder.path + "/t.csv", line: 3, column: "day", message: "'17' is not of type date")
    )
  }

  @Test func valuesThatDoNotFitAreNoTrap() throws {
    for (value, type) in [
      ("9223372036854775808", DataType.long), ("128", .byte), ("-32769", .short),
      ("2147483648", .integer), ("1e999x", .double), ("2013-02-30", .date),
      ("2013-01-01T25:00:00", .timestamp), ("123.456", .decimal(precision: 4, scale: 2)),
      ("maybe", .boolean),
    ] {
      let error = try error("a\n\(value)\n", Schema([Field("a", type)]))
      guard case .malformed(_, 2, "a", let message)? = error else {
        Issue.record("\(value) as \(type): \(String(describing: error))")
        continue
      }
      #expect(message == "'\(value)' is not of type \(type)")
    }
  }

  @Test func textThatIsNotUtf8HasALine() throws {
    let path = try folder.write("t.csv", Array("a,b\n1,x\n2,".utf8) + [0xFF, 0xFE, 10])
    #expect(
      fileError { _ = try ReadRows([path], .csv, schema: schema) }
        == .malformed(path: path, line: 3, column: "b", message: "the text is not UTF-8"))
    let utf16 = try folder.write("u.csv", [0xFF, 0xFE, 97, 0, 10, 0])
    #expect(
      fileError { _ = try ReadRows([utf16], .csv) }
        == .malformed(
          path: utf16, line: 1, column: nil, message: "the text is UTF-16; convert it to UTF-8"))
  }

  @Test func aQuoteThatIsNeverClosedHasALine() throws {
    for partitions in [1, 4] {
      guard
        case .malformed(_, 3, nil, let message)? = try error(
          "a,b\n1,x\n2,\"y\n3,z\n4,w\n", schema, partitions: partitions)
      else {
        Issue.record("not found")
        return
      }
      #expect(message.contains("quotes"))
    }
  }

  @Test func soItHasWithMultiLine() throws {
    var options = ReadOptions()
    options.multiLine = true
    guard
      case .malformed(_, 3, nil, let message)? = try error(
        "a,b\n1,x\n2,\"y\n3,z\n4,w\n", schema, options: options)
    else {
      Issue.record("not found")
      return
    }
    #expect(message.contains("not closed"))
  }

  @Test func headersMustHaveTheColumnsOnce() throws {
    let path = folder.path + "/t.csv"
    #expect(
      try error("a,c\n1,x\n", schema)
        == .malformed(
          path: path, line: 1, column: "b",
          message: "the header has no such column; it has a, c"))
    #expect(
      try error("a,b,a\n1,x,2\n", schema)
        == .malformed(
          path: path, line: 1, column: "a", message: "the header has this name twice"))
  }

  @Test func csvHasNoLists() throws {
    guard
      case .unsupported(_, "l", let message)? = try error(
        "l\n[1]\n", Schema([Field("l", .list(.double))]))
    else {
      Issue.record("not refused")
      return
    }
    #expect(message == "CSV has no values of type array<double>")
  }
}
