import Columnar
import Plan
import Testing

@Suite struct ExpressionParserTests {
  /// The tree as Spark prints it, which shows what binds to what.
  private func tree(_ sql: String) throws -> String { try parseExpression(sql).defaultName }

  private func problem(_ sql: String) -> ExpressionError? {
    do {
      _ = try parseExpression(sql)
      return nil
    } catch {
      return error
    }
  }

  @Test func operatorsBindAsInSpark() throws {
    let cases = [
      ("a + b * c", "(a + (b * c))"), ("(a + b) * c", "((a + b) * c)"),
      ("a - b - c", "((a - b) - c)"), ("-a * b", "((- a) * b)"), ("- -1", "(- -1)"),
      ("a OR b AND c", "(a OR (b AND c))"), ("NOT a AND b", "((NOT a) AND b)"),
      ("NOT a = b", "(NOT (a = b))"), ("a AND b AND c", "((a AND b) AND c)"),
      ("a = b OR c < d", "((a = b) OR (c < d))"), ("a + 1 > b", "((a + 1) > b)"),
      ("a BETWEEN 1 AND 2 AND c", "(((a >= 1) AND (a <= 2)) AND c)"),
      ("a NOT IN (1, 2)", "(NOT (a IN (1, 2)))"), ("a || b || c", "concat(a, b, c)"),
      ("a IS NOT NULL", "(a IS NOT NULL)"), ("a = b IS NULL", "((a = b) IS NULL)"),
      ("a DIV 2 % 3", "((a div 2) % 3)"), ("a::int + 1", "(CAST(a AS INT) + 1)"),
      ("-1::string", "(- CAST(1 AS STRING))"), ("!a", "(NOT a)"), ("a <> b", "(NOT (a = b))"),
      ("a == b", "(a = b)"), ("a <=> b", "(a <=> b)"), ("a[0] + 1", "(a[0] + 1)"),
      ("cast(a as decimal(10, 2))", "CAST(a AS DECIMAL(10,2))"), ("a LIKE 'x%'", "a LIKE x%"),
      ("try_cast(a as array<double>)", "TRY_CAST(a AS ARRAY<DOUBLE>)"),
      ("case a when 1 then 'x' else 'y' end", "CASE a WHEN 1 THEN x ELSE y END"),
      ("CASE WHEN a THEN 1 END", "CASE WHEN a THEN 1 END"), ("count(*)", "count(1)"),
      ("count(DISTINCT a, b)", "count(DISTINCT a, b)"), ("SUM(a)", "sum(a)"),
      ("a /* x */ + -- y\n b", "(a + b)"), ("date", "date"), ("`a b` + \"c`d\"", "(a b + c`d)"),
      ("DATE '2024-01-05'", "DATE '2024-01-05'"), ("year", "year"), ("`x``y`", "x`y"),
    ]
    for (sql, expected) in cases { #expect(try tree(sql) == expected, "\(sql)") }
  }

  /// Spark writes the operand of BETWEEN twice: inside of each other that would double the name each time.
  @Test func namesDoNotGrowBeyondTheirTexts() throws {
    let sql = "a" + String(repeating: " BETWEEN 1 AND 2", count: 60)
    #expect(try tree(sql).utf8.count < 10_000)
  }

  @Test func aLongChainIsOneNode() throws {
    let sql = "a" + String(repeating: " AND b OR a", count: 3)
    #expect(try tree(sql) == "((((a AND b) OR (a AND b)) OR (a AND b)) OR a)")
    #expect(try tree("(a AND b) AND (c AND d)") == "((a AND b) AND (c AND d))")
    #expect(try tree("a || b + c || d") == "concat((concat(a, b) + c), d)")
    let long = try parseExpression("a" + String(repeating: " AND a", count: 20_000))
    guard case .operation(.and, let operands) = long.kind else {
      Issue.record("not one AND")
      return
    }
    #expect(operands.count == 20_001)
  }

  @Test func numbersHaveSparksTypes() throws {
    let cases: [(String, Scalar, DataType)] = [
      ("1", .integer(1), .integer), ("2147483648", .integer(2_147_483_648), .long),
      ("-2147483648", .integer(-2_147_483_648), .integer), ("1L", .integer(1), .long),
      ("-128Y", .integer(-128), .byte), ("7s", .integer(7), .short),
      ("1e3", .double(1000), .double),
      ("1.5", .decimal(unscaled: 15, scale: 1), .decimal(precision: 2, scale: 1)),
      ("0.05", .decimal(unscaled: 5, scale: 2), .decimal(precision: 2, scale: 2)),
      (".5", .decimal(unscaled: 5, scale: 1), .decimal(precision: 1, scale: 1)),
      ("1.5D", .double(1.5), .double), ("1.5f", .float(1.5), .float),
      ("2BD", .decimal(unscaled: 2, scale: 0), .decimal(precision: 1, scale: 0)),
      (
        "9223372036854775808", .decimal(unscaled: 9_223_372_036_854_775_808, scale: 0),
        .decimal(precision: 19, scale: 0)
      ),
      ("-9223372036854775808", .integer(.min), .long), ("true", .boolean(true), .boolean),
      ("NULL", .null, .void), ("'it''s'", .string("it's"), .string),
      ("'a\\tb'", .string("a\tb"), .string),
      ("r'a\\tb'", .string("a\\tb"), .string), ("'\\u00e4'", .string("ä"), .string),
      ("X'1fA0'", .binary([0x1F, 0xA0]), .binary),
      ("TIMESTAMP '1970-01-01 00:00:01'", .timestamp(1_000_000), .timestamp),
    ]
    for (sql, value, type) in cases {
      guard case .literal(let found, let foundType) = try parseExpression(sql).kind else {
        Issue.record("\(sql) is no literal")
        continue
      }
      #expect(found == value, "\(sql)")
      #expect(foundType == type, "\(sql)")
    }
  }

  @Test func errorsSayWhereAndWhat() {
    #expect(problem("a +") == ExpressionError(.unexpectedEnd(expected: "a value"), at: 4))
    #expect(problem("") == ExpressionError(.unexpectedEnd(expected: "a value"), at: 1))
    #expect(
      problem("a b")
        == ExpressionError(
          .unexpected(found: "'b'", expected: "an operator or the end"), at: 3))
    #expect(problem("(a") == ExpressionError(.unexpectedEnd(expected: "')'"), at: 3))
    #expect(problem("a # b") == ExpressionError(.unexpectedCharacter("#"), at: 3))
    #expect(problem("'abc") == ExpressionError(.unterminated("string"), at: 1))
    #expect(problem("a = `b") == ExpressionError(.unterminated("name"), at: 5))
    #expect(problem("a /* b") == ExpressionError(.unterminated("comment"), at: 3))
    #expect(problem("12abc") == ExpressionError(.invalidNumber("12abc"), at: 1))
    #expect(problem("1000Y") == ExpressionError(.invalidNumber("1000Y"), at: 1))
    #expect(problem("1e999") == ExpressionError(.invalidNumber("1e999"), at: 1))
    #expect(
      problem("cast(a as lnog)") == ExpressionError(.unknownType("lnog", nearest: "long"), at: 11))
    #expect(
      problem("DATE '2024-02-30'")
        == ExpressionError(.invalidLiteral(type: .date, text: "2024-02-30"), at: 1))
    #expect(problem("*") == ExpressionError(.misplacedStar, at: 1))
    #expect(problem("CASE END")?.position == 6)
    #expect(problem("a IS 3")?.position == 6)
    #expect(problem("INTERVAL '1' DAY") != nil)
    #expect(problem("decimal(50, 2)") == nil)
    #expect(problem("a::decimal(50,2)") != nil)
    #expect(
      "\(problem("a +")!)"
        == "the expression ends where a value should stand (at character 4)")
  }

  @Test func nestingIsLimitedAndLongListsAreNot() {
    let deep = String(repeating: "(", count: 100_000)
    #expect(problem(deep)?.problem == .tooLarge(limit: 50_000))
    let nested = String(repeating: "(", count: 1000) + "a" + String(repeating: ")", count: 1000)
    #expect(problem(nested)?.problem == .tooDeep(limit: 200))
    let negated = String(repeating: "NOT ", count: 5000) + "a"
    #expect(problem(negated)?.problem == .tooDeep(limit: 200))
    let sum = Array(repeating: "a", count: 5000).joined(separator: " + ")
    #expect(problem(sum)?.problem == .tooDeep(limit: 200))
    #expect(
      problem(String(repeating: "a::int", count: 1) + String(repeating: "::int", count: 5000))
        != nil)
    #expect(problem("a" + String(repeating: " IS NULL", count: 5000)) != nil)
    #expect(problem(Array(repeating: "a = 1", count: 5000).joined(separator: " OR ")) == nil)
    #expect(problem("a IN (\(Array(repeating: "1", count: 5000).joined(separator: ", ")))") == nil)
  }

  @Test func listsAreCutAtTheirOwnCommas() throws {
    let items = try parseSelectList("a, corr(a, b) AS r, *, 'x,y' z, `end`")
    #expect(items.count == 5)
    guard case .expression(_, let alias) = items[1], case .star = items[2],
      case .expression(_, let other) = items[3]
    else {
      Issue.record("other items")
      return
    }
    #expect(alias == "r")
    #expect(other == "z")
    #expect(throws: ExpressionError.self) { try parseSelectList("a,") }
    #expect(throws: ExpressionError.self) { try parseSelectList("a AS") }
    #expect(throws: ExpressionError.self) { try parseSelectList("a FROM t") }
  }

  @Test func sortListsKnowWhereNullsGo() throws {
    let items = try parseSortList("a, b DESC, c ASC NULLS LAST, d DESC NULLS FIRST")
    #expect(items.map(\.descending) == [false, true, false, true])
    #expect(items.map(\.nullsFirst) == [true, false, false, true])
    #expect(throws: ExpressionError.self) { try parseSortList("a NULLS") }
  }

  @Test func schemasAreReadFromDDL() throws {
    let schema = try Schema(
      ddl: "a long, `b c` ARRAY<double>, d decimal(10,2) NOT NULL, e timestamp, f bigint, date date"
    )
    #expect(
      schema.fields == [
        Field("a", .long), Field("b c", .list(.double)),
        Field("d", .decimal(precision: 10, scale: 2)), Field("e", .timestamp), Field("f", .long),
        Field("date", .date),
      ])
    #expect(try DataType(ddl: "tinyint") == .byte)
    for ddl in [
      "a", "a long,", "a long, a int", "a lnog", "a decimal(5,6)", "a array<long", "a map<int,int>",
      "a array<array<int>>", "a void", "1 long",
    ] {
      #expect(throws: ExpressionError.self, "\(ddl)") { try Schema(ddl: ddl) }
    }
  }

  @Test func anyTextIsAnExpressionOrAnError() {
    let words = [
      "a", "`b`", "'s'", "1", "1.5e3", "-", "+", "*", "/", "(", ")", ",", "[", "]", "::", "int",
      "AND",
      "NOT", "IN", "BETWEEN", "LIKE", "IS", "NULL", "CASE", "WHEN", "THEN", "ELSE", "END", "CAST",
      "AS",
      "DATE", "DISTINCT", "count", "trim", "FROM", "substring", "extract", "position", "decimal",
      "'",
      "\"", "--", "/*", "||", "<=>", ".", "\\", "r'", "\u{1F600}", "\0", "interval", "array", "<",
      ">",
    ]
    var seed: UInt64 = 11
    let schema = Schema([Field("a", .long), Field("b", .string)])
    for _ in 0..<20_000 {
      var text = ""
      for _ in 0..<12 {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += words[Int(seed >> 33) % words.count] + (seed >> 62 == 0 ? "" : " ")
      }
      _ = try? parseExpression(text).bound(to: schema)
      _ = try? parseSelectList(text)
      _ = try? parseSortList(text)
      _ = try? Schema(ddl: text)
    }
  }
}
