import Columnar
import Executor
import Plan
import Testing

@Suite struct EvaluationLogicTests {
  private let booleans = RecordBatch([
    (
      "a",
      try! Column(
        .boolean,
        [true, true, true, false, false, false, nil, nil, nil].map {
          $0.map { .boolean($0) } ?? .null
        })
    ),
    (
      "b",
      try! Column(
        .boolean,
        [true, false, nil, true, false, nil, true, false, nil].map {
          $0.map { .boolean($0) } ?? .null
        })
    ),
  ])

  private func letters(_ sql: String, _ batch: RecordBatch) throws -> String {
    try evaluate(sql, batch).scalars.map { value in
      switch value {
      case .boolean(true): "t"
      case .boolean(false): "f"
      default: "n"
      }
    }.joined()
  }

  @Test func logicIsThreeValued() throws {
    #expect(try letters("a AND b", booleans) == "tfnfffnfn")
    #expect(try letters("a OR b", booleans) == "ttttfntnn")
    #expect(try letters("NOT a", booleans) == "ffftttnnn")
    #expect(try letters("a AND NULL", booleans) == "nnnfffnnn")
    #expect(try letters("a OR NULL", booleans) == "tttnnnnnn")
    #expect(try letters("a IS TRUE", booleans) == "tttffffff")
    #expect(try letters("a IS NOT TRUE", booleans) == "ffftttttt")
    #expect(try letters("a IS FALSE", booleans) == "ffftttfff")
    #expect(try letters("a IS NULL", booleans) == "ffffffttt")
    #expect(try letters("a IS NOT NULL", booleans) == "ttttttfff")
    #expect(try letters("a <=> b", booleans) == "tffftffft")
    #expect(try letters("a IS DISTINCT FROM b", booleans) == "ftttftttf")
    #expect(try letters("a = b", booleans) == "tfnftnnnn")
    #expect(try letters("a < b", booleans) == "ffntfnnnn")
  }

  @Test func nanEqualsItselfAndIsTheLargest() throws {
    let batch = RecordBatch([
      ("x", Column(doubles: [.nan, .nan, 1, .infinity, 0, nil])),
      ("y", Column(doubles: [.nan, 1, .nan, .nan, -0.0, .nan])),
    ])
    #expect(try letters("x = y", batch) == "tffftn")
    #expect(try letters("x != y", batch) == "ftttfn")
    #expect(try letters("x < y", batch) == "ffttfn")
    #expect(try letters("x <= y", batch) == "tftttn")
    #expect(try letters("x > y", batch) == "ftfffn")
    #expect(try letters("x >= y", batch) == "ttfftn")
    #expect(try letters("x <=> y", batch) == "tffftf")
    #expect(try letters("x > CAST('NaN' AS DOUBLE)", batch) == "fffffn")
    #expect(try letters("x >= CAST('NaN' AS DOUBLE)", batch) == "ttfffn")
    #expect(try letters("x IN (CAST('NaN' AS DOUBLE), -0.0D)", batch) == "ttfftn")
    #expect(try texts("greatest(x, y)", batch) == ["NaN", "NaN", "NaN", "NaN", "0.0", "NaN"])
    #expect(try texts("least(x, y)", batch) == ["NaN", "1.0", "1.0", "Infinity", "0.0", "NaN"])
    #expect(try letters("isnan(x)", batch) == "ttffff")
    #expect(try texts("nanvl(x, 7)", batch) == ["7.0", "7.0", "1.0", "Infinity", "0.0", "NULL"])
  }

  @Test func comparisonsWorkOnEveryType() {
    expectTexts([
      ("'a' < 'b'", "true"), ("'a' = 'A'", "false"), ("1 = 1.0", "true"), ("1 < 1.5D", "true"),
      ("'2' = 2", "true"), ("'1.5' > 1.25D", "true"), ("DATE '2024-01-01' < '2024-02-01'", "true"),
      ("DATE '2024-01-01' = TIMESTAMP '2024-01-01 00:00:00'", "true"), ("1.50 = 1.5", "true"),
      ("X'00' < X'01'", "true"), ("true > false", "true"), ("2 <> 3", "true"), ("2 == 2", "true"),
      ("1.5 < 2", "true"), ("9223372036854775807 > 9223372036854775806.5", "true"),
    ])
  }

