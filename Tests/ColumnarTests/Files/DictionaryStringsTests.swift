import Columnar
import Testing

/// Text that a Parquet file holds as indices into few entries; the plain column is the reference.
@Suite struct DictionaryStringsTests {
  private static let rowCount = 5000

  /// A column, and the same as a file gives it back.
  private func columns(_ type: DataType = .string, withNulls: Bool = true) throws -> (
    plain: Column, read: Column
  ) {
    let texts = ["", "a", "bc", "a rather long text", "ä"]
    var random = SeededGenerator(seed: 11)
    let plain = try Column(
      type,
      (0..<Self.rowCount).map { _ in
        let text = texts.randomElement(using: &random)!
        if withNulls && Int.random(in: 0..<10, using: &random) == 0 { return .null }
        return type == .string ? .string(text) : .binary(Array(text.utf8))
      })
    return (plain, try readBack(plain))
  }

  private func readBack(_ column: Column) throws -> Column {
    let folder = try TemporaryFolder()
    let path = folder.path + "/t"
    let batch = RecordBatch([("k", column)])
    let writer = try FileWriter(
      path: path, format: .parquet, schema: batch.schema, options: WriteOptions())
    try writer.write(batch)
    _ = try writer.finish()
    let table = try FileTable(
      paths: [path], format: .parquet, options: ReadOptions(), declaredSchema: nil)
    let reader = FileReader(
      format: .parquet, options: ReadOptions(), fileSchema: table.schema, columns: [0],
      predicates: [], splits: table.partitions(count: 1)[0])
    return try #require(try reader.next()).columns[0]
  }

  @Test func rowsAreThoseOfThePlainColumn() throws {
    for type in [DataType.string, .binary] {
      let (plain, read) = try columns(type)
      #expect(read.type == type)
      #expect(read.byteCount < plain.byteCount)
      #expect(read.nullCount == plain.nullCount)
      #expect(read.slice(17..<4000).slice(3..<99).scalars == plain.slice(20..<116).scalars)
      #expect(read.scalars == plain.scalars)
    }
  }

  @Test func whatWritingOutWillTakeIsKnownBefore() throws {
    for type in [DataType.string, .binary] {
      let (_, read) = try columns(type)
      let expected = read.byteCountWhenWritten
      #expect(expected > read.byteCount)
      _ = read.scalars
      #expect(read.byteCount == expected)
      #expect(read.byteCountWhenWritten == expected)
    }
  }

  @Test func keysAreNumberedAsInThePlainColumn() throws {
    for withNulls in [true, false] {
      let (plain, read) = try columns(withNulls: withNulls)
      for rows in [0..<Self.rowCount, 100..<2000, 7..<8, 9..<9] {
        let tables = [plain, read].map { column in
          let table = GroupTable(keyTypes: [.string])
          // What was numbered before keeps its number, whatever layout it came in.
          _ = table.assign([plain.slice(0..<3)], rowCount: 3)
          _ = table.assign([column.slice(rows)], rowCount: rows.count)
          return table
        }
        #expect(tables[0].groups == tables[1].groups)
        #expect(try tables[0].keys()[0].scalars == tables[1].keys()[0].scalars)
      }
      #expect(
        RowHash.hashes(of: [read], rowCount: Self.rowCount)
          == RowHash.hashes(of: [plain], rowCount: Self.rowCount))
    }
  }

  @Test func numberingStopsAtTheFirstRowThatNeedsAGroupTooMany() throws {
    let (plain, read) = try columns()
    for limit in 0..<7 {
      let tables = [plain, read].map { column in
        let table = GroupTable(keyTypes: [.string])
        _ = table.assign([column], rowCount: Self.rowCount, limit: limit)
        return table
      }
      #expect(tables[0].groups == tables[1].groups)
    }
  }

  @Test func rowsMoveAsThoseOfThePlainColumn() throws {
    let (plain, read) = try columns()
    let batches = [plain, read].map { RecordBatch([("k", $0)]) }
    let parts = try batches.map {
      try RecordBatch.partitioning([$0], keyCount: 1, partitionCount: 3)
    }
    #expect(parts[0].map(\.partition) == parts[1].map(\.partition))
    for (one, other) in zip(parts[0], parts[1]) {
      #expect(one.batch.columns[0].scalars == other.batch.columns[0].scalars)
    }
    #expect(try readBack(read).scalars == plain.scalars)
  }

  @Test func severalThreadsMayAskForTheTextAtOnce() async throws {
    let (plain, read) = try columns()
    let expected = plain.scalars
    await withTaskGroup(of: Bool.self) { tasks in
      for _ in 0..<4 { tasks.addTask { read.scalars == expected } }
      for await isEqual in tasks { #expect(isEqual) }
    }
  }
}
