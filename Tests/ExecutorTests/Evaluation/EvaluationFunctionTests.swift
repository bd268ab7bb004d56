import Columnar
import Executor
import Plan
import Testing

@Suite struct EvaluationFunctionTests {
  @Test func mathematics() {
    expectTexts([
      ("sqrt(16)", "4.0"), ("sqrt(-1)", "NaN"), ("cbrt(27)", "3.0"), ("exp(0)", "1.0"),
      ("expm1(0)", "0.0"), ("ln(1)", "0.0"), ("ln(0)", "NULL"), ("log(-1)", "NULL"),
      ("log(10, 100)", "2.0"), ("log2(8)", "3.0"), ("log10(1000)", "3.0"), ("log1p(0)", "0.0"),
      ("log1p(-1)", "NULL"), ("power(2, 10)", "1024.0"), ("pow(2, -1)", "0.5"), ("sin(0)", "0.0"),
      ("cos(0)", "1.0"), ("atan2(0, 1)", "0.0"), ("asin(2)", "NaN"), ("degrees(pi())", "180.0"),
      ("radians(180)", "3.141592653589793"), ("sign(-3)", "-1.0"), ("signum(0)", "0.0"),
      ("ceil(1.2D)", "2"), ("ceil(-1.2D)", "-1"), ("floor(-1.2D)", "-2"), ("ceil(5)", "5"),
      ("ceil(1.2)", "2"), ("floor(-0.1)", "-1"), ("ceil(1e300)", "9223372036854775807"),
      ("floor(CAST('NaN' AS DOUBLE))", "0"), ("sinh(0)", "0.0"), ("tanh(0)", "0.0"),
      ("acosh(1)", "0.0"),
    ])
  }

  @Test func roundingFollowsTheDecimalDigits() {
    expectTexts([
      ("round(2.5D)", "3.0"), ("round(-2.5D)", "-3.0"), ("bround(2.5D)", "2.0"),
      ("bround(3.5D)", "4.0"),
      ("round(2.675D, 2)", "2.68"), ("round(1.005D, 2)", "1.01"), ("bround(2.665D, 2)", "2.66"),
      ("round(1234.567D, -2)", "1200.0"), ("round(1250D, -2)", "1300.0"),
      ("bround(1250D, -2)", "1200.0"),
      ("round(0.4D)", "0.0"), ("round(-0.4D)", "0.0"), ("round(1e300, 2)", "1.0E300"),
      ("round(CAST('NaN' AS DOUBLE), 1)", "NaN"), ("round(CAST('inf' AS DOUBLE))", "Infinity"),
      ("round(25, -1)", "30"), ("bround(25, -1)", "20"), ("round(25, 1)", "25"),
      ("round(-25, -1)", "-30"),
      ("round(1.235, 2)", "1.24"), ("bround(1.225, 2)", "1.22"), ("round(1.5)", "2"),
      ("round(155.55, -1)", "160"), ("round(0.5D)", "1.0"), ("round(4.9E-324D, 5)", "0.0"),
      ("round(3.14159D, 3)", "3.142"), ("round(99.995D, 2)", "100.0"), ("round(5, -400)", "0"),
      ("round(1.25, 100)", "1.25"), ("round(1.25, -100)", "0"),
    ])
    expectErrors(["round(2147483647, -1)", "round(125Y, -1)"]) {
      if case .overflow = $0 { true } else { false }
    }
  }

