import Columnar
import Plan
import Testing

@Suite struct ExpressionBinderTests {
  private let schema = try! Schema(
    ddl: """
      i int, l long, b byte, f float, d double, s string, t timestamp, dt date, p boolean, \
      dec decimal(10,2), wide decimal(38,10), list array<double>, arr_delay double
      """)

  private func bound(_ sql: String) throws -> BoundExpression {
    try parseExpression(sql).bound(to: schema)
  }

  private func problem(_ sql: String) -> ExpressionError.Problem? {
    do {
      _ = try parseExpression(sql).bound(to: schema)
      return nil
    } catch {
      return error.problem
    }
  }

  @Test func resultTypesAreSparks() throws {
    let cases: [(String, DataType)] = [
      ("i + i", .integer), ("i + l", .long), ("b + b", .byte), ("b + i", .integer),
      ("i / i", .double),
      ("l + f", .double), ("f + f", .float), ("f + d", .double), ("s + 1", .long),
      ("s + 1D", .double),
      ("s + s", .double), ("i DIV i", .long), ("-i", .integer), ("i + NULL", .integer),
      ("dec + dec", .decimal(precision: 11, scale: 2)),
      ("dec * dec", .decimal(precision: 21, scale: 4)),
      ("dec / dec", .decimal(precision: 23, scale: 13)),
      ("dec % dec", .decimal(precision: 10, scale: 2)),
      ("dec + 1", .decimal(precision: 11, scale: 2)),
      ("dec + i", .decimal(precision: 13, scale: 2)),
      ("dec * 2", .decimal(precision: 12, scale: 2)), ("dec + d", .double), ("dec + f", .double),
      ("wide * wide", .decimal(precision: 38, scale: 6)),
      ("wide / dec", .decimal(precision: 38, scale: 8)),
      ("wide + wide", .decimal(precision: 38, scale: 9)), ("dt + 1", .date), ("dt - i", .date),
      ("i > d", .boolean), ("s || i", .string), ("coalesce(i, d)", .double),
      ("coalesce(b, l)", .long),
      ("if(p, dec, i)", .decimal(precision: 12, scale: 2)), ("if(p, dt, t)", .timestamp),
      ("CASE WHEN p THEN s ELSE 1 END", .long), ("ceil(d)", .long),
      ("ceil(dec)", .decimal(precision: 9, scale: 0)),
      ("round(dec, 1)", .decimal(precision: 10, scale: 1)),
      ("round(dec)", .decimal(precision: 9, scale: 0)),
      ("round(i, -1)", .integer), ("length(s)", .integer), ("year(dt)", .integer),
      ("unix_timestamp(t)", .long),
      ("abs(dec)", .decimal(precision: 10, scale: 2)), ("sqrt(i)", .double), ("upper(i)", .string),
      ("list[0]", .double), ("size(list)", .integer), ("split(s, ',')", .list(.string)),
      ("nullif(i, l)", .integer), ("greatest(i, dec)", .decimal(precision: 12, scale: 2)),
      ("NULL", .void),
      ("cast(s as decimal)", .decimal(precision: 10, scale: 0)),
      ("date_trunc('month', dt)", .timestamp),
      ("try_divide(i, i)", .double), ("to_date(s)", .date), ("hour(s)", .integer),
      ("pmod(i, 3)", .integer),
    ]
    for (sql, type) in cases { #expect(try bound(sql).type == type, "\(sql)") }
  }

  @Test func constantsTakeTheTypeOfTheColumn() throws {
    // A scan can then leave out what the comparison rules out.
    let cases: [(String, Scalar, DataType)] = [
      ("l <= 6", .integer(6), .long), ("d > 0.5", .double(0.5), .double),
      ("d = 1", .double(1), .double),
      ("dt >= '2024-01-01'", .date(19_723), .date),
      ("dec < 5", .decimal(unscaled: 500, scale: 2), .decimal(precision: 12, scale: 2)),
      ("t < DATE '1970-01-02'", .timestamp(86_400_000_000), .timestamp),
    ]
    for (sql, value, type) in cases {
      let comparison = try bound(sql)
      guard case .call(_, let arguments, .ansi) = comparison.kind else {
        Issue.record("\(sql) is no call")
        continue
      }
      #expect(arguments[1] == .literal(value, type), "\(sql)")
    }
  }

  @Test func unknownNamesGetTheNearestOne() {
    #expect(problem("arr_dely > 1") == .unknownColumn("arr_dely", nearest: "arr_delay"))
    #expect(problem("S") == .unknownColumn("S", nearest: "s"))
    #expect(problem("uper(s)") == .unknownFunction("uper", nearest: "upper"))
    #expect(problem("zzzzzz(s)") == .unknownFunction("zzzzzz", nearest: nil))
    #expect(
      ExpressionError.Problem.unknownColumn("arr_dely", nearest: "arr_delay").description
        == "unknown column 'arr_dely'; did you mean 'arr_delay'?")
  }

