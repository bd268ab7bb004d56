import Columnar
import Plan
import Testing

@Suite struct AggregateBinderTests {
  private let schema = try! Schema(
    ddl:
      "carrier string, delay double, n int, l long, dec decimal(10,2), day date, ok boolean, list array<double>"
  )

  private var keys: [NamedExpression] {
    [
      NamedExpression(name: "carrier", expression: .column(0, .string)),
      NamedExpression(
        name: "y", expression: try! parseExpression("year(day)").bound(to: schema)),
    ]
  }

  private func bind(
    _ sql: String
  ) throws -> (calls: [AggregateCall], results: [NamedExpression]) {
    try bindAggregates(try parseSelectList(sql), keys: keys, schema: schema)
  }

  private func problem(_ sql: String) -> ExpressionError.Problem? {
    do {
      _ = try bind(sql)
      return nil
    } catch {
      return (error as? ExpressionError)?.problem
    }
  }

  @Test func functionsHaveSparksTypes() throws {
    let cases: [(String, AggregateFunction, DataType)] = [
      ("count(*)", .count, .long), ("count(delay)", .count, .long), ("count(1)", .count, .long),
      ("count(DISTINCT carrier, n)", .countDistinct, .long), ("sum(n)", .sum, .long),
      ("sum(delay)", .sum, .double), ("sum(dec)", .sum, .decimal(precision: 20, scale: 2)),
      ("avg(n)", .avg, .double), ("mean(delay)", .avg, .double),
      ("avg(dec)", .avg, .decimal(precision: 14, scale: 6)),
      ("min(day)", .min, .date), ("max(carrier)", .max, .string),
      ("std(n)", .stddevSample, .double),
      ("stddev_pop(n)", .stddevPopulation, .double), ("variance(n)", .varianceSample, .double),
      ("var_pop(n)", .variancePopulation, .double),
      ("covar_samp(n, l)", .covarianceSample, .double),
      ("covar_pop(n, l)", .covariancePopulation, .double), ("corr(n, delay)", .corr, .double),
      ("first(n)", .first(ignoreNulls: false), .integer),
      ("last_value(n, true)", .last(ignoreNulls: true), .integer),
      ("percentile_approx(n, 0.5)", .percentileApprox([0.5], isList: false), .integer),
      (
        "approx_percentile(delay, array(0.25, 0.75), 100)",
        .percentileApprox([0.25, 0.75], isList: true), .list(.double)
      ),
      ("percentile(n, 0.9)", .percentile([0.9], isList: false), .double),
      ("median(n)", .percentile([0.5], isList: false), .double),
      ("count_if(ok)", .count, .long), ("bool_and(ok)", .min, .boolean),
      ("some(ok)", .max, .boolean),
      ("approx_count_distinct(n)", .countDistinct, .long),
    ]
    for (sql, function, type) in cases {
      let (calls, results) = try bind(sql)
      #expect(calls.count == 1, "\(sql)")
      #expect(calls[0].function == function, "\(sql)")
      #expect(calls[0].type == type, "\(sql)")
      #expect(
        results == [NamedExpression(name: results[0].name, expression: .column(2, type))], "\(sql)")
    }
  }

  @Test func argumentsAreCastToWhatTheFunctionTakes() throws {
    #expect(try bind("sum(n)").calls[0].arguments[0].type == .long)
    #expect(try bind("avg(n)").calls[0].arguments[0].type == .double)
    #expect(try bind("corr(n, dec)").calls[0].arguments.map(\.type) == [.double, .double])
    #expect(try bind("count(*)").calls[0].arguments.isEmpty)
    #expect(try bind("count(1)").calls[0].arguments.isEmpty)
    #expect(try bind("count(NULL)").calls[0].arguments.count == 1)
  }

  @Test func expressionsOverAggregatesShareTheirCalls() throws {
    let (calls, results) = try bind(
      "sum(delay) / count(*) AS r, count(*) AS n, upper(carrier) AS c, y + 1 AS next, year(day) AS again"
    )
    #expect(calls.count == 2)
    #expect(results.map(\.name) == ["r", "n", "c", "next", "again"])
    #expect(results[0].expression.columnIndices == [2, 3])
    #expect(results[1].expression == .column(3, .long))
    #expect(results[2].expression.columnIndices == [0])
    #expect(results[3].expression.columnIndices == [1])
    #expect(results[4].expression == .column(1, .integer))
    #expect(try bind("count(*)").results[0].name == "count(1)")
  }

  @Test func mistakesAreNamed() {
    #expect(problem("delay") == .notAKey("delay", keys: ["carrier", "y"]))
    #expect(problem("dely") == .unknownColumn("dely", nearest: "delay"))
    #expect(problem("sum(sum(delay))") == .misplacedAggregate("sum"))
    #expect(problem("sum(DISTINCT n)") == .misplacedDistinct("sum"))
    #expect(problem("sum(ok)") != nil)
    #expect(problem("min(list)") != nil)
    #expect(
      problem("corr(n)") == .argumentCount(function: "corr", expected: "2 arguments", found: 1))
    #expect(problem("count()") != nil)
    #expect(problem("sum(*)") == .misplacedStar)
    #expect(problem("*") == .misplacedStar)
    #expect(problem("percentile(n, 2)") != nil)
    #expect(problem("percentile(n, delay)") != nil)
    #expect(problem("count(*) AS carrier") == .duplicateName("carrier"))
    #expect(problem("count(*) AS a, sum(n) AS a") == .duplicateName("a"))
    #expect(problem("sum(carrier)") == nil)
  }
}
