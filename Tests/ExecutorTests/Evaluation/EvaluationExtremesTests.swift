import Columnar
import Executor
import Plan
import Testing

/// A trap would take every task of an executor down: whatever the values are, an expression gives a column or
/// a typed error.
@Suite struct EvaluationExtremesTests {
  private static let batch: RecordBatch = {
    func column(_ type: DataType, _ values: [Scalar]) -> Column {
      // All columns have the same length: the values in turn, nulls among them.
      try! Column(type, (0..<24).map { values[$0 % values.count] })
    }
    return RecordBatch([
      ("y", column(.byte, [.integer(-128), .integer(127), .null, .integer(0), .integer(-1)])),
      ("h", column(.short, [.integer(-32768), .integer(32767), .null, .integer(0)])),
      (
        "i",
        column(.integer, [.integer(-2_147_483_648), .integer(2_147_483_647), .null, .integer(0)])
      ),
      ("l", column(.long, [.integer(.min), .integer(.max), .null, .integer(0), .integer(-1)])),
      (
        "f", column(.float, [.float(.nan), .float(.infinity), .null, .float(3.4e38), .float(-0.0)])
      ),
      (
        "d",
        column(
          .double,
          [
            .double(.nan), .double(.infinity), .double(-.infinity), .null, .double(1e308),
            .double(-1e308), .double(Double.leastNonzeroMagnitude), .double(-0.0), .double(9.3e18),
            .double(-9.3e18),
          ])
      ),
      (
        "s",
        column(
          .string,
          [
            .string(""), .string("ä\u{10FFFF}"), .null, .string("NaN"), .string("1e999"),
            .string("-9223372036854775809"), .string("9999999-12-31"), .string("+"),
            .string("2024-02-29 23:59:60"), .string("\0"), .string("%_\\"), .string("0x1p3"),
          ])
      ),
      ("x", column(.binary, [.binary([]), .binary([0xFF, 0xC3, 0]), .null])),
      ("dt", column(.date, [.date(.min), .date(.max), .null, .date(0), .date(-719_529)])),
      ("t", column(.timestamp, [.timestamp(.min), .timestamp(.max), .null, .timestamp(-1)])),
      ("p", column(.boolean, [.boolean(true), .boolean(false), .null])),
      (
        "c",
        column(
          .decimal(precision: 38, scale: 10),
          [
            .decimal(unscaled: .min, scale: 10), .decimal(unscaled: .max, scale: 10), .null,
            .decimal(unscaled: DecimalValue.powersOfTen[38] - 1, scale: 10),
            .decimal(unscaled: 0, scale: 10), .decimal(unscaled: -1, scale: 10),
          ])
      ),
      (
        "k",
        column(
          .decimal(precision: 38, scale: 38),
          [
            .decimal(unscaled: DecimalValue.powersOfTen[38] - 1, scale: 38), .null,
            .decimal(unscaled: 0, scale: 38), .decimal(unscaled: -1, scale: 38),
          ])
      ),
      (
        "a",
        column(.list(.double), [.list([.double(.nan), .null]), .list([]), .null])
      ),
    ])
  }()

  private static let numbers = ["y", "h", "i", "l", "f", "d", "c", "k"]
  private static let all = numbers + ["s", "x", "dt", "t", "p"]

  /// Whether the binder takes the expression; its rows one by one, so that an error hides no other row.
  @discardableResult
  private func survives(_ sql: String) -> Bool {
    let batch = Self.batch
    guard let bound = try? parseExpression(sql).bound(to: batch.schema) else { return false }
    let evaluator = ExpressionEvaluator(bound)
    for rows in [0..<batch.rowCount] + (0..<batch.rowCount).map({ $0..<$0 + 1 }) {
      do {
        let column = try evaluator.evaluate(batch.slice(rows))
        #expect(column.type == bound.type && column.length == rows.count, "\(sql)")
        // Reads every value.
        _ = column.scalars
      } catch is EvaluationError {
      } catch {
        Issue.record("\(sql) at \(rows): \(error)")
      }
    }
    return true
  }

  @Test func operatorsOnAnyValues() {
    for left in Self.numbers {
      for right in Self.numbers {
        for sql in ["+", "-", "*", "/", "%", "DIV", "<", "<=>"].map({ "\(left) \($0) \(right)" }) {
          survives(sql)
        }
        survives("pmod(\(left), \(right))")
        survives("try_add(\(left), \(right))")
        survives("try_divide(\(left), \(right))")
      }
    }
    for column in Self.all {
      for sql in [
        "\(column) = \(column)", "\(column) IN (\(column), NULL)", "\(column) IS NULL",
        "greatest(\(column), \(column))", "coalesce(\(column), \(column))", "-\(column)",
        "nullif(\(column), \(column))", "\(column) BETWEEN \(column) AND \(column)",
        "CASE WHEN \(column) = \(column) THEN \(column) END", "abs(\(column))",
        "round(\(column), 2)", "round(\(column), -3)", "bround(\(column), 40)", "ceil(\(column))",
        "floor(\(column))", "least(\(column), NULL)",
      ] {
        survives(sql)
      }
    }
  }

