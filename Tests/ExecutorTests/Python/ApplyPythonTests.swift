import Columnar
import Executor
import Plan
import Testing

/// A function of each group, against what the rows say.
@Suite(.blockingThread) struct ApplyPythonTests {
  private static let sales = Schema([Field("store", .long), Field("amount", .double)])

  private static func sales(_ stores: [Int64], _ amounts: [Double?]) -> RecordBatch {
    RecordBatch([("store", Column(longs: stores)), ("amount", Column(doubles: amounts))])
  }

  private static let total = """
    def total(pdf):
        return pdf.groupby("store", as_index=False)["amount"].sum()
    """

  @Test func groupsComeInTheOrderOfTheirFirstAppearance() async throws {
    let function = try PythonFixture.shared.function("total", in: Self.total)
    let run = try OperatorRun(
      PythonFixture.shared.operation(
        .applyPython(
          PythonApplication(
            function, rows: Self.sales, returned: [("store", .long), ("amount", .double)]))),
      rows: [Self.sales([7, 3, 7], [1, 2, 4]), Self.sales([3, 5], [8, 16])])
    #expect(
      run.rows == [
        [.integer(7), .double(5)], [.integer(3), .double(10)], [.integer(5), .double(16)],
      ])
  }

  @Test func groupsArriveWholeWhateverIsOnDisk() async throws {
    let function = try PythonFixture.shared.function(
      "first",
      in: """
        import pandas as pd
        def first(key, pdf):
            assert list(pdf.index) == list(range(len(pdf)))
            assert pdf["amount"].is_monotonic_increasing
            return pd.DataFrame({"store": [key[0]], "rows": [len(pdf)], "amount": [pdf["amount"].sum()]})
        """)
    let count = 200_000
    let stores = (0..<count).map { Int64($0 % 1000) }
    let amounts = (0..<count).map { Double($0) }
    let batches = Self.sales(stores, amounts).cut(every: 10_000)
    let run = try OperatorRun(
      PythonFixture.shared.operation(
        .applyPython(
          PythonApplication(
            function, rows: Self.sales,
            returned: [("store", .long), ("rows", .long), ("amount", .double)])),
        runByteCount: 500_000),
      rows: batches)
    let expected = (0..<1000).map { store -> [Scalar] in
      let amounts = stride(from: store, to: count, by: 1000).map { Double($0) }
      let sum = amounts.reduce(0, +)
      return [.integer(Int64(store)), .integer(200), .double(sum)]
    }
    #expect(run.rows == expected)
  }

  /// The iterator form sees a group that is larger than a message in pieces, the others as one frame.
  @Test(arguments: ["pieces", "whole"]) func groupsLargerThanAMessage(_ name: String) async throws {
    let function = try PythonFixture.shared.function(
      name,
      in: """
        from typing import Iterator
        import pandas as pd
        def pieces(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
            rows = total = 0
            for frame in frames:
                rows += len(frame)
                total += frame["amount"].sum()
                store = frame["store"].iloc[0]
            yield pd.DataFrame({"store": [store], "rows": [rows], "amount": [total]})
        def whole(pdf):
            return pd.DataFrame(
                {"store": [pdf["store"].iloc[0]], "rows": [len(pdf)], "amount": [pdf["amount"].sum()]})
        """)
    let count = 400_000
    // Store 1 is large and in the midst of small ones.
    let stores = (0..<count).map { row -> Int64 in
      row.isMultiple(of: 4) ? Int64(row / 4 % 50 + 2) : 1
    }
    let amounts = [Double](repeating: 1, count: count)
    let run = try OperatorRun(
      PythonFixture.shared.operation(
        .applyPython(
          PythonApplication(
            function, rows: Self.sales,
            returned: [("store", .long), ("rows", .long), ("amount", .double)]))),
      rows: Self.sales(stores, amounts).cut(every: 65_536))
    var counts: [Int64: Int] = [:]
    for store in stores { counts[store, default: 0] += 1 }
    let found = Set(run.rows)
    let expected = Set(
      counts.map { store, count -> [Scalar] in
        [.integer(store), .integer(Int64(count)), .double(Double(count))]
      })
    #expect(run.rows.count == 51)
    #expect(found == expected)
  }

  /// Where a group ends is known when the next one begins, which may be a batch later.
  @Test(
    arguments: [65_535, 65_536, 65_537, 131_072, 131_073, 196_608, 262_144], [false, true])
  func noRowIsLostWhereverAGroupEnds(_ count: Int, _ recordsErrors: Bool) async throws {
    let function = try PythonFixture.shared.function(
      "count",
      in: """
        import pandas as pd
        def count(pdf):
            return pd.DataFrame({"store": [pdf["store"].iloc[0]], "rows": [len(pdf)]})
        """, recordsErrors: recordsErrors)
    for sizes in [[count], [count, 3], [5, count], [count, count, 1, count]] {
      let stores = sizes.enumerated().flatMap { Array(repeating: Int64($0), count: $1) }
      let input = Self.sales(stores, Array(repeating: 1, count: stores.count)).cut(every: 65_536)
      let run = try OperatorRun(
        PythonFixture.shared.operation(
          .applyPython(
            PythonApplication(
              function, rows: Self.sales, returned: [("store", .long), ("rows", .long)]))),
        rows: input)
      let found = run.rows.map { Array($0.prefix(2)) }
      #expect(found == sizes.enumerated().map { [.integer(Int64($0)), .integer(Int64($1))] })
    }
  }

  @Test func noRowsAreNoGroups() async throws {
    let function = try PythonFixture.shared.function("total", in: Self.total)
    let run = try OperatorRun(
      PythonFixture.shared.operation(
        .applyPython(
          PythonApplication(
            function, rows: Self.sales, returned: [("store", .long), ("amount", .double)]))),
      rows: [])
    #expect(run.rows.isEmpty)
  }

  @Test func nullsTextsAndTimesComeBackAsTheyWent() async throws {
    let function = try PythonFixture.shared.function(
      "same", in: "def same(pdf):\n    return pdf\n")
    let schema = Schema([
      Field("key", .string), Field("text", .string), Field("time", .timestamp),
      Field("day", .date), Field("flag", .boolean),
      Field("price", .decimal(precision: 8, scale: 2)),
      Field("list", .list(.double)),
    ])
    let rows: [[Scalar]] = [
      [
        .string("a"), .string("ß\u{0}"), .timestamp(1), .date(-1), .boolean(true),
        .decimal(unscaled: -5, scale: 2), .list([.double(1), .double(2)]),
      ],
      [.string("a"), .null, .null, .null, .null, .null, .null],
    ]
    let columns = try schema.fields.enumerated().map { index, field in
      try Column(field.type, rows.map { $0[index] })
    }
    let run = try OperatorRun(
      PythonFixture.shared.operation(
        .applyPython(
          PythonApplication(
            function, rows: schema, returned: schema.fields.map { ($0.name, $0.type) }))),
      rows: [RecordBatch(schema: schema, columns: columns, rowCount: 2)])
    #expect(run.rows == rows)
  }

  @Test func whatAFunctionPrintsIsTheTasksLog() async throws {
    let function = try PythonFixture.shared.function(
      "talk",
      in: """
        def talk(key, pdf):
            print("store", key[0])
            return pdf
        """)
    var log = ""
    _ = try OperatorRun(
      PythonFixture.shared.operation(
        .applyPython(
          PythonApplication(
            function, rows: Self.sales, returned: [("store", .long), ("amount", .double)])),
        log: { log += $0 }),
      rows: [Self.sales([1, 2], [1, 1])])
    #expect(log == "store 1\nstore 2\n")
  }
}