  @Test func typeErrorsNameTheTypes() {
    #expect(problem("p + 1") == .typeMismatch(operation: "+", left: .boolean, right: .integer))
    #expect(problem("p = 1") == .typeMismatch(operation: "=", left: .boolean, right: .integer))
    #expect(problem("dt = 5") == .typeMismatch(operation: "=", left: .date, right: .integer))
    #expect(
      problem("coalesce(dt, 1)")
        == .typeMismatch(operation: "coalesce", left: .date, right: .integer))
    #expect(
      problem("i AND p")
        == .argumentType(function: "AND", argument: 1, expected: "a boolean", found: .integer))
    #expect(
      problem("sqrt(p)")
        == .argumentType(function: "sqrt", argument: 1, expected: "a number", found: .boolean))
    #expect(
      problem("substring(s)")
        == .argumentCount(function: "substring", expected: "2 to 3 arguments", found: 1))
    #expect(
      problem("coalesce()")
        == .argumentCount(function: "coalesce", expected: "1 or more arguments", found: 0))
    #expect(problem("cast(dt as int)") == .invalidCast(from: .date, to: .integer))
    #expect(problem("list = list") != nil)
    #expect(problem("list > 1") != nil)
    #expect(
      problem("s LIKE s")
        == .invalidArgument(function: "LIKE", argument: 2, reason: "must be a constant"))
    #expect(problem("s LIKE 'a\\\\b'") != nil)
    #expect(problem("s LIKE 'a' ESCAPE 'xy'") != nil)
    #expect(
      problem("round(d, i)")
        == .invalidArgument(function: "round", argument: 2, reason: "must be a constant"))
    #expect(problem("to_date(s, 'yyyy-QQQ')") != nil)
    #expect(problem("to_date(s, 'foo')") != nil)
    #expect(problem("dt - dt") != nil)
    #expect(problem("t - dt") != nil)
    #expect(problem("upper(DISTINCT s)") == .misplacedDistinct("upper"))
  }

  @Test func whatChangesFromRunToRunIsRefused() {
    for sql in ["rand()", "current_timestamp()", "now()", "uuid()"] {
      guard case .unsupported? = problem(sql) else {
        Issue.record("\(sql) was not refused")
        continue
      }
    }
  }

  @Test func conditionsAreBoolean() throws {
    #expect(try parseExpression("d > 1").boundCondition(to: schema).type == .boolean)
    #expect(try parseExpression("NULL").boundCondition(to: schema) == .literal(.null, .boolean))
    #expect(throws: ExpressionError(.conditionNotBoolean(found: .double), at: 1)) {
      try parseExpression("d").boundCondition(to: schema)
    }
  }

  @Test func columnsCanBeListedAndMoved() throws {
    let expression = try bound("CASE WHEN d > 1 THEN i + l ELSE coalesce(b, i) END")
    #expect(expression.columnIndices == [0, 1, 2, 4])
    let moved = expression.mappingColumns { $0 + 10 }
    #expect(moved.columnIndices == [10, 11, 12, 14])
    #expect(moved.mappingColumns { $0 - 10 } == expression)
    #expect(try bound("d > 1 AND (p AND i = 2)").conjuncts.count == 3)
    #expect(BoundExpression.column(3, .long).columnIndices == [3])
    #expect(BoundExpression.column(3, .long).casting(to: .double).type == .double)
  }

  @Test func aggregatesHaveNoPlaceInRows() throws {
    #expect(problem("sum(i) > 1") == .misplacedAggregate("sum"))
    #expect(try parseExpression("1 + sum(i)").isAggregateFree == false)
    #expect(try parseExpression("1 + abs(i)").isAggregateFree)
  }

  @Test func selectListsNameTheirColumns() throws {
    let small = try Schema(ddl: "a int, b string")
    let items = try bindSelectList(try parseSelectList("*, a + 1, upper(b) AS u"), to: small)
    #expect(items.map(\.name) == ["a", "b", "(a + 1)", "u"])
    #expect(items.map(\.expression.type) == [.integer, .string, .integer, .string])
    #expect(throws: ExpressionError(.duplicateName("a"), at: 4)) {
      try bindSelectList(try parseSelectList("a, b AS a"), to: small)
    }
    let order = try parseSortList("a + 1 DESC")[0].bound(to: small)
    #expect(order.descending && !order.nullsFirst && order.expression.type == .integer)
    #expect(throws: ExpressionError.self) { try parseSortList("list")[0].bound(to: schema) }
  }

  @Test func repeatedOperandsCannotGrowWithoutLimit() {
    var sql = "i"
    for _ in 0..<60 { sql = "CASE \(sql) WHEN 1 THEN 1 WHEN 2 THEN 2 END" }
    #expect(problem(sql) == .tooLarge(limit: 50_000))
  }

  @Test func expressionsCanBeReadAgain() throws {
    let cases = [
      ("i + 1 > d", "(CAST((i + 1) AS DOUBLE) > d)"), ("s LIKE 'a%'", "s LIKE 'a%'"),
      ("p AND NOT p", "(p AND (NOT p))"), ("i IN (1, 2)", "(i IN (1, 2))"),
      ("try_add(i, 1)", "try_add(i, 1)"), ("date_add(dt, l)", "date_add(dt, l)"),
      ("coalesce(i, 0)", "coalesce(i, 0)"), ("d BETWEEN 1 AND 2", "(d BETWEEN 1.0 AND 2.0)"),
    ]
    for (sql, expected) in cases {
      #expect(try bound(sql).text(columns: schema.names) == expected, "\(sql)")
    }
  }
}