  @Test func castsOfAnyValues() {
    let types = [
      "boolean", "byte", "short", "int", "long", "float", "double", "string", "binary", "date",
      "timestamp", "decimal(38,0)", "decimal(38,38)", "decimal(1,0)", "decimal(10,2)",
    ]
    for column in Self.all {
      for type in types {
        survives("CAST(\(column) AS \(type))")
        survives("TRY_CAST(\(column) AS \(type))")
      }
    }
    #expect(survives("CAST(a AS ARRAY<STRING>)"))
    #expect(survives("CAST(a AS ARRAY<DECIMAL(3,1)>)"))
  }

  @Test func functionsOfNumbers() {
    let functions = [
      "sqrt", "cbrt", "exp", "expm1", "ln", "log2", "log10", "log1p", "sin", "cos", "tan", "asin",
      "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "degrees", "radians",
      "sign", "isnan", "timestamp_seconds", "timestamp_millis", "timestamp_micros",
      "from_unixtime", "string", "ascii",
    ]
    for function in functions {
      for column in Self.numbers { survives("\(function)(\(column))") }
    }
    #expect(survives("space(y)"))
    #expect(survives("power(d, d)"))
    #expect(survives("atan2(d, l)"))
    #expect(survives("log(d, d)"))
    #expect(survives("nanvl(d, f)"))
    #expect(survives("make_date(i, i, i)"))
    #expect(survives("a[l]"))
    #expect(survives("try_element_at(a, l)"))
    #expect(survives("element_at(a, y)"))
  }

  @Test func functionsOfTexts() {
    for sql in [
      "upper(s)", "lower(s)", "initcap(s)", "reverse(s)", "length(s)", "octet_length(s)",
      "ascii(s)", "trim(s)", "ltrim(s)", "rtrim(s)", "btrim(s, 'ä')", "substring(s, i)",
      "substring(s, i, i)", "left(s, i)", "right(s, i)", "repeat(s, y)", "replace(s, s, s)",
      "translate(s, s, 'xy')", "s || s", "concat_ws(s, s, s)", "contains(s, s)",
      "startswith(s, s)", "endswith(s, s)", "instr(s, s)", "locate(s, s, i)", "lpad(s, y, s)",
      "rpad(s, h, s)", "s LIKE '%ä%'", "s ILIKE '_'", "s RLIKE '.'", "regexp_replace(s, '.', '$0')",
      "regexp_extract(s, '(.)', 1)", "split(s, '.')", "split(s, '')", "split(s, 'x*', 3)",
      "regexp_replace(s, '', 'x')",
      "to_date(s)", "to_timestamp(s, 'yyyy-MM-dd HH:mm:ss')",
      "try_to_timestamp(s, 'yMdHmsSSSSSSSSS')",
      "unix_timestamp(s)", "regexp_extract(s, '.', 3)",
    ] {
      #expect(survives(sql), "\(sql)")
    }
  }

  @Test func textsThatSomebodyMistypedAreRefused() {
    expectErrors(["space(2147483647)", "lpad('x', 2147483647, 'ab')", "repeat('abc', 1000000000)"])
    {
      if case .tooLarge = $0 { true } else { false }
    }
  }

  @Test func functionsOfTimes() {
    let functions = [
      "year", "quarter", "month", "day", "dayofyear", "dayofweek", "weekday", "weekofyear", "hour",
      "minute", "second", "last_day", "unix_timestamp", "to_date", "to_timestamp",
    ]
    for column in ["dt", "t"] {
      for function in functions { #expect(survives("\(function)(\(column))")) }
      for unit in [
        "year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond",
        "microsecond", "era",
      ] {
        #expect(survives("date_trunc('\(unit)', \(column))"))
        #expect(survives("trunc(\(column), '\(unit)')"))
      }
      #expect(survives("date_add(\(column), l)"))
      #expect(survives("date_sub(\(column), l)"))
      #expect(survives("add_months(\(column), l)"))
      #expect(survives("add_months(\(column), i)"))
      #expect(survives("datediff(\(column), dt)"))
      #expect(
        survives("date_format(\(column), 'y yy M MMMM d D E EEEE H h k K a m s SSSSSSSSS q X x Z')")
      )
    }
    #expect(survives("dt - l"))
    #expect(survives("dt = t"))
  }
}
