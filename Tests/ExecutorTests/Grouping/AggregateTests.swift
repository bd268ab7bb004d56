import Columnar
import Executor
import Plan
import Testing

@Suite struct AggregateTests {
  private static let decimal = DataType.decimal(precision: 10, scale: 2)
  private static let columns: [(name: String, type: DataType)] = [
    ("key", .long), ("boolean", .boolean), ("byte", .byte), ("integer", .integer), ("long", .long),
    ("float", .float), ("double", .double), ("decimal", decimal), ("string", .string),
    ("binary", .binary), ("date", .date), ("timestamp", .timestamp), ("list", .list(.double)),
    ("other", .double),
  ]

  private static func scalar(
    _ type: DataType, _ random: inout SeededGenerator, special: Bool
  ) -> Scalar {
    if Int.random(in: 0..<5, using: &random) == 0 { return .null }
    let small = Int64.random(in: -50...50, using: &random)
    let isSpecial = special && Int.random(in: 0..<4, using: &random) == 0
    switch type {
    case .boolean: return .boolean(small > 0)
    case .byte, .integer, .long: return .integer(small)
    case .float: return .float(isSpecial ? .nan : Float(small) / 4)
    case .double:
      return .double(
        isSpecial ? [.nan, .infinity, -.infinity][Int(small + 50) % 3] : Double(small) / 8)
    case .string:
      return .string(String(repeating: "ü", count: Int(abs(small) % 3)) + "\(small % 7)")
    case .binary: return .binary([UInt8](repeating: 200, count: Int(abs(small) % 5)))
    case .date: return .date(Int32(small))
    case .timestamp: return .timestamp(small << 40)
    case .decimal(_, let scale): return .decimal(unscaled: Int128(small), scale: scale)
    case .list: return .list([.double(Double(small)), .null])
    case .void, .short, .fixedSizeList: return .null
    }
  }

  private static func table(rows: Int, keys: Int64, seed: UInt64, special: Bool) throws
    -> RecordBatch
  {
    var random = SeededGenerator(seed: seed)
    return RecordBatch(
      try columns.map { name, type in
        let scalars = (0..<rows).map { _ -> Scalar in
          name == "key"
            ? .integer(.random(in: 0..<keys, using: &random))
            : scalar(type, &random, special: special)
        }
        return (name, try Column(type, scalars))
      })
  }

  private static func index(_ name: String) -> Int { columns.firstIndex { $0.name == name }! }

  private static func aggregate(
    _ function: AggregateFunction, _ arguments: [String], _ type: DataType
  ) -> Aggregate {
    Aggregate(function: function, arguments: arguments.map(index), type: type)
  }

  private static let ordered = [
    "boolean", "byte", "integer", "long", "float", "double", "decimal", "string", "binary", "date",
    "timestamp",
  ]

  private static func type(_ name: String) -> DataType { columns[index(name)].type }

  private static var mergeable: [Aggregate] {
    [
      aggregate(.count, [], .long), aggregate(.count, ["string"], .long),
      aggregate(.count, ["double", "long"], .long), aggregate(.sum, ["double"], .double),
      aggregate(.sum, ["long"], .long),
      aggregate(.sum, ["decimal"], .decimal(precision: 20, scale: 2)),
      aggregate(.avg, ["double"], .double),
      aggregate(.avg, ["decimal"], .decimal(precision: 14, scale: 6)),
      aggregate(.avg, ["decimal"], .decimal(precision: 12, scale: 2)),
    ]
      + ordered.flatMap { name in
        [aggregate(.min, [name], type(name)), aggregate(.max, [name], type(name))]
      }
      + (ordered + ["list"]).flatMap { name in
        [true, false].flatMap { ignoreNulls in
          [
            aggregate(.first(ignoreNulls: ignoreNulls), [name], type(name)),
            aggregate(.last(ignoreNulls: ignoreNulls), [name], type(name)),
          ]
        }
      }
  }

  /// Sums of infinities and what comes of NaN on the way differ by order of addition; these are checked apart.
  private static var moments: [Aggregate] {
    let one: [AggregateFunction] = [
      .stddevSample, .stddevPopulation, .varianceSample, .variancePopulation,
    ]
    let two: [AggregateFunction] = [.covarianceSample, .covariancePopulation, .corr]
    return one.map { aggregate($0, ["double"], .double) }
      + two.map { aggregate($0, ["double", "other"], .double) }
  }

  private static var ofRows: [Aggregate] {
    let approximate = AggregateFunction.percentileApprox([0, 0.25, 0.5, 0.9, 1], isList: true)
    return ["integer", "long", "float", "double", "decimal", "date", "timestamp"].flatMap { name in
      [
        aggregate(approximate, [name], .list(type(name))),
        aggregate(.percentileApprox([0.3], isList: false), [name], type(name)),
        aggregate(.countDistinct, [name], .long),
      ]
    } + [
      aggregate(.countDistinct, ["string", "integer"], .long),
      aggregate(.countDistinct, ["list"], .long),
    ]
  }