  @Test func membershipKnowsNull() {
    expectTexts([
      ("1 IN (1, 2)", "true"), ("3 IN (1, 2)", "false"), ("3 IN (1, NULL)", "NULL"),
      ("1 IN (1, NULL)", "true"), ("NULL IN (1)", "NULL"), ("3 NOT IN (1, NULL)", "NULL"),
      ("3 NOT IN (1, 2)", "true"), ("'b' IN ('a', 'b')", "true"), ("1.0 IN (1, 2)", "true"),
      ("2 BETWEEN 1 AND 3", "true"), ("2 NOT BETWEEN 1 AND 3", "false"),
      ("2 BETWEEN NULL AND 1", "false"), ("2 BETWEEN NULL AND 3", "NULL"),
      ("NULL BETWEEN 1 AND 2", "NULL"), ("DATE '2024-05-05' IN (DATE '2024-05-05')", "true"),
      ("true IN (false, NULL)", "NULL"), ("X'01' IN (X'01', X'02')", "true"),
      ("TIMESTAMP '2024-01-01 00:00:00' IN ('2024-01-01')", "true"), ("2S IN (1L, 2L)", "true"),
      ("1.5F IN (1.5F)", "true"), ("0.0D IN (-0.0D)", "true"), ("'1' IN (1, 2)", "true"),
    ])
  }

  @Test func membershipInColumnsAndConstants() throws {
    let batch = RecordBatch([
      ("a", Column(longs: [1, 2, nil, 4])), ("b", Column(longs: [1, 5, 3, nil])),
    ])
    #expect(try letters("a IN (b, 2)", batch) == "ttnn")
    #expect(try letters("a IN (1, 4)", batch) == "tfnt")
    #expect(try letters("2 BETWEEN a AND b", batch) == "ftnf")
    #expect(try letters("2 IN (a, b)", batch) == "ftnn")
  }

  @Test func conditionalsChoose() {
    expectTexts([
      ("CASE WHEN false THEN 1 WHEN true THEN 2 ELSE 3 END", "2"),
      ("CASE WHEN NULL THEN 1 ELSE 3 END", "3"), ("CASE WHEN false THEN 1 END", "NULL"),
      ("CASE 2 WHEN 1 THEN 'a' WHEN 2 THEN 'b' END", "b"),
      ("CASE NULL WHEN NULL THEN 1 ELSE 2 END", "2"),
      ("CASE WHEN true THEN 1 ELSE 2.5D END", "1.0"), ("if(1 < 2, 'x', 'y')", "x"),
      ("if(NULL, 1, 2)", "2"), ("coalesce(NULL, NULL, 3)", "3"), ("coalesce(NULL, NULL)", "NULL"),
      ("nvl(NULL, 1)", "1"), ("ifnull(2, 1)", "2"), ("nvl2(NULL, 1, 2)", "2"),
      ("nvl2(0, 1, 2)", "1"), ("nullif(1, 1)", "NULL"), ("nullif(1, 2)", "1"),
      ("nullif(1, NULL)", "1"), ("nullif(NULL, 1)", "NULL"), ("isnull(NULL)", "true"),
      ("isnotnull(NULL)", "false"), ("greatest(1, NULL, 3)", "3"), ("least(2, NULL, 3)", "2"),
      ("greatest(NULL, NULL)", "NULL"), ("greatest('a', 'c', 'b')", "c"),
      ("least(1, 2.5D)", "1.0"), ("equal_null(NULL, NULL)", "true"),
    ])
  }

  @Test func branchesAreEvaluatedOnlyWhereTheyAreNeeded() throws {
    let batch = RecordBatch([
      ("n", Column(longs: [0, 2, nil, 4])),
      ("s", try Column(strings: ["x", "1", "2", nil])),
    ])
    #expect(
      try texts("CASE WHEN n = 0 THEN -1 ELSE 8 / n END", batch) == ["-1.0", "4.0", "NULL", "2.0"])
    #expect(try texts("if(n > 0, 8 DIV n, n)", batch) == ["0", "4", "NULL", "2"])
    #expect(try letters("n = 0 OR 8 / n > 3", batch) == "ttnf")
    #expect(try letters("n != 0 AND 8 / n > 3", batch) == "ftnf")
    #expect(try texts("coalesce(n, CAST(s AS INT))", batch) == ["0", "2", "2", "4"])
    #expect(
      try texts("CASE WHEN s = 'x' THEN 0 WHEN CAST(s AS INT) = 1 THEN 10 ELSE n END", batch)
        == ["0", "10", "NULL", "4"])
    #expect(throws: EvaluationError.self) { try evaluate("coalesce(8 / n, 1D)", batch) }
    // A condition that can fail is reached by all rows.
    #expect(throws: EvaluationError.self) {
      try evaluate("CASE WHEN CAST(s AS INT) = 1 THEN 1 END", batch)
    }
  }

  @Test func branchesWorkOnManyRows() throws {
    let rows = 5000
    let batch = RecordBatch([
      ("n", Column(longs: (0..<rows).map { $0.isMultiple(of: 7) ? nil : Int64($0 % 5) }))
    ])
    let found = try evaluate(
      "CASE WHEN n IS NULL THEN -2 WHEN n = 0 THEN -1 WHEN n < 3 THEN 12 DIV n ELSE n END", batch)
    for row in 0..<rows {
      let n = Int64(row % 5)
      let expected: Int64 = row.isMultiple(of: 7) ? -2 : n == 0 ? -1 : n < 3 ? 12 / n : n
      #expect(found[row] == .integer(expected))
    }
  }
}
