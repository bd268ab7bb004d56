import Columnar
import Executor
import Plan
import Testing

/// Values at the ends of their types.
@Suite struct AggregateLimitTests {
  private func results(
    _ function: AggregateFunction, _ columns: [Column], _ type: DataType, keys: Column? = nil
  ) throws -> [Scalar] {
    let all = (keys.map { [$0] } ?? []) + columns
    let batch = RecordBatch(all.enumerated().map { ("c\($0)", $1) })
    let keyCount = keys == nil ? 0 : 1
    let aggregate = Aggregate(
      function: function, arguments: columns.indices.map { $0 + keyCount }, type: type)
    let operation = GroupedOperation(
      schema: batch.schema, keyCount: keyCount, action: .aggregate([aggregate]),
      isMergeable: function.isMergeable)
    let group = try makeOperator(.group(operation), partition: 0)
    return try OperatorRun(group, rows: [batch]).rows.map { $0[keyCount] }
  }

  @Test func aSumOfLongsFailsOnlyWhenTheResultDoesNotFit() throws {
    let fits = Column(longs: [.max, 1, .max, .min, .min, 7])
    #expect(try results(.sum, [fits], .long) == [.integer(6)])
    let error = #expect(throws: (any Error).self) {
      try self.results(
        .sum, [Column(longs: [1, .max, 1])], .long,
        keys: try Column(strings: ["fine", "EWR", "EWR"]))
    }
    let message = "\(try #require(error))"
    #expect(message.contains("c0 = 'EWR'") && message.contains("sum overflows long"), "\(message)")
  }

  @Test func decimalsAreExactOrFail() throws {
    let wide = DataType.decimal(precision: 38, scale: 0)
    let large = Int128(10) * 1_000_000_000_000_000_000 * 1_000_000_000_000_000_000  // 10^37
    func column(_ values: [Int128]) throws -> Column {
      try Column(wide, values.map { .decimal(unscaled: $0, scale: 0) })
    }
    #expect(
      try results(.sum, [try column([large, large])], wide)
        == [.decimal(unscaled: 2 * large, scale: 0)])
    for values in [[5 * large, 5 * large], [Int128](repeating: 9 * large, count: 3)] {
      #expect(throws: (any Error).self) { try self.results(.sum, [try column(values)], wide) }
    }
    #expect(
      try results(
        .avg, [try column([9 * large, -9 * large, 2])], .decimal(precision: 38, scale: 4))
        == [.decimal(unscaled: 6667, scale: 4)])
    #expect(throws: (any Error).self) {
      try self.results(.avg, [try column([9 * large])], .decimal(precision: 38, scale: 4))
    }
    #expect(
      try results(.avg, [try column([-1, -2])], .decimal(precision: 38, scale: 0))
        == [.decimal(unscaled: -2, scale: 0)])
  }

  @Test func doublesAtTheirEnds() throws {
    let huge = Column(doubles: [1e308, 1e308])
    #expect(try results(.sum, [huge], .double) == [.double(.infinity)])
    #expect(try results(.max, [Column(doubles: [.infinity, .nan, 1])], .double)[0].number.isNaN)
    #expect(try results(.min, [Column(doubles: [.nan, nil])], .double)[0].number.isNaN)
    #expect(
      try results(.min, [Column(doubles: [.nan, .infinity])], .double) == [.double(.infinity)])
    for function in [AggregateFunction.min, .max] {
      guard
        case .double(let zero) = try results(function, [Column(doubles: [-0.0, -0.0])], .double)[0]
      else {
        Issue.record("no double")
        continue
      }
      #expect(zero == 0 && zero.sign == .plus)
    }
    let spread = try results(
      .varianceSample, [Column(doubles: [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])], .double)
    #expect(spread == [.double(30)])
    #expect(
      try results(.variancePopulation, [Column(doubles: [.infinity, 1])], .double)[0].number.isNaN)
    let tiny = Column(doubles: [1e-120, 2e-120, 3e-120])
    #expect(try results(.corr, [tiny, tiny], .double)[0].isClose(to: .double(1)))
    #expect(
      try results(.corr, [Column(doubles: [1, 2, 3]), Column(doubles: [5, 5, 5])], .double) == [
        .null
      ])
    #expect(try results(.corr, [Column(doubles: [1]), Column(doubles: [2])], .double) == [.null])
    #expect(
      try results(
        .percentile([0, 0.5, 1], isList: true), [Column(doubles: [.nan, -.infinity])],
        .list(.double))[0]
        .isClose(to: .list([.double(-.infinity), .double(.nan), .double(.nan)])))
  }

  @Test func extremesOfLongs() throws {
    #expect(try results(.min, [Column(longs: [.max])], .long) == [.integer(.max)])
    #expect(try results(.max, [Column(longs: [.min, nil])], .long) == [.integer(.min)])
    // The largest and the smallest long are values like others, and no value is none of them.
    let keys = Column(longs: [1, 2, 3, 3, 4])
    let longs = Column(longs: [.min, nil, .max, 5, .max])
    #expect(
      try results(.max, [longs], .long, keys: keys)
        == [.integer(.min), .null, .integer(.max), .integer(.max)])
    #expect(
      try results(.min, [longs], .long, keys: keys)
        == [.integer(.min), .null, .integer(5), .integer(.max)])
    #expect(
      try results(.percentileApprox([0.5], isList: false), [Column(longs: [.max, .min, 0])], .long)
        == [.integer(0)])
  }

  @Test func refusesWhatTheyDoNotTake() throws {
    let strings = try Column(strings: ["a"])
    let refused: [AggregateFunction] = [
      .sum, .avg, .stddevSample, .percentile([0.5], isList: false),
      .percentileApprox([0.5], isList: false),
    ]
    for function in refused {
      #expect(throws: (any Error).self) { try self.results(function, [strings], .double) }
      #expect(throws: (any Error).self) { try self.results(function, [], .double) }
    }
    #expect(throws: (any Error).self) { try self.results(.corr, [strings, strings], .double) }
    #expect(throws: (any Error).self) { try self.results(.countDistinct, [], .long) }
  }

  @Test func nullsOfNoTypeCountAsNulls() throws {
    let void = try Column(.void, [.null, .null])
    #expect(try results(.count, [void], .long) == [.integer(0)])
    #expect(try results(.countDistinct, [void], .long) == [.integer(0)])
    #expect(try results(.max, [void], .void) == [.null])
    #expect(try results(.first(ignoreNulls: true), [void], .void) == [.null])
  }
}
