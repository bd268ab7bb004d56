import Columnar
import Testing

/// Files that another writer made: see `Tests/Fixtures/make_file_fixtures.py`.
@Suite struct ParquetReadingTests {
  @Test(arguments: [("types.parquet", FileFormat.parquet), ("types.arrow", .arrow)])
  func everyTypeBecomesOneOfOurs(name: String, format: FileFormat) throws {
    let rows = try ReadRows([fixture(name)], format)
    let expected: [(String, DataType, [Scalar])] = [
      ("large_text", .string, [.string("a"), .null, .string("ä")]),
      ("category", .string, [.string("x"), .string("y"), .null]),
      ("u8", .short, [.integer(255), .null, .integer(0)]),
      ("u16", .integer, [.integer(65535), .null, .integer(0)]),
      ("u32", .long, [.integer(4_294_967_295), .null, .integer(0)]),
      (
        "u64", .decimal(precision: 20, scale: 0),
        [
          .decimal(unscaled: 18_446_744_073_709_551_615, scale: 0), .null,
          .decimal(unscaled: 0, scale: 0),
        ]
      ),
      ("half", .float, [.float(1.5), .null, .float(-2)]),
      (
        "milliseconds", .timestamp,
        [.timestamp(-1_000_000), .null, .timestamp(1_357_016_400_000_000)]
      ),
      ("microseconds", .timestamp, [.timestamp(-1), .null, .timestamp(1_357_016_400_000_000)]),
      ("nanoseconds", .timestamp, [.timestamp(-1), .null, .timestamp(1_357_016_400_000_000)]),
      ("berlin", .timestamp, [.timestamp(0), .null, .timestamp(1_357_016_400_000_000)]),
      ("day", .date, [.date(-1), .null, .date(15706)]),
      (
        "wide_decimal", .decimal(precision: 20, scale: 2),
        [
          .decimal(unscaled: -125, scale: 2), .null,
          .decimal(unscaled: 1_234_567_890_123_450, scale: 2),
        ]
      ),
      ("fixed", .binary, [.binary([97, 98]), .null, .binary([99, 100])]),
      ("numbers", .list(.integer), [.list([.integer(1), .null]), .null, .list([])]),
      ("large_numbers", .list(.double), [.list([.double(1.5)]), .null, .list([])]),
      ("nothing", .void, [.null, .null, .null]),
    ]
    for (name, type, values) in expected {
      #expect(rows.schema[name]?.type == type, "\(name)")
      #expect(rows[name] == values, "\(name)")
    }
    guard format == .arrow else { return }
    #expect(rows["view"] == [.string("short"), .null, .string("longer than twelve bytes")])
    #expect(
      rows["pair"] == [
        .list([.integer(1), .integer(2)]), .null, .list([.integer(3), .integer(4)]),
      ])
    #expect(
      rows["list_view"] == [.list([.integer(1)]), .null, .list([.integer(2), .integer(3)])])
    #expect(rows["seconds"] == [.timestamp(-1_000_000), .null, .timestamp(1_357_016_400_000_000)])
  }

  @Test(arguments: [("groups.parquet", FileFormat.parquet), ("groups.arrow", .arrow)])
  func columnsAreReadByNameInAnyOrder(name: String, format: FileFormat) throws {
    let rows = try ReadRows([fixture(name)], format, columns: ["name", "id"], partitions: 3)
    #expect(rows.schema.names == ["name", "id"])
    #expect(rows["id"] == (0..<40).map { .integer($0) })
    #expect(rows["name"].last == .string("name 39"))
    #expect(try ReadRows([fixture(name)], format, columns: []).rowCount == 40)
  }

  @Test func aDeclaredSchemaMayWidenAndLeaveOut() throws {
    let rows = try ReadRows(
      [fixture("types.parquet")], .parquet,
      schema: Schema([Field("u8", .long), Field("half", .double), Field("numbers", .list(.long))]))
    #expect(rows["u8"] == [.integer(255), .null, .integer(0)])
    #expect(rows["half"] == [.double(1.5), .null, .double(-2)])
    #expect(rows["numbers"] == [.list([.integer(1), .null]), .null, .list([])])
    let partial = try ReadRows(
      [fixture("nested.parquet")], .parquet, schema: Schema([Field("id", .long)]))
    #expect(partial["id"] == [.integer(1)])
  }

  @Test func whatHasNoTypeHereNamesTheColumn() {
    let error = fileError { _ = try ReadRows([fixture("nested.parquet")], .parquet) }
    guard case .unsupported(_, "place", let message)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(message.contains("struct"))
  }

  @Test func filesMustAgree() throws {
    let folder = try TemporaryFolder()
    func write(_ name: String, _ column: (String, Column)) throws -> String {
      let batch = RecordBatch([("id", Column(longs: [1])), column])
      let path = folder.path + "/" + name
      let writer = try FileWriter(path: path, format: .parquet, schema: batch.schema)
      try writer.write(batch)
      _ = try writer.finish()
      return path
    }
    let first = try write("1.parquet", ("a", Column(longs: [1])))
    let other = try write("2.parquet", ("a", Column(doubles: [1])))
    let lacking = try write("3.parquet", ("b", Column(longs: [1])))
    #expect(
      fileError { _ = try ReadRows([first, other], .parquet) }
        == .malformed(
          path: other, line: nil, column: "a",
          message: "it is double here and long in the first file"))
    #expect(
      fileError { _ = try ReadRows([first, lacking], .parquet) }
        == .malformed(
          path: lacking, line: nil, column: "a",
          message: "the file has no such column; it has id long, b long"))
  }

  @Test func brokenFilesAreErrors() throws {
    let folder = try TemporaryFolder()
    for name in ["groups.parquet", "groups.arrow"] {
      let format: FileFormat = name.hasSuffix("parquet") ? .parquet : .arrow
      let bytes = try FileSystem.read(fixture(name))
      let broken = [
        [], [1, 2, 3], Array("hello, this is no such file at all".utf8),
        Array(bytes.dropLast(1)), Array(bytes.prefix(bytes.count / 2)), Array(bytes.dropFirst(4)),
      ]
      for content in broken {
        let path = try folder.write("broken", content)
        guard case .malformed? = fileError({ _ = try ReadRows([path], format) }) else {
          Issue.record("\(content.count) bytes of \(name) are taken")
          continue
        }
      }
    }
  }

  /// A byte changed anywhere gives an error or other values: never a crash, never a trap.
  @Test func flippedBytesNeverCrash() throws {
    let folder = try TemporaryFolder()
    for (name, format) in [("types.parquet", FileFormat.parquet), ("types.arrow", .arrow)] {
      let bytes = try FileSystem.read(fixture(name))
      for position in stride(from: 0, to: bytes.count, by: 11) {
        var changed = bytes
        changed[position] ^= position % 2 == 0 ? 0xFF : 0x80
        let path = try folder.write("changed", changed)
        do { _ = try ReadRows([path], format) } catch is FileError {}
      }
    }
  }
}

