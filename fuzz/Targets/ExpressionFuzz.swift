import Columnar
import Executor
import Plan
import Wire

/// Expressions of SQL: parsed, bound, sent, evaluated on rows with the values that are hardest on operators.
struct ExpressionFuzz: FuzzTarget {
  let name = "expressions"

  private static let batch = try? BatchFuzz.sample()

  func run(_ input: [UInt8]) {
    let text = String(decoding: input, as: UTF8.self)
    do {
      _ = try Schema(ddl: text)
    } catch {
      _ = "\(error)"
    }
    do {
      for item in try parseSelectList(text) { _ = "\(item)" }
    } catch {
      _ = "\(error)"
    }
    do {
      for item in try parseSortList(text) { _ = "\(item)" }
    } catch {
      _ = "\(error)"
    }
    do {
      let expression = try parseExpression(text)
      _ = expression.defaultName
      guard let batch = Self.batch else { return }
      let bound = try expression.bound(to: batch.schema)
      expectToTravel(bound, as: \.wire, readBy: BoundExpression.init(wire:))
      let column = try ExpressionEvaluator(bound).evaluate(batch)
      precondition(column.type == bound.type, "values of another type than was said")
      precondition(column.length == batch.rowCount, "values for other rows")
      _ = column.scalars
    } catch {
      _ = "\(error)"
    }
  }

  func seeds() -> [[UInt8]] {
    [
      "a BETWEEN 1 AND 2 AND NOT b OR l IN (1, 2, NULL)", "a[0] + 1 > -2147483648 * 1.5",
      "cast(d as decimal(10, 2))", "try_cast(t as array<double>)", "x'00ff' || x",
      "CASE i WHEN 1 THEN 'x' ELSE t END", "CASE WHEN b THEN l END", "count(DISTINCT i, l)",
      "DATE '2024-01-05' + i", "TIMESTAMP '2024-01-05 12:00:00'", "`a b` /* x */ -- y\n",
      "t LIKE '%2\\_4' ESCAPE '!'", "t RLIKE '^[0-9]+(a|b)*$'",
      "regexp_replace(t, '(\\\\d)', '$1x')",
      "regexp_extract(t, '(\\\\d+)', 1)", "split(t, '-')",
      "date_format(time, 'yyyy-MM-dd HH:mm:ss')",
      "to_timestamp(t, 'yyyy-MM-dd')", "date_trunc('MONTH', time)", "extract(YEAR FROM day)",
      "substring(t FROM -2 FOR 3)", "trim(BOTH 'x' FROM t)", "position('2' IN t)",
      "lpad(t, 10, 'ab')", "repeat(t, 3)", "round(m, -2)", "bround(d, 2)", "pmod(l, i)",
      "l DIV i", "l % 0", "l / 3", "abs(l)", "- l", "ceil(m)", "coalesce(i, l, d, m)",
      "nvl(t, 'x')",
      "greatest(i, l)", "least(d, f)", "if(b, 1, 2.5)", "nullif(i, 7)", "size(a)",
      "element_at(a, -1)", "array_contains(a, 1.0)", "array(i, l, 1.5)", "add_months(day, i)",
      "date_add(day, i)", "datediff(day, day)", "make_date(2024, i, 29)", "unix_timestamp(time)",
      "timestamp_seconds(l)", "isnan(d)", "b IS DISTINCT FROM NULL", "d <=> f", "l::string",
      "md5(x)", "length(t) + char_length(t)", "upper(t)", "initcap(t)", "reverse(t)",
      "a long, b array<double> NOT NULL", "i + 1 AS z, *", "i DESC NULLS FIRST, d ASC",
      "pow(d, 2) + sqrt(f) + exp(d) + ln(l) + log10(i)", "hash(i)", "1e308 * 10",
      "9223372036854775807 + 1L",
    ].map { Array($0.utf8) }
  }
}
