import Columnar
import Testing

/// Columns that are decoded the direct way, against the same columns read by Arrow's own reader, which reads
/// everything as soon as a list is asked for, too.
@Suite struct FlatParquetTests {
  /// More than two batches, in pages of several sizes.
  private static let rowCount = 150_000

  private func batch() throws -> RecordBatch {
    var random = SeededGenerator(seed: 5)
    /// Runs of nulls and of values, some longer than a page.
    func column(_ type: DataType, _ value: (Int) -> Scalar) throws -> Column {
      var values: [Scalar] = []
      while values.count < Self.rowCount {
        let isNull = Int.random(in: 0..<3, using: &random) == 0
        let count = [1, 7, 500, 30_000].randomElement(using: &random)!
        for _ in 0..<min(count, Self.rowCount - values.count) {
          values.append(isNull ? .null : value(values.count))
        }
      }
      return try Column(type, values)
    }
    let words = ["", "ä", "one", "two and more"]
    return RecordBatch([
      ("i", try column(.integer) { .integer(Int64($0 % 1000)) }),
      ("l", try column(.long) { .integer(Int64($0) * 1_000_003) }),
      ("f", try column(.float) { .float(Float($0) / 3) }),
      ("d", try column(.double) { .double(1 / Double($0 + 1)) }),
      ("day", try column(.date) { .date(Int32($0 % 365)) }),
      ("t", try column(.string) { .string(words[$0 % 4]) }),
      ("id", try column(.string) { "id \($0 &* 7919 % 100_003)".scalar }),
      ("word", try column(.string) { String(repeating: "é", count: $0 % 37).scalar }),
      ("raw", try column(.binary) { .binary(Array("\($0)\u{ff}".utf8)) }),
      ("x", try column(.binary) { .binary([UInt8($0 % 5)]) }),
      ("full", try Column(.long, (0..<Self.rowCount).map { .integer(Int64($0)) })),
      ("nothing", try Column(.double, Array(repeating: .null, count: Self.rowCount))),
      ("a", try Column(.list(.long), (0..<Self.rowCount).map { .list([.integer(Int64($0))]) })),
    ])
  }

  private func write(_ batch: RecordBatch, to path: String) throws {
    let writer = try FileWriter(
      path: path, format: .parquet, schema: batch.schema, options: WriteOptions())
    try writer.write(batch)
    _ = try writer.finish()
  }

  @Test func valuesAreThoseOfArrowsReader() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/t.parquet"
    let batch = try batch()
    try write(batch, to: path)
    for name in batch.schema.names.dropLast() {
      let direct = try ReadRows([path], .parquet, columns: [name])
      let reference = try ReadRows([path], .parquet, columns: [name, "a"])
      #expect(direct[name] == reference[name], "\(name)")
      #expect(direct.schema[name]?.type == reference.schema[name]?.type)
    }
    let several = try ReadRows([path], .parquet, columns: ["t", "full", "i"])
    #expect(several["full"] == (0..<Self.rowCount).map { .integer(Int64($0)) })
    #expect(several["t"] == batch.columns[5].scalars)
  }

  /// Other columns wait for the rows whose text did not fit.
  @Test func batchesOfLongTextsEndEarly() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/t.parquet"
    let rowCount = 2000
    let text = String(repeating: "long ", count: 50_000)
    #expect(rowCount / 2 * text.utf8.count > 3 * (64 << 20))
    let batch = RecordBatch([
      ("i", try Column(.long, (0..<rowCount).map { .integer(Int64($0)) })),
      ("t", try Column(.string, (0..<rowCount).map { .string($0 % 2 == 0 ? text : "short") })),
      ("j", try Column(.long, (0..<rowCount).map { .integer(Int64(-$0)) })),
    ])
    try write(batch, to: path)
    let table = try FileTable(
      paths: [path], format: .parquet, options: ReadOptions(), declaredSchema: nil)
    let reader = FileReader(
      format: .parquet, options: ReadOptions(), fileSchema: table.schema, columns: [0, 1, 2],
      predicates: [], splits: table.partitions(count: 1)[0])
    var row: Int64 = 0
    while let batch = try reader.next() {
      #expect(batch.byteCount < 256 << 20)
      for index in 0..<batch.rowCount {
        #expect(batch.columns[0][index] == .integer(row))
        #expect(batch.columns[1].bytes(index).count == (row % 2 == 0 ? text.utf8.count : 5))
        #expect(batch.columns[2][index] == .integer(-row))
        row += 1
      }
    }
    #expect(row == Int64(rowCount))
  }

  /// The type that the writer had is a dictionary, the pages are none.
  @Test func categoriesInPlainPagesAreRead() throws {
    let rows = try ReadRows([fixture("categories.parquet")], .parquet, columns: ["category", "id"])
    #expect(rows["id"] == (0..<1000).map { .integer($0) })
    #expect(
      rows["category"] == (0..<1000).map { "\($0 < 500 ? "a" : "b")\($0 % 500 % 50)".scalar })
  }

  /// Decoders of deltas give what they have and complain of nothing.
  @Test(arguments: ["short_numbers", "short_texts"])
  func aPageThatLacksValuesIsAnError(name: String) {
    let error = fileError { _ = try ReadRows([fixture("\(name).parquet")], .parquet) }
    guard case .malformed? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func boundsThatCannotBeReadAreAsGoodAsNone() throws {
    let table = try FileTable(
      paths: [fixture("short_bounds.parquet")], format: .parquet, options: ReadOptions(),
      declaredSchema: nil)
    #expect(table.statistics?.rowCount == 2)
    let rows = try ReadRows([fixture("short_bounds.parquet")], .parquet)
    #expect(rows["k"] == [.integer(7), .integer(9)])
  }

  @Test func footersTellHowManyValuesThereMayBe() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/t.parquet"
    let batch = try batch()
    try write(batch, to: path)
    let table = try FileTable(
      paths: [path], format: .parquet, options: ReadOptions(), declaredSchema: nil)
    let statistics = try #require(table.statistics)
    #expect(statistics.rowCount == Double(Self.rowCount))
    func count(_ name: String) throws -> Double? {
      statistics.distinctCounts[try #require(table.schema.index(of: name))]
    }
    for (name, distinct) in [("i", 1001.0), ("day", 366), ("t", 5), ("x", 6)] {
      let estimate = try #require(try count(name), "\(name)")
      #expect(estimate >= distinct && estimate <= 4 * distinct, "\(name): \(estimate)")
    }
    #expect(try #require(try count("full")) >= Double(Self.rowCount))
    #expect(try count("a") == nil)
    // Of both files together.
    let twice = statistics + statistics
    #expect(twice.rowCount == 2 * Double(Self.rowCount))
    #expect(twice.selecting([0, nil]).distinctCounts == [2 * (try #require(try count("i"))), nil])
  }
}

extension String {
  fileprivate var scalar: Scalar { .string(self) }
}
