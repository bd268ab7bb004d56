import Columnar
import Testing

@Suite struct FileWriterTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(
    _ batches: [RecordBatch], _ format: FileFormat, _ name: String = "t",
    options: WriteOptions = WriteOptions()
  ) throws -> (path: String, summary: FileWriter.Summary) {
    let path = folder.path + "/" + name
    let writer = try FileWriter(
      path: path, format: format, schema: batches[0].schema, options: options)
    for batch in batches { try writer.write(batch) }
    return (path, try writer.finish())
  }

  private func everyType() throws -> RecordBatch {
    RecordBatch([
      ("flag", try Column(.boolean, [.boolean(true), .null, .boolean(false)])),
      ("byte", try Column(.byte, [.integer(-128), .null, .integer(127)])),
      ("short", try Column(.short, [.integer(-32768), .null, .integer(1)])),
      ("int", try Column(.integer, [.integer(-5), .null, .integer(7)])),
      ("long", Column(longs: [.min, nil, .max])),
      ("float", try Column(.float, [.float(1.5), .null, .float(-0.1)])),
      ("double", Column(doubles: [1e308, nil, 0.1])),
      ("text", try Column(strings: ["a, \"b\"", nil, ""])),
      ("binary", try Column(.binary, [.binary([0, 255]), .null, .binary([])])),
      ("day", try Column(.date, [.date(-1), .null, .date(15706)])),
      ("time", try Column(.timestamp, [.timestamp(-1), .null, .timestamp(1_357_016_400_000_000)])),
      (
        "price",
        try Column(
          .decimal(precision: 38, scale: 2),
          [.decimal(unscaled: -125, scale: 2), .null, .decimal(unscaled: 1 << 100, scale: 2)])
      ),
      (
        "list",
        try Column(.list(.double), [.list([.double(1), .double(-2.5)]), .null, .list([])])
      ),
    ])
  }

  @Test(arguments: [FileFormat.parquet, .arrow, .json]) func rowsComeBackAsTheyWere(
    format: FileFormat
  ) throws {
    var batch = try everyType()
    if format == .json {
      // Binaries are written as base64 text, which nothing tells from text when it is read.
      let kept = batch.schema.fields.indices.filter { batch.schema.fields[$0].type != .binary }
      batch = RecordBatch(
        schema: Schema(kept.map { batch.schema.fields[$0] }),
        columns: kept.map { batch.columns[$0] }, rowCount: batch.rowCount)
    }
    let (path, summary) = try write([batch, batch.slice(1..<3)], format)
    #expect(summary.rowCount == 5)
    #expect(summary.byteCount == (try FileSystem.information(path).size))
    let rows = try ReadRows([path], format, schema: format == .json ? batch.schema : nil)
    #expect(rows.schema == batch.schema)
    for (index, column) in batch.columns.enumerated() {
      #expect(
        rows.columns[index] == column.scalars + column.scalars[1...], "\(batch.schema.names[index])"
      )
    }
  }

  @Test func csvComesBackAsItWas() throws {
    let all = try everyType()
    let kept = all.schema.fields.indices.filter {
      ![.binary, .list(.double)].contains(all.schema.fields[$0].type)
    }
    let batch = RecordBatch(
      schema: Schema(kept.map { all.schema.fields[$0] }), columns: kept.map { all.columns[$0] },
      rowCount: 3)
    let (path, _) = try write([batch], .csv)
    let rows = try ReadRows([path], .csv, schema: batch.schema)
    for (index, column) in batch.columns.enumerated() {
      #expect(rows.columns[index] == column.scalars, "\(batch.schema.names[index])")
    }
  }

  @Test func textIsWrittenAsItIsKnown() throws {
    let batch = RecordBatch([
      ("a \"b\"", Column(doubles: [1, .nan, -.infinity, nil])),
      ("t", try Column(.timestamp, [.timestamp(0), .null, .timestamp(-1), .null])),
      ("s", try Column(strings: ["x\u{1}\n\"\\", nil, "ä", ""])),
    ])
    let json = try FileSystem.read(try write([batch], .json).path)
    #expect(
      String(decoding: json, as: UTF8.self) == #"""
        {"a \"b\"":1.0,"t":"1970-01-01T00:00:00.000000Z","s":"x\u0001\n\"\\"}
        {"a \"b\"":NaN,"t":null,"s":null}
        {"a \"b\"":-Infinity,"t":"1969-12-31T23:59:59.999999Z","s":"ä"}
        {"a \"b\"":null,"t":null,"s":""}

        """#)
    let csv = try FileSystem.read(
      try write([batch.slice(2..<4)], .csv).path)
    #expect(
      String(decoding: csv, as: UTF8.self) == """
        "a ""b""\","t","s"
        -inf,1969-12-31 23:59:59.999999,"ä"
        ,,""

        """)
  }

  @Test func csvRefusesLists() throws {
    let batch = try everyType()
    guard
      case .unsupported(_, "list", let message)? = fileError({ _ = try write([batch], .csv) })
    else {
      Issue.record("CSV took a list")
      return
    }
    #expect(message.contains("write parquet or json"))
  }

  @Test(arguments: FileFormat.allCases) func noRowsAreAFile(format: FileFormat) throws {
    let batch = RecordBatch([("a", Column(longs: []))])
    let (path, summary) = try write([batch], format)
    #expect(summary.rowCount == 0)
    let rows = try ReadRows([path], format, schema: Schema([Field("a", .long)]))
    #expect(rows.rowCount == 0)
  }

  /// Neither the sizes of batches nor what lies under nulls nor a second run changes a byte.
  @Test(arguments: FileFormat.allCases) func theSameRowsMakeTheSameBytes(
    format: FileFormat
  ) throws {
    let count = 150_000
    let values = ColumnBuilder(.long, capacity: count)
    let texts = ColumnBuilder(.string)
    for index in 0..<count {
      if index % 5 == 0 { values.appendNull() } else { values.append(value: Int64(index / 3)) }
      try texts.append("name \(index % 77)")
    }
    let batch = RecordBatch([("v", values.finish()), ("t", texts.finish())])
    let whole = try FileSystem.read(try write([batch], format, "whole").path)
    var pieces: [RecordBatch] = []
    var start = 0
    while start < count {
      let end = min(count, start + 1 + (start * 7) % 30_011)
      pieces.append(batch.slice(start..<end))
      start = end
    }
    let cut = try FileSystem.read(try write(pieces, format, "cut").path)
    // Compared outside of the expectation, which would print the bytes.
    let isSame = whole == cut
    #expect(isSame)
  }

  @Test func rowGroupsHaveAMillionRows() throws {
    let count = 65_536
    let batch = RecordBatch([("v", Column(longs: Array(repeating: 1, count: count)))])
    let (path, _) = try write(Array(repeating: batch, count: 17), .parquet)
    let table = try FileTable(
      paths: [path], format: .parquet, options: ReadOptions(), declaredSchema: nil)
    #expect(table.footers[0].parts.count == 2)
  }

  @Test(arguments: ["none", "snappy", "gzip", "lz4", "zstd"]) func compressions(
    _ compression: String
  ) throws {
    var options = WriteOptions()
    options.compression = compression
    let batch = try everyType()
    let (path, _) = try write([batch], .parquet, options: options)
    #expect(try ReadRows([path], .parquet)["long"] == batch["long"]!.scalars)
    if compression == "gzip" || compression == "snappy" {
      guard
        case .unsupported? = fileError({ _ = try write([batch], .arrow, options: options) })
      else {
        Issue.record("Arrow files took \(compression)")
        return
      }
    } else {
      let (path, _) = try write([batch], .arrow, options: options)
      #expect(try ReadRows([path], .arrow)["long"] == batch["long"]!.scalars)
    }
  }

  @Test func errorsNameTheFile() throws {
    let path = folder.path + "/no/such/folder"
    #expect(
      fileError {
        _ = try FileWriter(path: path, format: .csv, schema: Schema([Field("a", .long)]))
      } == .notFound(path: path))
    var options = WriteOptions()
    options.compression = "rar"
    let error = fileError {
      _ = try FileWriter(
        path: folder.path + "/x", format: .parquet, schema: Schema([Field("a", .long)]),
        options: options)
    }
    #expect(error?.description.contains("rar") == true)
  }
}