  @Test func strings() {
    expectTexts([
      ("upper('aä')", "AÄ"), ("lower('AÄ')", "aä"), ("initcap('hELLO wOrld')", "Hello World"),
      ("length('äö')", "2"), ("octet_length('äö')", "4"), ("char_length('abc ')", "4"),
      ("reverse('abä')", "äba"), ("trim('  a b ')", "a b"), ("ltrim('  a ')", "a "),
      ("rtrim('  a ')", "  a"), ("trim('x' FROM 'xxaxx')", "a"),
      ("trim(LEADING 'x' FROM 'xax')", "ax"),
      ("trim(TRAILING FROM ' a ')", " a"), ("btrim('xyaxy', 'xy')", "a"), ("trim('\\ta')", "\ta"),
      ("substring('Spark SQL', 5)", "k SQL"), ("substring('Spark SQL', -3)", "SQL"),
      ("substring('Spark SQL', 5, 1)", "k"), ("substring('abc', 0, 2)", "ab"),
      ("substring('abc', -5, 3)", "a"), ("substring('abc', 2, -1)", ""),
      ("substring('abc', 9)", ""),
      ("substring('äöü' FROM 2 FOR 1)", "ö"), ("left('äöü', 2)", "äö"), ("right('äöü', 2)", "öü"),
      ("left('abc', -1)", ""), ("right('abc', 0)", ""), ("right('abc', 5)", "abc"),
      ("replace('ABCabc', 'abc', 'DEF')", "ABCDEF"), ("replace('abcabc', 'b')", "acac"),
      ("replace('abc', '', 'x')", "abc"), ("translate('AaBbCc', 'abc', '12')", "A1B2C"),
      ("concat('a', 1, true)", "a1true"), ("'a' || NULL", "NULL"), ("'a' || 'b' || 1.5D", "ab1.5"),
      ("concat_ws('-', 'a', NULL, 'b')", "a-b"), ("concat_ws('-')", ""),
      ("concat_ws(NULL, 'a')", "NULL"),
      ("concat()", ""), ("contains('Spark SQL', 'k S')", "true"), ("contains('abc', '')", "true"),
      ("startswith('abc', 'ab')", "true"), ("endswith('abc', 'bc')", "true"),
      ("endswith('c', 'bc')", "false"),
      ("instr('SparkSQL', 'SQL')", "6"), ("instr('äb', 'b')", "2"),
      ("locate('a', 'banana', 3)", "4"),
      ("locate('x', 'banana')", "0"), ("position('na' IN 'banana')", "3"),
      ("locate('a', 'banana', 0)", "0"),
      ("lpad('hi', 5, '??')", "???hi"), ("rpad('hi', 5, 'ab')", "hiaba"),
      ("lpad('hi', 1, '?')", "h"),
      ("lpad('hi', 4)", "  hi"), ("rpad('hi', 5, '')", "hi"), ("lpad('ä', 3, 'öü')", "öüä"),
      ("repeat('ab', 3)", "ababab"), ("repeat('ab', -1)", ""), ("space(3)", "   "),
      ("ascii('234')", "50"),
      ("ascii('')", "0"), ("upper(NULL)", "NULL"), ("length(123)", "3"),
      ("left('abc', NULL)", "NULL"),
    ])
  }

  @Test func patterns() {
    expectTexts([
      ("'Spark' LIKE 'Sp%'", "true"), ("'Spark' LIKE '_park'", "true"),
      ("'Spark' LIKE 'park'", "false"),
      ("'a%b' LIKE 'a\\%b'", "true"), ("'axb' LIKE 'a\\%b'", "false"),
      ("'a_b' LIKE 'a#_b' ESCAPE '#'", "true"),
      ("'axb' LIKE 'a#_b' ESCAPE '#'", "false"), ("'a#b' LIKE 'a##b' ESCAPE '#'", "true"),
      ("'a\\\\b' LIKE 'a\\\\\\\\b'", "true"), ("'ABC' ILIKE 'a%'", "true"),
      ("'ABC' LIKE 'a%'", "false"),
      ("'a\nb' LIKE 'a%b'", "true"), ("'a.c' LIKE 'a.c'", "true"), ("'abc' LIKE 'a.c'", "false"),
      ("'abc' NOT LIKE 'x%'", "true"), ("NULL LIKE 'a'", "NULL"), ("'a' LIKE NULL", "NULL"),
      ("'' LIKE ''", "true"), ("'' LIKE '%'", "true"), ("'ä' LIKE '_'", "true"),
      ("'100%' LIKE '%\\%'", "true"), ("'100' LIKE '%\\%'", "false"),
      ("'foobar' RLIKE 'o+b'", "true"), ("'foobar' RLIKE '^b'", "false"),
      ("regexp_like('a1', '\\\\d')", "true"),
      ("regexp_like('a1', r'\\d')", "true"),
      ("regexp_replace('100-200', r'(\\d+)', 'num')", "num-num"),
      ("regexp_replace('a-b', '(a)-(b)', '$2-$1')", "b-a"),
      ("regexp_replace('aXa', 'X', '\\\\$')", "a$a"),
      ("regexp_extract('100-200', r'(\\d+)-(\\d+)', 2)", "200"),
      ("regexp_extract('x', r'(\\d+)', 1)", ""),
      ("regexp_extract('ab12', r'\\d+', 0)", "12"), ("regexp_extract('a1b22', r'b(\\d+)')", "22"),
      ("regexp_extract(NULL, 'a', 0)", "NULL"),
    ])
    expectErrors(["'a' RLIKE '('", "regexp_replace('a', '(', 'b')"]) {
      if case .kernel = $0 { true } else { false }
    }
  }