  private static var interpolated: [Aggregate] {
    [
      aggregate(.percentile([0.5], isList: false), ["double"], .double),
      aggregate(.percentile([0, 0.3, 1], isList: true), ["other"], .list(.double)),
    ]
  }

  private func operation(_ batch: RecordBatch, _ aggregates: [Aggregate], mergeable: Bool)
    -> GroupedOperation
  {
    GroupedOperation(
      schema: batch.schema, keyCount: 1, action: .aggregate(aggregates), isMergeable: mergeable)
  }

  private func check(_ found: [[Scalar]], _ table: RecordBatch, _ aggregates: [Aggregate]) {
    var keys: [Scalar] = []
    var rows: [Scalar: [Int]] = [:]
    for (row, key) in table.columns[0].scalars.enumerated() {
      if rows[key] == nil { keys.append(key) }
      rows[key, default: []].append(row)
    }
    #expect(found.map { $0[0] } == keys)
    for (key, result) in zip(keys, found) {
      for (number, aggregate) in aggregates.enumerated() {
        let arguments = rows[key]!.map { row in aggregate.arguments.map { table.columns[$0][row] } }
        let expected = AggregateReference.result(aggregate.function, aggregate.type, arguments)
        #expect(
          result[number + 1].isClose(to: expected),
          "\(aggregate) of \(key): \(result[number + 1]) for \(expected)")
      }
    }
  }

  @Test(arguments: [false, true]) func agreeWithTheirDefinitions(special: Bool) throws {
    let aggregates =
      Self.mergeable + Self.ofRows + (special ? [] : Self.moments + Self.interpolated)
    for (rows, keys) in [(400, 9), (40, 30), (1, 1)] as [(Int, Int64)] {
      let table = try Self.table(rows: rows, keys: keys, seed: UInt64(rows), special: special)
      let group = try makeOperator(
        .group(operation(table, aggregates, mergeable: false)), partition: 3)
      check(try OperatorRun(group, rows: table.cut(every: 37)).rows, table, aggregates)
    }
  }

  @Test(arguments: [false, true]) func partialResultsMerge(special: Bool) throws {
    let aggregates = Self.mergeable + (special ? [] : Self.moments)
    let table = try Self.table(rows: 600, keys: 11, seed: 5, special: special)
    let operation = operation(table, aggregates, mergeable: true)
    var sent: [(RecordBatch, BatchKind)] = []
    for (task, part) in table.cut(every: 200).enumerated() {
      if task == 1 {
        sent.append((part, .rows))
      } else {
        let combine = try CombineOperator(operation, groupLimit: task == 0 ? 4 : 100)
        sent += try OperatorRun(combine, rows: part.cut(every: 23)).batches
      }
    }
    #expect(sent.contains { $0.1 == .partialResults } && sent.contains { $0.1 == .rows })
    let group = try makeOperator(.group(operation), partition: 0)
    check(try OperatorRun(group, sent).rows, table, aggregates)
  }

  /// Several functions of one column of doubles have one state; each alone has its own.
  @Test func eachAloneIsAsWithOthers() throws {
    let functions: [AggregateFunction] = [.max, .count, .sum, .avg, .min]
    let aggregates = functions.map {
      Self.aggregate($0, ["double"], $0 == .count ? .long : .double)
    }
    let table = try Self.table(rows: 300, keys: 20, seed: 3, special: true)
    func results(_ aggregates: [Aggregate]) throws -> [[Scalar]] {
      let operation = operation(table, aggregates, mergeable: true)
      let combine = try CombineOperator(operation, groupLimit: 100)
      let sent = try OperatorRun(combine, rows: table.cut(every: 23)).batches
      return try OperatorRun(try makeOperator(.group(operation), partition: 0), sent).rows
    }
    check(try results(aggregates), table, aggregates)
    for aggregate in aggregates { check(try results([aggregate]), table, [aggregate]) }
    let pair = [aggregates[4], aggregates[2]]
    check(try results(pair), table, pair)
  }

  @Test func ofNoRows() throws {
    let table = try Self.table(rows: 1, keys: 1, seed: 1, special: false).slice(0..<0)
    let aggregates = Self.mergeable + Self.moments + Self.ofRows + Self.interpolated
    let keyless = GroupedOperation(
      schema: table.schema, keyCount: 0, action: .aggregate(aggregates), isMergeable: false)
    let run = try OperatorRun(try makeOperator(.group(keyless), partition: 0), rows: [table])
    let expected = aggregates.map { aggregate -> Scalar in
      [.count, .countDistinct].contains(aggregate.function) ? .integer(0) : .null
    }
    #expect(run.rows == [expected])
    let other = try OperatorRun(try makeOperator(.group(keyless), partition: 1), rows: [table])
    #expect(other.batches.isEmpty)
    let keyed = operation(table, aggregates, mergeable: false)
    #expect(
      try OperatorRun(try makeOperator(.group(keyed), partition: 0), rows: [table]).rows.isEmpty)
  }
}
