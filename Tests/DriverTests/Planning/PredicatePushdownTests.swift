import Columnar
import Driver
import Plan
import Testing

@Suite struct PredicatePushdownTests {
  let schema = longs("a", "b")

  /// The conditions that reach the scan of table 0.
  func predicates(_ tables: [AnalyzedTable], outputs: [Int]) throws -> [ColumnPredicate] {
    let job = AnalyzedJob(
      name: "pushed", tables: tables,
      outputs: outputs.map { written($0, to: "/out\($0)") })
    let files = scan(tables[0].inputSchema)
    let plan = try Planner().plan(job, scans: [0: files], cached: [:])
    guard case .scan(let scan) = plan.stages[0].inputs[0] else { return [] }
    return scan.predicates
  }

  func isLess(_ column: Int, than value: Int64) -> ColumnPredicate {
    ColumnPredicate(column: column, comparison: .less, value: .integer(value))
  }

  func filtered(_ filter: BoundExpression, _ schema: Schema) throws -> [ColumnPredicate] {
    try predicates([table("t", files("/data"), schema, where: filter)], outputs: [0])
  }

  @Test func theOwnFilterReachesTheScan() throws {
    let second = call(.isNotNull, .boolean, column(1))
    let computed = less(call(.add, .long, column(0), column(1)), long(9))
    let filter = BoundExpression(.and([less(column(0), long(5)), second, computed]), .boolean)
    #expect(
      try filtered(filter, schema) == [
        isLess(0, than: 5), ColumnPredicate(column: 1, comparison: .isNotNull, value: .null),
      ])
  }

  @Test func theFilterOfTheOnlyReaderReachesTheScanUnderTheFilesNames() throws {
    let tables = [
      table("t", files("/data"), schema, select: [named("x", column(1)), named("y", column(0))]),
      table("u", .table(0), longs("x", "y"), where: less(column(0), long(5))),
    ]
    #expect(try predicates(tables, outputs: [1]) == [isLess(1, than: 5)])
  }

  @Test func readersPushOnlyWhatAllOfThemAsk() throws {
    let both = BoundExpression(
      .and([less(column(0), long(5)), less(column(1), long(7))]), .boolean)
    let tables = [
      table("t", files("/data"), schema),
      table("u", .table(0), schema, where: both),
      table("v", .table(0), schema, where: less(column(1), long(7))),
      table("unused", .table(0), schema),
    ]
    #expect(try predicates(tables, outputs: [1, 2]) == [isLess(1, than: 7)])
    #expect(try predicates(tables, outputs: [1, 2, 0]) == [])
    #expect(try predicates(tables, outputs: [1]) == [isLess(0, than: 5), isLess(1, than: 7)])
  }

  @Test func aLimitOrAGroupingHoldsTheFilterBack() throws {
    let limited = [
      table("t", files("/data"), schema, limit: 10),
      table("u", .table(0), schema, where: less(column(0), long(5))),
    ]
    #expect(try predicates(limited, outputs: [1]) == [])
    let grouped = [
      table(
        "t", files("/data"), schema,
        group: aggregate(by: [named("a", column(0))], (.count, []))),
      table("u", .table(0), longs("a", "value0"), where: less(column(1), long(5))),
    ]
    #expect(try predicates(grouped, outputs: [1]) == [])
  }

  @Test func aComputedColumnHoldsTheFilterBack() throws {
    let doubled = call(.add, .long, column(0), column(0))
    let tables = [
      table("t", files("/data"), schema, select: [named("x", doubled)]),
      table("u", .table(0), longs("x"), where: less(column(0), long(5))),
    ]
    #expect(try predicates(tables, outputs: [1]) == [])
  }

  @Test func literalsTakeTheTypeOfTheColumn() throws {
    let schema = Schema([
      Field("byte", .byte), Field("double", .double),
      Field("decimal", .decimal(precision: 9, scale: 2)),
    ])
    func cast(_ expression: BoundExpression, _ type: DataType) -> BoundExpression {
      BoundExpression(.cast(expression, .ansi), type)
    }
    let wide = cast(column(0, .byte), .long)
    #expect(
      try filtered(call(.greaterOrEqual, .boolean, long(7), wide), schema)
        == [ColumnPredicate(column: 0, comparison: .lessOrEqual, value: .integer(7))])
    // No byte reaches 300, which the filter finds out itself.
    #expect(try filtered(less(wide, long(300)), schema) == [])

    let double = column(1, .double)
    #expect(
      try filtered(less(double, cast(long(3), .double)), schema)
        == [ColumnPredicate(column: 1, comparison: .less, value: .double(3))])
    let half = BoundExpression.literal(
      .decimal(unscaled: 15, scale: 1), .decimal(precision: 2, scale: 1))
    let pushed = try filtered(less(double, cast(half, .double)), schema)
    guard case .double(let bound) = pushed.first?.value else { return #expect(Bool(false)) }
    #expect(bound > 1.5 && bound < 1.500001)

    let decimal = column(2, .decimal(precision: 9, scale: 2))
    #expect(
      try filtered(less(decimal, cast(half, decimal.type)), schema)
        == [
          ColumnPredicate(
            column: 2, comparison: .less, value: .decimal(unscaled: 150, scale: 2))
        ])
    let huge = BoundExpression.literal(
      .decimal(unscaled: .max, scale: 0), .decimal(precision: 38, scale: 0))
    #expect(try filtered(less(decimal, cast(huge, decimal.type)), schema) == [])
  }

  @Test func nothingIsPushedThatNaNOrNullWouldFulfil() throws {
    let schema = Schema([Field("x", .double)])
    let x = column(0, .double)
    func double(_ value: Double) -> BoundExpression { .literal(.double(value), .double) }
    #expect(try filtered(call(.greater, .boolean, x, double(1)), schema) == [])
    #expect(try filtered(call(.equal, .boolean, x, double(.nan)), schema) == [])
    #expect(
      try filtered(call(.equal, .boolean, x, .literal(.null, .double)), schema) == [])
    #expect(
      try filtered(call(.between, .boolean, x, double(1), double(2)), schema)
        == [ColumnPredicate(column: 0, comparison: .lessOrEqual, value: .double(2))])
    #expect(
      try filtered(less(x, double(.infinity)), schema)
        == [ColumnPredicate(column: 0, comparison: .less, value: .double(.infinity))])
  }
}