  @Test func joiningSkipsNullsOfColumnsToo() throws {
    let batch = try RecordBatch([
      ("separator", Column(strings: ["-", "+", "-", nil])),
      ("a", Column(strings: ["x", nil, nil, "x"])), ("b", Column(strings: ["y", "z", nil, "y"])),
    ])
    #expect(
      try evaluate("concat_ws(separator, a, b, NULL, '!')", batch).scalars
        == [.string("x-y-!"), .string("z+!"), .string("!"), .null])
    #expect(
      try evaluate("concat_ws(',', a, b)", batch).scalars
        == [.string("x,y"), .string("z"), .string(""), .string("x,y")])
  }

  @Test func splitting() throws {
    func parts(_ sql: String) throws -> Scalar { try evaluate(sql, oneRow)[0] }
    #expect(
      try parts("split('oneAtwoBthree', '[AB]')")
        == .list([.string("one"), .string("two"), .string("three")]))
    #expect(try parts("split('a,b,c', ',', 2)") == .list([.string("a"), .string("b,c")]))
    #expect(try parts("split('a,,', ',')") == .list([.string("a"), .string(""), .string("")]))
    #expect(try parts("split('a,b,c', ',', 1)") == .list([.string("a,b,c")]))
    #expect(try parts("split('a1b22c', r'\\d+', 2)") == .list([.string("a"), .string("b22c")]))
    #expect(try parts("split(NULL, ',')") == .null)
    #expect(try parts("split('a,b', ',')[1]") == .string("b"))
  }

  @Test func dateParts() {
    expectTexts([
      ("year('2016-07-30')", "2016"), ("quarter('2016-08-31')", "3"), ("month('2016-07-30')", "7"),
      ("day('2009-07-30')", "30"), ("dayofmonth('2009-07-30')", "30"),
      ("dayofyear('2016-04-09')", "100"),
      ("dayofweek('2009-07-30')", "5"), ("weekday('2009-07-30')", "3"),
      ("weekofyear('2008-02-20')", "8"),
      ("weekofyear('2021-01-03')", "53"), ("hour('2009-07-30 12:58:59')", "12"),
      ("minute('2009-07-30 12:58:59')", "58"), ("second('2009-07-30 12:58:59')", "59"),
      ("extract(YEAR FROM DATE '2019-08-12')", "2019"),
      ("year(TIMESTAMP '1969-12-31 23:00:00')", "1969"),
      ("dayofweek('2024-01-07')", "1"), ("hour(TIMESTAMP '1969-12-31 23:00:00')", "23"),
    ])
  }

  @Test func dateArithmetic() {
    expectTexts([
      ("date_add('2016-07-30', 1)", "2016-07-31"), ("date_sub('2016-07-30', 1)", "2016-07-29"),
      ("datediff('2009-07-31', '2009-07-30')", "1"), ("datediff('2009-07-30', '2009-07-31')", "-1"),
      ("add_months('2016-08-31', 1)", "2016-09-30"), ("add_months('2024-03-31', -1)", "2024-02-29"),
      ("add_months('2024-01-15', -13)", "2022-12-15"), ("last_day('2009-01-12')", "2009-01-31"),
      ("last_day('2024-02-01')", "2024-02-29"), ("make_date(2013, 7, 15)", "2013-07-15"),
      ("trunc('2019-08-04', 'week')", "2019-07-29"),
      ("trunc('2019-08-04', 'quarter')", "2019-07-01"),
      ("trunc('2009-02-12', 'MM')", "2009-02-01"), ("trunc('2015-10-27', 'YEAR')", "2015-01-01"),
      ("trunc('2015-10-27', 'hour')", "NULL"),
      ("date_trunc('YEAR', '2015-03-05 09:32:05.359')", "2015-01-01 00:00:00"),
      ("date_trunc('MM', '2015-03-05 09:32:05.359')", "2015-03-01 00:00:00"),
      ("date_trunc('HOUR', '2015-03-05 09:32:05.359')", "2015-03-05 09:00:00"),
      ("date_trunc('week', TIMESTAMP '2019-08-04 01:00:00')", "2019-07-29 00:00:00"),
      ("date_trunc('MILLISECOND', '2015-03-05 09:32:05.123456')", "2015-03-05 09:32:05.123"),
      ("date_trunc('quarter', TIMESTAMP '1969-12-31 01:00:00')", "1969-10-01 00:00:00"),
      ("date_trunc('DAY', TIMESTAMP '1969-12-31 01:00:00')", "1969-12-31 00:00:00"),
      ("date_trunc('century', TIMESTAMP '1969-12-31 01:00:00')", "NULL"),
      ("unix_timestamp(TIMESTAMP '1970-01-02 00:00:00')", "86400"),
      ("unix_timestamp('1970-01-01 00:01:00')", "60"),
      ("unix_timestamp('02.01.1970', 'dd.MM.yyyy')", "86400"),
      ("from_unixtime(0, 'yyyy-MM-dd HH:mm:ss')", "1970-01-01 00:00:00"),
      ("from_unixtime(-1)", "1969-12-31 23:59:59"),
      ("timestamp_millis(1500)", "1970-01-01 00:00:01.5"),
    ])
    expectErrors(["make_date(2013, 2, 30)"]) {
      if case .invalidArgument = $0 { true } else { false }
    }
    expectErrors(["add_months(DATE '2024-01-01', 9223372036854775807)"]) {
      if case .overflow = $0 { true } else { false }
    }
  }

  @Test func dateTexts() {
    expectTexts([
      ("to_date('2009-07-30 04:17:52')", "2009-07-30"),
      ("to_date('2016-12-31', 'yyyy-MM-dd')", "2016-12-31"),
      ("to_date('31/12/16', 'dd/MM/yy')", "2016-12-31"),
      ("to_timestamp('2016-12-31 00:12:00')", "2016-12-31 00:12:00"),
      ("to_timestamp('12/31/2016 1:05 PM', 'MM/dd/yyyy h:mm a')", "2016-12-31 13:05:00"),
      ("to_date('20240229', 'yyyyMMdd')", "2024-02-29"),
      ("to_date('Jul 4 2024', 'MMM d yyyy')", "2024-07-04"),
      (
        "to_timestamp('2024-01-01T00:00:00+01:00', 'yyyy-MM-dd''T''HH:mm:ssXXX')",
        "2023-12-31 23:00:00"
      ),
    ])
    expectTexts([
      ("date_format('2016-04-08', 'y')", "2016"),
      (
        "date_format(TIMESTAMP '2024-07-04 15:06:07.089', 'EEE, d MMMM yyyy hh:mm:ss.SSS a')",
        "Thu, 4 July 2024 03:06:07.089 PM"
      ),
      ("date_format(DATE '2024-12-31', 'D q EEEE')", "366 4 Tuesday"),
      ("date_format(DATE '1969-12-31', 'EEEE')", "Wednesday"),
      ("try_to_timestamp('foo', 'yyyy-MM-dd')", "NULL"), ("try_to_timestamp('foo')", "NULL"),
      ("to_timestamp(NULL, 'yyyy')", "NULL"), ("try_to_date('2024-02-30', 'yyyy-MM-dd')", "NULL"),
    ])
    expectErrors(["to_date('2024-02-30', 'yyyy-MM-dd')", "to_timestamp('1', 'yyyy')"]) {
      if case .invalidArgument = $0 { true } else { false }
    }
    expectErrors(["to_date('x')"]) { if case .invalidCast = $0 { true } else { false } }
  }

  @Test func functionsWorkOnColumnsWithNullsAndOffsets() throws {
    let batch = RecordBatch([
      ("s", try Column(strings: ["skipped", "abc", nil, "", "äöü"])),
      ("n", Column(longs: [0, 2, 1, nil, -2])),
      ("d", try Column(.date, [.date(0), .date(59), .null, .date(-1), .date(365)])),
    ]).slice(1..<5)
    #expect(try texts("upper(s)", batch) == ["ABC", "NULL", "", "ÄÖÜ"])
    #expect(try texts("substring(s, n)", batch) == ["bc", "NULL", "NULL", "öü"])
    #expect(try texts("repeat(s, n)", batch) == ["abcabc", "NULL", "NULL", ""])
    #expect(try texts("s LIKE '%b%'", batch) == ["true", "NULL", "false", "false"])
    #expect(try texts("contains(s, 'ö')", batch) == ["false", "NULL", "false", "true"])
    #expect(try texts("year(d)", batch) == ["1970", "NULL", "1969", "1971"])
    #expect(try texts("date_add(d, n)", batch) == ["1970-03-03", "NULL", "NULL", "1970-12-30"])
    #expect(try texts("concat(s, '-', n)", batch) == ["abc-2", "NULL", "NULL", "äöü--2"])
    #expect(try texts("locate('c', s)", batch) == ["3", "NULL", "0", "0"])
    #expect(try texts("date_format(d, 'yyyy')", batch) == ["1970", "NULL", "1969", "1971"])
  }
}
