import Columnar
import Driver
import Plan
import Testing

@Suite struct PlanExplanationTests {
  @Test func stagesAreTreesFromInputsToWhereRowsGo() throws {
    let schema = Schema([
      Field("origin", .string), Field("delay", .double), Field("distance", .double),
      Field("month", .long),
    ])
    let keys = [named("origin", column(0, .string))]
    let job = AnalyzedJob(
      name: "delays",
      tables: [
        table("flights", files("/data/flights.csv", format: .csv), schema),
        table(
          "clean", .table(0), schema,
          where: call(.lessOrEqual, .boolean, column(3), long(6))),
        table(
          "stats", .table(1), schema, group: aggregate(by: keys, (.count, [])),
          order: [
            SortOrder(expression: column(1), descending: true, nullsFirst: false)
          ], limit: 10),
        table(
          "models", .table(1), schema,
          group: training(
            by: keys, label: column(1, .double),
            features: [named("distance", column(2, .double))], testFraction: 0.2)),
      ],
      outputs: [written(3, to: "/out/models"), shown(2)])
    var planner = Planner()
    planner.sizing.bytesPerPartition = 1 << 20
    let plan = try planner.plan(
      job, scans: [0: scan(schema, "/data/flights.csv", rowGroups: 2)], cached: [:])
    let text = plan.explanation(of: job.name)
    #expect(
      text == """
        job delays: 4 stages, 7 tasks

        stage 0 · flights, clean · 2 tasks
          read csv /data/flights.csv: 2 splits, 4 of 4 columns (origin, delay, distance, month) \
        where month <= 6
          filter month <= 6
          ├─ project origin
          │  combine by origin: count(*)
          │  to exchange 0
          └─ project origin, distance, delay
             hold out 0.2 of the rows AS held_out (seed 7, partitions from 0)
             combine by origin: train LinearRegression on delay ~ distance
             to exchange 2

        stage 1 · stats · 2 tasks
          exchange 0: by hash of origin, 2 partitions
          group by origin: count(*)
          project origin, count(*) AS value0
          sort by value0 DESC, limit 10
          to exchange 1

        stage 2 · stats · 1 task
          exchange 1: all rows to one, 1 partition
          sort by value0 DESC, limit 10
          limit 20
          show 20 rows of stats

        stage 3 · models · 2 tasks
          exchange 2: by hash of origin, 2 partitions
          group by origin: train LinearRegression on delay ~ distance
          write models to /out/models (parquet, error, 2 partitions)

        """)
  }

  @Test func expressionsReadAsSQL() throws {
    let schema = Schema([Field("s", .string), Field("d", .date), Field("n", .long)])
    func explained(_ filter: BoundExpression) throws -> String {
      let job = AnalyzedJob(
        name: "j", tables: [table("t", files("/data"), schema, where: filter)],
        outputs: [written(0)])
      let text = try Planner().plan(job, scans: [0: scan(schema)], cached: [:])
        .explanation(of: "j")
      let line = text.split(separator: "\n").first { $0.contains("filter ") } ?? ""
      return String(line.split(separator: "filter ", maxSplits: 1).last ?? "")
    }
    let s = column(0, .string)
    let text = BoundExpression.literal(.string("it's"), .string)
    let day = BoundExpression.literal(.date(-719_529), .date)
    let either = BoundExpression(
      .or([call(.equal, .boolean, s, text), call(.less, .boolean, column(1, .date), day)]),
      .boolean)
    #expect(try explained(either) == "s = 'it''s' OR d < DATE '-0001-12-31'")
    let sum = call(.multiply, .long, call(.add, .long, column(2), long(1)), long(-2))
    let noNull = call(.isNotNull, .boolean, s)
    #expect(
      try explained(BoundExpression(.and([either, noNull, less(sum, long(.max))]), .boolean))
        == """
        (s = 'it''s' OR d < DATE '-0001-12-31') AND s IS NOT NULL AND ((n + 1) * -2) < \
        9223372036854775807
        """)
    let instant = BoundExpression.literal(.timestamp(-1), .timestamp)
    #expect(
      try explained(call(.isIn, .boolean, instant, instant))
        .hasPrefix("TIMESTAMP '1969-12-31 23:59:59.999999' IN ("))
  }
}
