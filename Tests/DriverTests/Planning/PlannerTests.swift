import Columnar
import Driver
import Plan
import Testing

@Suite struct PlannerTests {
  let schema = longs("a", "b", "c", "d")

  @Test func aTableThatIsWrittenIsAScanAndAResult() throws {
    let job = AnalyzedJob(
      name: "copy", tables: [table("t", files("/data"), schema)], outputs: [written(0)])
    let plan = try Planner().plan(job, scans: [0: scan(schema)], cached: [:])
    #expect(plan.stages.count == 1)
    #expect(plan.stages[0].partitionCount == 3)
    #expect(plan.stages[0].operators.isEmpty)
    #expect(
      plan.stages[0].sinks == [Sink(parent: .input(0), target: .result(0, firstPartition: 0))])
    #expect(plan.results[0].partitionCount == 3)
    #expect(plan.results[0].schema == schema)
  }

  @Test func onlyNeededColumnsAreRead() throws {
    let job = AnalyzedJob(
      name: "pruned",
      tables: [
        table("t", files("/data"), schema),
        table(
          "u", .table(0), schema, where: less(column(3), long(5)), select: [named("x", column(1))]),
      ],
      outputs: [written(1)])
    let plan = try Planner().plan(job, scans: [0: scan(schema)], cached: [:])
    guard case .scan(let scan) = plan.stages[0].inputs[0] else { return #expect(Bool(false)) }
    #expect(scan.columns == [1, 3])
    #expect(
      plan.operations(of: 0) == [
        .filter(less(column(1), long(5))), .project([named("x", column(0))]),
      ])
    #expect(plan.stages[0].name == "t, u")
  }

  @Test func tablesThatNobodyNeedsAreNotComputed() throws {
    let job = AnalyzedJob(
      name: "one of two",
      tables: [
        table("unused", files("/missing"), schema), table("t", files("/data"), schema),
        table("alsoUnused", .table(1), schema, limit: 3),
      ],
      outputs: [written(1)])
    let plan = try Planner().plan(job, scans: [1: scan(schema)], cached: [:])
    #expect(plan.stages.count == 1)
    #expect(plan.stages[0].name == "t")
  }

  @Test func aMergeableGroupingCombinesBeforeTheShuffle() throws {
    let grouping = aggregate(by: [named("a", column(0))], (.sum, [column(2)]), (.avg, [column(2)]))
    let job = AnalyzedJob(
      name: "sums", tables: [table("t", files("/data"), schema, group: grouping)],
      outputs: [written(0)])
    let plan = try Planner().plan(job, scans: [0: scan(schema)], cached: [:])
    let operation = GroupedOperation(
      schema: longs("a", "c"), keyCount: 1,
      action: .aggregate([
        Aggregate(function: .sum, arguments: [1], type: .long),
        Aggregate(function: .avg, arguments: [1], type: .long),
      ]),
      isMergeable: true)
    #expect(plan.operations(of: 0) == [.combine(operation)])
    #expect(
      plan.exchanges == [
        Exchange(
          id: 0, partitioning: .hash(keyCount: 1), partitionCount: 1, producers: [0],
          schema: longs("a", "c"))
      ])
    #expect(
      plan.operations(of: 1) == [
        .group(operation),
        .project([
          named("a", column(0)), named("value0", column(1)), named("value1", column(2)),
        ]),
      ])
  }

  /// Partitions of a grouping of `byteCount` bytes whose keys have so many values as far as is known.
  private func partitionCount(
    _ distinctCounts: [Double?], by keys: [BoundExpression],
    _ function: AggregateFunction = .sum, rowCount: Double = 1e8
  ) throws -> Int {
    let grouping = aggregate(
      by: keys.enumerated().map { named("k\($0)", $1) }, (function, [column(3)]))
    let job = AnalyzedJob(
      name: "sums",
      tables: [
        table("t", files("/data"), schema, where: less(column(3), long(5))),
        // Columns keep what is known of them when they are only moved.
        table(
          "u", .table(0), longs("b", "a", "c", "d"),
          select: [
            named("b", column(1)), named("a", column(0)), named("c", column(2)),
            named("d", column(3)),
          ], group: grouping),
      ],
      outputs: [written(1)])
    var input = scan(schema, rowGroups: 10, byteCount: 100 << 20)
    input.statistics = TableStatistics(rowCount: rowCount, distinctCounts: distinctCounts)
    return try Planner().plan(job, scans: [0: input], cached: [:]).exchanges[0].partitionCount
  }

  @Test func fewGroupsNeedFewPartitions() throws {
    let unknown = try partitionCount([nil, nil, nil, nil], by: [column(0)])
    #expect(unknown > 10)
    // Column 0 of the grouped table is column 1 of the file.
    #expect(try partitionCount([nil, 100, nil, nil], by: [column(0)]) == 1)
    #expect(try partitionCount([100, nil, nil, nil], by: [column(0)]) == unknown)
    #expect(try partitionCount([20, 100, nil, nil], by: [column(0), column(1)]) == 1)
    let some = try partitionCount([nil, 200_000, nil, nil], by: [column(0)])
    #expect(some > 1 && some < unknown)
    #expect(try partitionCount([nil, 1e7, nil, nil], by: [column(0)]) == unknown)
    // Never more partials than rows.
    #expect(try partitionCount([nil, 1e7, nil, nil], by: [column(0)], rowCount: 1000) == 1)
    // Where rows travel, they need their partitions.
    #expect(
      try partitionCount([nil, 100, nil, nil], by: [column(0)], .countDistinct) == unknown)
  }

  @Test func rowsTravelWhereStatisticsDoNotMerge() throws {
    let distinct = aggregate(by: [named("a", column(0))], (.countDistinct, [column(1)]))
    let absolute = training(
      by: [named("a", column(0))], label: column(1, .double),
      features: [named("c", column(2, .double))], metrics: [.rmse, .mae])
    for grouping in [distinct, absolute] {
      let job = AnalyzedJob(
        name: "rows", tables: [table("t", files("/data"), schema, group: grouping)],
        outputs: [written(0)])
      let plan = try Planner().plan(job, scans: [0: scan(schema)], cached: [:])
      let combines = plan.operations(of: 0).filter { if case .combine = $0 { true } else { false } }
      #expect(combines.isEmpty)
    }
  }

  @Test func trainingLaysOutKeysFeaturesLabelAndHeldOutRows() throws {
    let doubles = Schema([Field("k", .string), Field("x", .double), Field("y", .double)])
    let grouping = training(
      by: [named("k", column(0, .string))], label: column(2, .double),
      features: [named("x", column(1, .double))], testFraction: 0.25)
    let job = AnalyzedJob(
      name: "train", tables: [table("m", files("/data"), doubles, group: grouping)],
      outputs: [written(0)])
    let plan = try Planner().plan(job, scans: [0: scan(doubles)], cached: [:])
    let operations = plan.operations(of: 0)
    #expect(
      operations.first == .holdOut(fraction: 0.25, seed: 7, firstPartition: 0, name: "held_out"))
    guard case .combine(let operation) = operations.last,
      case .train(let training) = operation.action
    else { return #expect(Bool(false)) }
    #expect(operation.schema.names == ["k", "x", "y", "held_out"])
    #expect((training.features, training.label, training.heldOut) == ([1], 2, 3))
    #expect(plan.results[0].schema.names.prefix(3) == ["k", "learner", "rows"])
  }

  @Test func namesInAShuffleAreUnique() throws {
    let doubles = Schema([Field("held_out", .double), Field("y", .double)])
    let grouping = training(
      by: [named("y", column(1, .double))], label: column(1, .double),
      features: [named("held_out", column(0, .double))], testFraction: 0.5)
    let job = AnalyzedJob(
      name: "names", tables: [table("m", files("/data"), doubles, group: grouping)],
      outputs: [written(0)])
    let plan = try Planner().plan(job, scans: [0: scan(doubles)], cached: [:])
    #expect(plan.exchanges[0].schema.names == ["y", "held_out", "y_2", "held_out_2"])
  }

  @Test func eachPlaceInAUnionHasItsOwnPartitionNumbers() throws {
    let doubles = Schema([Field("x", .double), Field("y", .double)])
    let grouping = training(
      by: [], label: column(1, .double), features: [named("x", column(0, .double))],
      testFraction: 0.5)
    let job = AnalyzedJob(
      name: "twice",
      tables: [
        table("t", files("/data"), doubles), table("u", files("/data2"), doubles),
        table("m", .union([0, 1, 0]), doubles, group: grouping),
      ],
      outputs: [written(2)])
    let plan = try Planner().plan(
      job, scans: [0: scan(doubles), 1: scan(doubles, rowGroups: 2)], cached: [:])
    let offsets = plan.stages.flatMap(\.operators).compactMap { node -> Int? in
      guard case .holdOut(_, _, let first, _) = node.operation else { return nil }
      return first
    }
    #expect(offsets == [0, 5, 3])
    #expect(plan.exchanges[0].producers == [0, 1, 0])
    #expect(plan.exchanges[0].partitioning == .single)
  }

  @Test func aUnionIsReadInItsOrder() throws {
    let job = AnalyzedJob(
      name: "union",
      tables: [
        table("t", files("/data"), schema), table("u", files("/data2"), schema),
        table("all", .union([1, 0]), schema),
      ],
      outputs: [written(2)])
    let plan = try Planner().plan(
      job, scans: [0: scan(schema), 1: scan(schema, rowGroups: 2)], cached: [:])
    #expect(plan.stages[1].sinks.map(\.target) == [.result(0, firstPartition: 0)])
    #expect(plan.stages[0].sinks.map(\.target) == [.result(0, firstPartition: 2)])
    #expect(plan.results[0].partitionCount == 5)
  }

  @Test func theSameStepForSeveralReadersIsDoneOnce() throws {
    let filter = less(column(0), long(3))
    let job = AnalyzedJob(
      name: "shared",
      tables: [
        table("t", files("/data"), schema), table("u", .table(0), schema, where: filter),
        table("v", .table(0), schema, where: filter, select: [named("b", column(1))]),
      ],
      outputs: [written(1), written(2, to: "/out2"), shown(1)])
    let plan = try Planner().plan(job, scans: [0: scan(schema)], cached: [:])
    let filters = plan.operations(of: 0).filter { $0 == .filter(filter) }
    #expect(filters.count == 1)
    #expect(plan.stages.count == 2)
    #expect(plan.results.count == 3)
  }

  @Test func anOrderBringsAllRowsToOnePartition() throws {
    let job = AnalyzedJob(
      name: "top",
      tables: [
        table(
          "t", files("/data"), schema, select: [named("a", column(0)), named("d", column(3))],
          order: ascending(1), limit: 5)
      ],
      outputs: [shown(0, rows: 3)])
    let plan = try Planner().plan(job, scans: [0: scan(schema)], cached: [:])
    #expect(plan.stages.map(\.partitionCount) == [3, 1])
    #expect(plan.operations(of: 0).last == .sort(ascending(1), limit: 5))
    #expect(plan.operations(of: 1) == [.sort(ascending(1), limit: 5), .limit(3)])
    #expect(plan.exchanges[0].partitioning == .single)
  }

  @Test func onePartitionNeedsNoShuffle() throws {
    let job = AnalyzedJob(
      name: "small",
      tables: [table("t", files("/data"), schema, order: ascending(0))], outputs: [shown(0)])
    let plan = try Planner().plan(job, scans: [0: scan(schema, rowGroups: 1)], cached: [:])
    #expect(plan.stages.count == 1)
    #expect(plan.exchanges.isEmpty)
  }

  @Test func partitionsOfAGroupingFollowTheBytesOrTheJob() throws {
    let grouping = aggregate(by: [named("a", column(0))], (.count, []))
    func partitions(_ asked: Int?, byteCount: Int64) throws -> Int {
      let job = AnalyzedJob(
        name: "sized",
        tables: [table("t", files("/data"), schema, group: grouping, partitions: asked)],
        outputs: [written(0)])
      let input = scan(schema, rowGroups: 1, byteCount: byteCount)
      return try Planner().plan(job, scans: [0: input], cached: [:]).exchanges[0].partitionCount
    }
    #expect(try partitions(nil, byteCount: 0) == 1)
    #expect(try partitions(nil, byteCount: 16 << 20) == 1)
    #expect(try partitions(nil, byteCount: (16 << 20) + 1) == 2)
    #expect(try partitions(nil, byteCount: 512 << 20) == 32)
    #expect(try partitions(nil, byteCount: 1 << 30) == 32)
    #expect(try partitions(nil, byteCount: 2 << 30) == 64)
    #expect(try partitions(nil, byteCount: .max) == 256)
    #expect(try partitions(7, byteCount: 0) == 7)
    #expect(throws: PlanningError.self) { try partitions(0, byteCount: 0) }
    #expect(throws: PlanningError.self) { try partitions(.max, byteCount: 0) }
  }

  @Test func aCachedTableKeepsItsPartitions() throws {
    let grouping = aggregate(by: [named("a", column(0))], (.count, []))
    let job = AnalyzedJob(
      name: "cached",
      tables: [
        table("t", .cached("flights"), schema), table("n", .table(0), schema, group: grouping),
      ],
      outputs: [written(0), written(1, to: "/out2")])
    let layout = ["flights": CachedTableLayout(partitionCount: 5)]
    let plan = try Planner().plan(job, scans: [:], cached: layout)
    #expect(plan.stages[0].inputs == [.cached(name: "flights", schema: schema)])
    #expect(plan.stages[0].partitionCount == 5)
    #expect(plan.exchanges[0].partitionCount == 5)
    #expect(throws: PlanningError.cachedTableMissing(name: "flights", table: "t", line: 1)) {
      try Planner().plan(job, scans: [:], cached: [:])
    }
  }

  @Test func aTableWithoutFilesIsOneTaskWithoutRows() throws {
    let job = AnalyzedJob(
      name: "empty", tables: [table("t", files("/data"), schema)], outputs: [written(0)])
    let plan = try Planner().plan(job, scans: [0: scan(schema, rowGroups: 0)], cached: [:])
    #expect(plan.stages[0].partitionCount == 1)
  }

  @Test func unionsThatDoubleThemselvesAreRefused() throws {
    var tables = [table("t0", files("/data"), schema)]
    for index in 1...60 {
      tables.append(table("t\(index)", .union([index - 1, index - 1]), schema))
    }
    let job = AnalyzedJob(name: "bomb", tables: tables, outputs: [written(60)])
    #expect(throws: PlanningError.tooManyParts(table: "t14", line: 1, limit: 10_000)) {
      try Planner().plan(job, scans: [0: scan(schema)], cached: [:])
    }
  }

  @Test func aLongChainOfTablesIsPlannedAndExplained() throws {
    var tables = [table("t0", files("/data"), schema)]
    for index in 1...3_000 {
      let bound = less(column(0), long(Int64(index)))
      tables.append(table("t\(index)", .table(index - 1), schema, where: bound))
    }
    let job = AnalyzedJob(name: "chain", tables: tables, outputs: [written(3_000)])
    let plan = try Planner().plan(job, scans: [0: scan(schema)], cached: [:])
    #expect(plan.stages[0].operators.count == 3_000)
    #expect(plan.explanation(of: "chain").split(separator: "\n").count == 3_004)
  }
}
