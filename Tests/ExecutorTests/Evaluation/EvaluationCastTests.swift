import Columnar
import Executor
import Plan
import Testing

@Suite struct EvaluationCastTests {
  @Test func numbersFromText() {
    expectTexts([
      ("CAST(' 12 ' AS INT)", "12"), ("CAST('+7' AS LONG)", "7"), ("CAST('-128' AS BYTE)", "-128"),
      ("CAST('-9223372036854775808' AS LONG)", "-9223372036854775808"),
      ("CAST('1.5' AS DOUBLE)", "1.5"), ("CAST(' 1e3 ' AS DOUBLE)", "1000.0"),
      ("CAST('.5' AS DOUBLE)", "0.5"), ("CAST('5.' AS DOUBLE)", "5.0"),
      ("CAST('1.5f' AS DOUBLE)", "1.5"),
      ("CAST('nan' AS DOUBLE)", "NaN"), ("CAST('-Infinity' AS DOUBLE)", "-Infinity"),
      ("CAST('inf' AS FLOAT)", "Infinity"), ("CAST('1e400' AS DOUBLE)", "Infinity"),
      ("CAST('0.1' AS FLOAT)", "0.1"),
      ("CAST('123456789012345678' AS DOUBLE)", "1.2345678901234568E17"),
      ("CAST('2.2250738585072014e-308' AS DOUBLE)", "2.2250738585072014E-308"),
      ("CAST('0.30000000000000004' AS DOUBLE)", "0.30000000000000004"),
      ("CAST('1.255' AS DECIMAL(5,2))", "1.26"), ("CAST('-1.255' AS DECIMAL(5,2))", "-1.26"),
      ("CAST('1e2' AS DECIMAL(5,1))", "100.0"), ("CAST('1e-2' AS DECIMAL(5,3))", "0.010"),
      ("'12'::int + 1", "13"),
    ])
  }

