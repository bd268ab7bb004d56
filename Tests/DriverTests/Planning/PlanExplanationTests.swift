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
        where (month <= 6)
          filter (month <= 6)
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
}
