import Columnar
import Executor
import Plan
import Testing

@Suite struct SortOperatorTests {
  private func order(
    _ column: Int, _ batch: RecordBatch, descending: Bool = false, nullsFirst: Bool? = nil
  ) -> SortOrder {
    SortOrder(
      expression: .column(column, batch.schema.fields[column].type), descending: descending,
      nullsFirst: nullsFirst ?? !descending)
  }

  /// The numbers of the rows (the last column) as they come out.
  private func sorted(
    _ batch: RecordBatch, _ order: [SortOrder], limit: Int? = nil, every count: Int = 4
  ) throws -> [Int64] {
    func numbers(runByteCount: Int) throws -> [Int64] {
      let sort = try makeOperator(
        .sort(order, limit: limit), partition: 0, runByteCount: runByteCount)
      return try OperatorRun(sort, rows: batch.cut(every: count)).rows.map { row in
        if case .integer(let number) = row.last { number } else { -1 }
      }
    }
    let inMemory = try numbers(runByteCount: .max)
    // Each batch is a run on disk, then some batches are.
    for runByteCount in [0, 1000] { #expect(try numbers(runByteCount: runByteCount) == inMemory) }
    return inMemory
  }

  private func table(_ columns: [Column]) -> RecordBatch {
    let numbers = Column(longs: (0..<Int64(columns[0].length)).map { $0 })
    return RecordBatch((columns + [numbers]).enumerated().map { ("c\($0)", $1) })
  }

  @Test func ordersEachTypeAsSparkDoes() throws {
    let wide = DataType.decimal(precision: 38, scale: 0)
    // In ascending order; equal values stand in an inner list.
    let cases: [(DataType, [[Scalar]])] = [
      (
        .double,
        [
          [-.infinity], [-1e308], [-1], [-0.0, 0.0], [Double.leastNonzeroMagnitude], [2],
          [.infinity], [.nan, -.nan],
        ]
        .map { $0.map { .double($0) } }
      ),
      (.float, [[-.infinity], [-1], [0, -0.0], [3], [.nan]].map { $0.map { .float($0) } }),
      (.long, [[.min], [-1], [0, 0], [1], [.max]].map { $0.map { .integer($0) } }),
      (.byte, [[-128], [0], [127]].map { $0.map { .integer($0) } }),
      (.boolean, [[.boolean(false), .boolean(false)], [.boolean(true)]]),
      (.date, [[.date(.min)], [.date(0)], [.date(.max)]]),
      (.timestamp, [[.timestamp(.min)], [.timestamp(0)], [.timestamp(.max)]]),
      (
        wide,
        [-(Int128(1) << 100), -1, 0, 1, 1 << 63, 1 << 64, 1 << 100].map {
          [.decimal(unscaled: $0, scale: 0)]
        }
      ),
      (
        .string,
        [[""], ["\0"], ["\0\0"], ["\0a"], ["\u{1}"], ["a", "a"], ["a\0"], ["a\0b"], ["aa"], ["b"]]
          .map { $0.map { .string($0) } } + [[.string("é")], [.string("日本")]]
      ),
      (
        .binary,
        [[[]], [[0]], [[0, 255]], [[1]], [[255]], [[255, 0]]].map { $0.map { .binary($0) } }
      ),
      (
        .list(.double),
        [
          [.list([])], [.list([.null])], [.list([.null, .null])], [.list([.double(-1)])],
          [.list([.double(0), .null]), .list([.double(-0.0), .null])],
          [.list([.double(0), .double(5)])], [.list([.double(1)])],
        ]
      ),
    ]
    for (type, ascending) in cases {
      for descending in [false, true] {
        for nullsFirst in [false, true] {
          let groups = (descending ? ascending.reversed() : ascending)
          let expected =
            (nullsFirst ? [[.null, .null]] : []) + groups
            + (nullsFirst ? [] : [[Scalar.null, .null]])
          // From the last to the first, but equal values in their order.
          let shuffled = Array(expected.enumerated().reversed()).flatMap { rank, values in
            values.map { (rank, $0) }
          }
          let batch = table([try Column(type, shuffled.map(\.1))])
          let order = order(0, batch, descending: descending, nullsFirst: nullsFirst)
          let numbers = try sorted(batch, [order])
          let ranks = shuffled.map(\.0)
          let stable = ranks.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
          #expect(numbers == stable.map { Int64($0) }, "\(type) \(descending) \(nullsFirst)")
          for limit in [0, 1, 3, 100] {
            #expect(
              try sorted(batch, [order], limit: limit, every: 3)
                == stable.prefix(limit).map { Int64($0) })
          }
        }
      }
    }
  }

  @Test func laterColumnsDecideBetweenEqualOnes() throws {
    let batch = table([
      try Column(strings: ["b", "a", "b", nil, "a", "ab"]),
      Column(doubles: [1, 2, .nan, 4, nil, 0]),
    ])
    #expect(
      try sorted(batch, [order(0, batch), order(1, batch, descending: true)])
        == [3, 1, 4, 5, 2, 0])
    #expect(
      try sorted(batch, [order(0, batch, descending: true), order(1, batch)])
        == [0, 2, 5, 4, 1, 3])
  }

  @Test func theFirstRowsAreThoseOfTheWholeSort() throws {
    var random = SeededGenerator(seed: 4)
    let batch = table([
      Column(doubles: (0..<2000).map { _ in Double(Int.random(in: 0..<300, using: &random)) })
    ])
    let order = [order(0, batch, descending: true)]
    let all = try sorted(batch, order, every: 2000)
    for limit in [1, 7, 150, 1999, 5000] {
      for size in [64, 700] {
        #expect(try sorted(batch, order, limit: limit, every: size) == Array(all.prefix(limit)))
      }
    }
  }

  @Test func theFirstRowsHoldNoMoreThanTheyNeed() throws {
    let rows = (0..<50).flatMap { start in (0..<1000).map { Double($0 * 50 + start) } }
    let batch = table([Column(doubles: rows)])
    let top = try makeOperator(.sort([order(0, batch)], limit: 10), partition: 0)
    for part in batch.cut(every: 1000) {
      try top.process(part, .rows) { _, _ in }
      #expect(top.byteCount < 4000)
    }
  }

  @Test func noRowsGiveNoBatch() throws {
    let batch = table([Column(doubles: [])])
    for limit in [nil, 3] {
      let sort = try makeOperator(.sort([order(0, batch)], limit: limit), partition: 0)
      #expect(try OperatorRun(sort, rows: [batch]).batches.isEmpty)
    }
  }
}