/// Row groups that cannot hold a wanted row are left out, and none else.
@Suite struct RowGroupPruningTests {
  private func ids(_ column: Int, _ comparison: ColumnPredicate.Comparison, _ value: Scalar) throws
    -> [Scalar]
  {
    try ReadRows(
      [fixture("groups.parquet")], .parquet,
      predicates: [ColumnPredicate(column: column, comparison: comparison, value: value)])["id"]
  }

  private func groups(_ ranges: Range<Int>...) -> [Scalar] {
    ranges.flatMap { range in
      (range.lowerBound * 10..<range.upperBound * 10).map { Scalar.integer(Int64($0)) }
    }
  }

  @Test func byIntegers() throws {
    #expect(try ids(0, .equal, .integer(25)) == groups(2..<3))
    #expect(try ids(0, .less, .integer(10)) == groups(0..<1))
    #expect(try ids(0, .lessOrEqual, .integer(10)) == groups(0..<2))
    #expect(try ids(0, .greater, .integer(29)) == groups(3..<4))
    #expect(try ids(0, .greaterOrEqual, .integer(29)) == groups(2..<4))
    #expect(try ids(0, .equal, .integer(.max)).isEmpty)
  }

  @Test func nanMayBeInAnyGroup() throws {
    #expect(try ids(1, .less, .double(1)) == groups(0..<1))
    #expect(try ids(1, .equal, .double(7)) == groups(1..<2))
    // NaN is larger than anything: no group can be left out for what is large.
    #expect(try ids(1, .greater, .double(1e308)) == groups(0..<4))
    #expect(try ids(1, .equal, .double(.nan)) == groups(0..<4))
  }

  @Test func byTextAndNulls() throws {
    #expect(try ids(2, .equal, .string("name 31")) == groups(3..<4))
    #expect(try ids(2, .less, .string("name 1")) == groups(0..<1))
    #expect(try ids(3, .isNotNull, .null) == groups(0..<2, 3..<4))
    #expect(try ids(3, .greaterOrEqual, .integer(0)) == groups(0..<2, 3..<4))
  }

  @Test func aValueOfAnotherTypeLeavesNothingOut() throws {
    #expect(try ids(0, .equal, .double(25)) == groups(0..<4))
  }
}
