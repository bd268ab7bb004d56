import Columnar
import Executor
import Plan
import Testing

@Suite struct EvaluationArithmeticTests {
  @Test func divisionOfIntegersGivesADouble() {
    expectTexts([
      ("1 / 2", "0.5"), ("7 DIV 2", "3"), ("-7 DIV 2", "-3"), ("-7 % 3", "-1"), ("7 % -3", "1"),
      ("pmod(-7, 3)", "2"), ("pmod(-7.5D, 2D)", "0.5"), ("mod(10, 4)", "2"), ("2 * 3 + 4", "10"),
      ("2 + 3 * 4", "14"), ("-(3 - 5)", "2"), ("+3", "3"), ("10 - 2 - 3", "5"),
      ("-9223372036854775808L % -1L", "0"), ("negative(5)", "-5"), ("abs(-5)", "5"),
      ("5.5D % 2D", "1.5"),
    ])
  }

  @Test func overflowFails() {
    expectErrors([
      "2147483647 + 1", "-2147483648 - 1", "65536 * 65536", "9223372036854775807 + 1L",
      "-9223372036854775808L - 1L", "9223372036854775807 * 2L", "127Y + 1Y", "32767S + 1S",
      "- (-2147483648)", "abs(-9223372036854775808L)", "-9223372036854775808L DIV -1L",
      "99999999999999999999999999999999999999BD + 1BD",
    ]) { if case .overflow = $0 { true } else { false } }
  }

  @Test func divisionByZeroFailsForEveryType() {
    expectErrors([
      "1 / 0", "1D / 0D", "0D / 0D", "1.5F / 0F", "1 % 0", "1D % 0D", "1 DIV 0", "pmod(1, 0)",
      "1.5 / 0.0", "1.5 % 0.0", "1 / -0.0D", "1.5 DIV 0.0",
    ]) { if case .divisionByZero = $0 { true } else { false } }
  }

  @Test func tryFormsGiveNull() {
    expectTexts([
      ("try_add(2147483647, 1)", "NULL"), ("try_add(1, 2)", "3"),
      ("try_subtract(-2147483648, 1)", "NULL"), ("try_multiply(65536, 65536)", "NULL"),
      ("try_divide(1, 0)", "NULL"), ("try_divide(1, 2)", "0.5"), ("try_mod(1, 0)", "NULL"),
      ("try_divide(1.5, 0)", "NULL"), ("try_add(NULL, 1)", "NULL"),
    ])
    // Only the operation itself is tried, not its arguments.
    expectErrors(["try_add(1 / 0, 2D)"]) { if case .divisionByZero = $0 { true } else { false } }
  }

  @Test func nullsGiveNullAndAreNotLookedAt() throws {
    let batch = RecordBatch([
      ("a", Column(longs: [1, nil, 3, .max])), ("b", Column(longs: [0, 0, nil, 2])),
    ])
    #expect(
      throws: EvaluationError.divisionByZero(expression: "(CAST(a AS DOUBLE) / CAST(b AS DOUBLE))")
    ) {
      try evaluate("a / b", batch)
    }
    #expect(try texts("a / b", batch.slice(1..<4)) == ["NULL", "NULL", "4.611686018427388E18"])
    #expect(
      try texts("try_divide(a, b)", batch) == ["NULL", "NULL", "NULL", "4.611686018427388E18"])
    #expect(try texts("a + NULL", batch) == ["NULL", "NULL", "NULL", "NULL"])
    #expect(try texts("b - a", batch)[0] == "-1")
    #expect(throws: EvaluationError.self) { try evaluate("a + b", batch) }
  }

  @Test func doublesFollowTheirStandard() throws {
    let batch = RecordBatch([
      ("x", Column(doubles: [1e308, .nan, .infinity, -0.0, nil]))
    ])
    #expect(try texts("x * 10", batch) == ["Infinity", "NaN", "Infinity", "-0.0", "NULL"])
    #expect(try texts("x - x", batch) == ["0.0", "NaN", "NaN", "0.0", "NULL"])
    #expect(try texts("-x", batch) == ["-1.0E308", "NaN", "-Infinity", "0.0", "NULL"])
    #expect(try texts("abs(x)", batch)[3] == "0.0")
  }

  @Test func decimalsAreExact() {
    expectTexts([
      ("0.1 + 0.2", "0.3"), ("1.10 * 2.0", "2.200"), ("1.5 - 2", "-0.5"),
      ("10.0 / 3", "3.333333"), ("1 / 3.0", "0.333333"), ("2.5 % 1", "0.5"),
      ("7.5 DIV 2", "3"), ("pmod(-1.5, 1)", "0.5"), ("abs(-1.50)", "1.50"), ("-1.5", "-1.5"),
      ("12345678901234567890123456789012345678BD * 0.1", "1234567890123456789012345678901234567.8"),
      ("1.0 / 7.000000000000000000", "0.1428571428571428571"),
      ("CAST(1 AS DECIMAL(38,0)) / CAST(3 AS DECIMAL(38,0))", "0.333333"),
      ("1.5 + 1", "2.5"), ("1.5 + 1D", "2.5"),
    ])
  }

  @Test func datesMoveByDays() {
    expectTexts([
      ("DATE '2024-02-28' + 2", "2024-03-01"), ("DATE '2024-03-01' - 1", "2024-02-29"),
      ("1 + DATE '1999-12-31'", "2000-01-01"),
    ])
    expectErrors(["date_add(DATE '2024-01-01', 9223372036854775807)"]) {
      if case .overflow = $0 { true } else { false }
    }
  }

  @Test func noRowsAreNoError() throws {
    let batch = RecordBatch([("a", Column(longs: []))])
    for sql in ["1 / a", "a + 1", "CASE WHEN a > 0 THEN 1 / a END", "1 / 0", "a IN (1, 2)"] {
      #expect(try evaluate(sql, batch).length == 0)
    }
  }
}