  @Test func textThatIsNoValueFailsAndNamesIt() {
    expectErrors([
      "CAST('x' AS INT)", "CAST('' AS INT)", "CAST('1.0' AS INT)", "CAST('1 2' AS INT)",
      "CAST('128' AS BYTE)", "CAST('9223372036854775808' AS LONG)", "CAST('-' AS INT)",
      "CAST('abc' AS DOUBLE)", "CAST('1e' AS DOUBLE)", "CAST('' AS DOUBLE)",
      "CAST('0x10' AS DOUBLE)",
      "CAST('1.2.3' AS DOUBLE)", "CAST('maybe' AS BOOLEAN)", "CAST('2024-13-01' AS DATE)",
      "CAST('2024-02-30' AS DATE)", "CAST('yesterday' AS TIMESTAMP)", "CAST('12:00' AS TIMESTAMP)",
      "CAST('1000' AS DECIMAL(3,0))", "CAST('x' AS DECIMAL(3,0))", "CAST('24-01-01' AS DATE)",
    ]) { if case .invalidCast = $0 { true } else { false } }
    #expect(
      throws: EvaluationError.invalidCast(
        value: "12x", from: .string, to: .integer, expression: "CAST('12x' AS INT)")
    ) { try evaluate("CAST('12x' AS INT)", oneRow) }
    expectTexts([
      ("TRY_CAST('x' AS INT)", "NULL"), ("try_cast('maybe' AS BOOLEAN)", "NULL"),
      ("try_cast('2024-02-30' AS DATE)", "NULL"), ("try_cast(1e10 AS INT)", "NULL"),
      ("try_cast(1000 AS BYTE)", "NULL"), ("try_cast('5' AS INT)", "5"),
    ])
  }

  @Test func numbersToNumbers() {
    expectTexts([
      ("CAST(3.99D AS INT)", "3"), ("CAST(-3.99D AS INT)", "-3"), ("CAST(3.99 AS INT)", "3"),
      ("CAST(-3.99 AS LONG)", "-3"), ("CAST(300 AS DOUBLE)", "300.0"),
      ("CAST(1.5F AS DOUBLE)", "1.5"),
      ("CAST(0.1D AS FLOAT)", "0.1"), ("CAST(9007199254740993L AS DOUBLE)", "9.007199254740992E15"),
      ("CAST(1.005D AS DECIMAL(10,2))", "1.01"), ("CAST(12.345 AS DECIMAL(4,1))", "12.3"),
      ("CAST(5 AS DECIMAL(3,1))", "5.0"), ("CAST(0.1 AS DOUBLE)", "0.1"),
      ("CAST(12345678901234567890.123456789 AS DOUBLE)", "1.2345678901234567E19"),
      ("CAST(true AS INT)", "1"), ("CAST(false AS DOUBLE)", "0.0"),
      ("CAST(true AS DECIMAL(3,1))", "1.0"),
      ("int('7') + 1", "8"), ("CAST(127 AS BYTE)", "127"),
    ])
    expectErrors([
      "CAST(128 AS BYTE)", "CAST(3000000000 AS INT)", "CAST(1e19 AS LONG)",
      "CAST(CAST('NaN' AS DOUBLE) AS INT)", "CAST(CAST('Infinity' AS DOUBLE) AS LONG)",
      "CAST(9223372036854775808D AS LONG)", "CAST(100 AS DECIMAL(2,0))",
      "CAST(CAST('NaN' AS DOUBLE) AS DECIMAL(5,2))", "CAST(1e30 AS DECIMAL(20,0))",
      "CAST(40000 AS SHORT)", "CAST(99999999999.5 AS INT)",
    ]) { if case .invalidCast = $0 { true } else { false } }
    expectTexts([("CAST(-9223372036854775808D AS LONG)", "-9223372036854775808")])
  }

  @Test func booleans() {
    for value in ["t", "TRUE", " y ", "Yes", "1"] {
      expectTexts([("CAST('\(value)' AS BOOLEAN)", "true")])
    }
    for value in ["f", "False", "n", "NO", "0"] {
      expectTexts([("CAST('\(value)' AS BOOLEAN)", "false")])
    }
    expectTexts([
      ("CAST(0 AS BOOLEAN)", "false"), ("CAST(2.5D AS BOOLEAN)", "true"),
      ("CAST(0.0 AS BOOLEAN)", "false"), ("CAST(NULL AS BOOLEAN)", "NULL"),
      ("CAST(CAST('NaN' AS DOUBLE) AS BOOLEAN)", "true"), ("CAST(-0.0D AS BOOLEAN)", "false"),
    ])
  }

  @Test func doublesPrintAsJavaPrintsThem() {
    expectTexts([
      ("1D", "1.0"), ("100D", "100.0"), ("1e7", "1.0E7"), ("9999999D", "9999999.0"),
      ("1e10", "1.0E10"),
      ("1.5e10", "1.5E10"), ("0.001D", "0.001"), ("0.0001D", "1.0E-4"),
      ("123456.789D", "123456.789"),
      ("-0.0D", "-0.0"), ("0.1D + 0.2D", "0.30000000000000004"), ("1e-300", "1.0E-300"),
      ("12345678D", "1.2345678E7"), ("1.1F", "1.1"), ("1e20", "1.0E20"), ("0.00123D", "0.00123"),
      ("1D / 3", "0.3333333333333333"), ("CAST(1e10 AS FLOAT)", "1.0E10"), ("0D", "0.0"),
      ("20D", "20.0"), ("1e5", "100000.0"),
    ])
  }

  @Test func datesAndTimestamps() {
    expectTexts([
      ("CAST('2024-2-9' AS DATE)", "2024-02-09"), ("CAST('2024' AS DATE)", "2024-01-01"),
      ("CAST('2024-07' AS DATE)", "2024-07-01"),
      ("CAST(' 2024-07-04T10:00 ' AS DATE)", "2024-07-04"),
      ("CAST('0001-01-01' AS DATE)", "0001-01-01"), ("CAST('9999-12-31' AS DATE)", "9999-12-31"),
      ("CAST('2024-07-04 10:20:30.5' AS TIMESTAMP)", "2024-07-04 10:20:30.5"),
      ("CAST('2024-07-04T10:20' AS TIMESTAMP)", "2024-07-04 10:20:00"),
      ("CAST('2024-07-04' AS TIMESTAMP)", "2024-07-04 00:00:00"),
      ("CAST('2024-07-04 10:20:30Z' AS TIMESTAMP)", "2024-07-04 10:20:30"),
      ("CAST('2024-07-04 10:20:30+02:00' AS TIMESTAMP)", "2024-07-04 08:20:30"),
      ("CAST('2024-07-04 10:20:30 UTC' AS TIMESTAMP)", "2024-07-04 10:20:30"),
      ("CAST('2024-07-04 10:20:30-0330' AS STRING)", "2024-07-04 10:20:30-0330"),
      ("CAST('1969-12-31 23:59:59.999999' AS TIMESTAMP)", "1969-12-31 23:59:59.999999"),
      ("CAST(TIMESTAMP '1969-12-31 23:59:59.9' AS DATE)", "1969-12-31"),
      ("CAST(TIMESTAMP '1969-12-31 23:59:59.9' AS LONG)", "-1"),
      ("CAST(TIMESTAMP '1970-01-01 00:00:01.5' AS DOUBLE)", "1.5"),
      ("CAST(DATE '2024-01-01' AS TIMESTAMP)", "2024-01-01 00:00:00"),
      ("CAST(1.5D AS TIMESTAMP)", "1970-01-01 00:00:01.5"),
      ("CAST(-1 AS TIMESTAMP)", "1969-12-31 23:59:59"),
      ("CAST(TIMESTAMP '2024-01-01 12:34:56.7' AS STRING)", "2024-01-01 12:34:56.7"),
      ("timestamp_seconds(0)", "1970-01-01 00:00:00"),
    ])
    expectErrors(["CAST(9223372036854775807 AS TIMESTAMP)"]) {
      if case .invalidCast = $0 { true } else { false }
    }
  }

  @Test func nullsStayNullInColumns() throws {
    let batch = RecordBatch([
      ("s", try Column(strings: ["1", nil, " 3"])), ("d", Column(doubles: [1.9, nil, -2.9])),
    ]).slice(1..<3)
    #expect(try texts("CAST(s AS INT)", batch) == ["NULL", "3"])
    #expect(try texts("CAST(d AS LONG)", batch) == ["NULL", "-2"])
    #expect(try texts("CAST(d AS DECIMAL(4,1))", batch) == ["NULL", "-2.9"])
    #expect(try texts("CAST(NULL AS INT)", batch) == ["NULL", "NULL"])
  }

  @Test func listsAreCastElementByElement() throws {
    let lists = try Column(
      .list(.double), [.list([.double(1.5), .null]), .null, .list([]), .list([.double(-2)])])
    let batch = RecordBatch([("l", lists)])
    #expect(
      try evaluate("CAST(l AS ARRAY<INT>)", batch).scalars
        == [.list([.integer(1), .null]), .null, .list([]), .list([.integer(-2)])])
    #expect(
      try evaluate("size(l)", batch).scalars == [.integer(2), .null, .integer(0), .integer(1)])
    #expect(try texts("l[0]", batch.slice(3..<4)) == ["-2.0"])
    #expect(try texts("element_at(l, -1)", batch.slice(0..<2)) == ["NULL", "NULL"])
    #expect(try texts("try_element_at(l, 1)", batch) == ["1.5", "NULL", "NULL", "-2.0"])
    #expect(throws: EvaluationError.self) { try evaluate("element_at(l, 1)", batch) }
  }
}
