import Columnar
import Testing

@Suite struct ComputeTests {
  private let batch = RecordBatch([
    ("n", Column(longs: [1, nil, 3, 4])),
    ("s", try! Column(strings: ["a", "b", nil, "d"])),
    ("t", try! Column(.timestamp, [.timestamp(0), .null, .timestamp(-1), .timestamp(7)])),
    (
      "l",
      try! Column(.list(.double), [.list([.double(1)]), .null, .list([]), .list([.double(2)])])
    ),
    (
      "d",
      try! Column(
        .decimal(precision: 20, scale: 2),
        [.decimal(unscaled: 1, scale: 2), .null, .null, .decimal(unscaled: -5, scale: 2)])
    ),
  ])

  private func rows(_ batch: RecordBatch) -> [[Scalar]] { batch.columns.map(\.scalars) }

  @Test func filteringKeepsTheRowsThatAreTrue() throws {
    let mask = try Column(.boolean, [.boolean(true), .null, .boolean(false), .boolean(true)])
    let filtered = try batch.filtering(by: mask)
    #expect(filtered.rowCount == 2)
    #expect(filtered.schema == batch.schema)
    for (column, original) in zip(filtered.columns, batch.columns) {
      #expect(column.scalars == [original[0], original[3]])
    }
  }

  @Test func filteringASliceSeesOnlyItsRows() throws {
    let mask = try Column(.boolean, [.boolean(false), .boolean(true), .boolean(true)])
    let filtered = try batch.slice(1..<4).filtering(by: mask)
    for (column, original) in zip(filtered.columns, batch.columns) {
      #expect(column.scalars == [original[2], original[3]])
    }
  }

  @Test func filteringABatchWithoutColumnsCountsRows() throws {
    let empty = RecordBatch(schema: Schema([]), columns: [], rowCount: 3)
    let mask = try Column(.boolean, [.boolean(true), .null, .boolean(true)])
    #expect(try empty.filtering(by: mask).rowCount == 2)
  }

  @Test func takingANullIndexGivesARowOfNulls() throws {
    let taken = try batch.taking(Column(longs: [3, nil, 0, 3]))
    for (column, original) in zip(taken.columns, batch.columns) {
      #expect(column.scalars == [original[3], .null, original[0], original[3]])
    }
  }

  @Test func takingOutsideOfTheRowsThrows() {
    #expect(throws: (any Error).self) { try batch.taking(Column(longs: [4])) }
    #expect(throws: (any Error).self) { try batch.columns[0].taking(Column(longs: [-1])) }
  }

  @Test func concatenatingKeepsTheOrder() throws {
    let whole = try RecordBatch.concatenating([
      batch.slice(2..<4), batch.slice(0..<0), batch.slice(0..<2),
    ])
    for (column, original) in zip(whole.columns, batch.columns) {
      #expect(column.scalars == [original[2], original[3], original[0], original[1]])
    }
    #expect(try RecordBatch.concatenating([batch.slice(1..<1)]).rowCount == 0)
  }

  @Test func functionsAreCalledByNameWithColumnsAndScalars() throws {
    let sum = try ComputeFunction.call(
      "add_checked", [.column(Column(longs: [1, nil, 3])), .scalar(.integer(10), .long)],
      returning: .long)
    #expect(sum.scalars == [.integer(11), .null, .integer(13)])
    let one = try ComputeFunction.call(
      "add_checked", [.scalar(.integer(1), .long), .scalar(.integer(10), .long)], returning: .long)
    #expect(one.scalars == [.integer(11)])
  }

  @Test func resultsAreCastToTheTypeThatIsAskedFor() throws {
    let length = try ComputeFunction.call(
      "utf8_length", [.column(Column(strings: ["ä", nil]))], returning: .long)
    #expect(length.scalars == [.integer(1), .null])
  }

  @Test func timestampsNeedNoTimeZoneDatabase() throws {
    let times = try Column(.timestamp, [.timestamp(-1), .null])
    let year = try ComputeFunction.call("year", [.column(times)], returning: .integer)
    #expect(year.scalars == [.integer(1969), .null])
    let day = try ComputeFunction.call(
      "floor_temporal", [.column(times)], .floor(.day), returning: .timestamp)
    #expect(day.scalars == [.timestamp(-86_400_000_000), .null])
  }

  @Test func aFailedCallSaysWhatArrowSays() {
    #expect(throws: ComputeError.self) {
      try ComputeFunction.call(
        "add_checked", [.scalar(.integer(.max), .long), .scalar(.integer(1), .long)],
        returning: .long)
    }
    #expect(throws: ComputeError.self) {
      try ComputeFunction.call("no_such_function", [], returning: .long)
    }
  }
}
