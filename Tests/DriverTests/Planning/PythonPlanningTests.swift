import Columnar
import Driver
import Plan
import Testing

/// Where functions of the user's stand in a plan, and which columns they see.
@Suite struct PythonPlanningTests {
  let schema = Schema([Field("a", .long), Field("b", .double), Field("c", .long)])
  let returned = longs("x", "y")

  @Test func groupsAreHandedOverBehindAShuffleByTheirKeys() throws {
    let plan = try plan(
      table(
        "t", files("/data"), schema,
        group: Grouping(
          keys: [named("c", column(2)), named("s", call(.add, .long, column(0), column(2)))],
          action: .apply(TableFunction(function: python("f"), returned: returned)))))
    #expect(plan.exchanges.map(\.partitioning) == [.hash(keyCount: 2)])
    // The key that is a column is not sent twice.
    #expect(plan.exchanges[0].schema.names == ["c", "s", "a", "b"])
    guard case .applyPython(let application)? = plan.operations(of: 1).first else {
      Issue.record("\(plan.operations(of: 1))")
      return
    }
    #expect(application.keys.map(\.name) == ["c", "s"])
    #expect(application.frames.map(\.names) == [["a", "b", "c"]])
    #expect(application.frames.map(\.columns) == [[2, 3, 0]])
    #expect(plan.results[0].schema == returned)
  }

  @Test func aKeyThatAShuffleChangesIsAlsoSentAsItIs() throws {
    let plan = try plan(
      table(
        "t", files("/data"), schema,
        group: Grouping(
          keys: [named("b", column(1, .double))],
          action: .apply(TableFunction(function: python("f"), returned: returned)))))
    #expect(plan.exchanges[0].schema.names == ["b", "a", "b_2", "c"])
    guard case .applyPython(let application)? = plan.operations(of: 1).first else {
      Issue.record("\(plan.operations(of: 1))")
      return
    }
    #expect(application.frames[0].names == ["a", "b", "c"])
    #expect(application.frames[0].columns == [1, 2, 3])
  }

  @Test func withoutKeysAllRowsAreOneGroup() throws {
    let plan = try plan(
      table(
        "t", files("/data"), schema,
        group: Grouping(
          keys: [], action: .apply(TableFunction(function: python("f"), returned: returned)))))
    #expect(plan.exchanges.map(\.partitioning) == [.single])
    #expect(plan.stages.map(\.partitionCount) == [3, 1])
  }

  @Test func theJobMaySayHowManyPartitionsGroupsHave() throws {
    let plan = try plan(
      table(
        "t", files("/data"), schema,
        group: Grouping(
          keys: [named("c", column(2))],
          action: .apply(TableFunction(function: python("f"), returned: returned))),
        partitions: 7))
    #expect(plan.exchanges[0].partitionCount == 7)
  }

  @Test func batchesAreHandedOverWhereTheyAre() throws {
    let plan = try plan(
      table(
        "t", files("/data"), schema, where: less(column(0), long(3)),
        select: [named("p", column(2)), named("q", column(0))],
        map: TableFunction(function: python("f"), returned: returned)))
    #expect(plan.stages.count == 1)
    guard case .mapPython(let mapping)? = plan.operations(of: 0).last else {
      Issue.record("\(plan.operations(of: 0))")
      return
    }
    #expect(mapping.frame.names == ["p", "q"])
    #expect(mapping.frame.columns.map { mapping.frame.schema.names[$0] } == ["p", "q"])
    #expect(plan.results[0].schema == returned)
  }

  @Test func functionsOfFramesSeeAllColumnsWhateverIsReadOfTheirResult() throws {
    let mapped = table(
      "t", files("/data"), schema, map: TableFunction(function: python("f"), returned: returned))
    let plan = try plan(mapped, table("u", .table(0), returned, select: [named("x", column(0))]))
    guard case .scan(let scan) = plan.stages[0].inputs[0] else {
      Issue.record("\(plan.stages[0].inputs)")
      return
    }
    #expect(scan.columns == [0, 1, 2])
  }

  @Test func conditionsOnWhatAFunctionReturnsAreNotPushedBelowIt() throws {
    let mapped = table(
      "t", files("/data"), schema, where: less(column(0), long(9)),
      map: TableFunction(function: python("f"), returned: longs("a", "b")))
    let plan = try plan(
      mapped, table("u", .table(0), longs("a", "b"), where: less(column(0), long(3))))
    guard case .scan(let scan) = plan.stages[0].inputs[0] else {
      Issue.record("\(plan.stages[0].inputs)")
      return
    }
    #expect(scan.predicates.map(\.value) == [.integer(9)])
  }

  @Test func stagesInWhichTheUsersCodeRunsAreIndeterminate() throws {
    let grouped = table(
      "t", files("/data"), schema,
      group: Grouping(
        keys: [named("c", column(2))],
        action: .apply(TableFunction(function: python("f"), returned: returned))))
    let plan = try plan(grouped, table("u", .table(0), returned, group: aggregate(by: [])))
    #expect(plan.stages.map(\.isIndeterminate) == [false, true, false])
  }

  @Test func callsBecomeColumnsInnermostFirst() throws {
    let inner = call("f", column(0))
    let plan = try plan(
      table(
        "t", files("/data"), schema, where: less(call("g", inner, column(2)), long(5)),
        select: [
          named("x", call(.add, .long, inner, call("f", column(2)))),
          named("y", column(1, .double)),
        ]))
    let steps = plan.operations(of: 0)
    guard case .callPython(let first)? = steps.first, case .callPython(let second) = steps[1],
      case .callPython(let third) = steps[3]
    else {
      Issue.record("\(steps)")
      return
    }
    #expect(first.map(\.arguments) == [[column(0)]])
    #expect(second.map(\.arguments) == [[column(3), column(2)]])
    #expect(steps[2] == .filter(less(column(4), long(5))))
    // What the filter computed is not computed again.
    #expect(third.map(\.arguments) == [[column(2)]])
    #expect(
      steps[4]
        == .project([
          named("x", call(.add, .long, column(3), column(5))), named("y", column(1, .double)),
        ]))
    #expect(steps.count == 5)
    #expect(plan.stages[0].isIndeterminate)
    #expect(plan.results[0].schema.names == ["x", "y"])
  }

  @Test func columnsOfCallsDoNotLeaveATableWithoutASelect() throws {
    let plan = try plan(
      table("t", files("/data"), schema, where: less(call("a", column(0)), long(5))))
    guard case .callPython(let calls)? = plan.operations(of: 0).first else {
      Issue.record("\(plan.operations(of: 0))")
      return
    }
    // `a` is a column of the table.
    #expect(calls.map(\.name) == ["a_2"])
    #expect(
      plan.operations(of: 0).last
        == .project([named("a", column(0)), named("b", column(1, .double)), named("c", column(2))]))
  }

  @Test func conditionsBeforeACallLetOnlySomeRowsThroughToIt() throws {
    let condition = BoundExpression(
      .and([
        less(column(0), long(1)), less(column(2), long(2)), less(call("f", column(0)), long(3)),
        less(column(2), long(4)),
      ]), .boolean)
    let plan = try plan(table("t", files("/data"), schema, where: condition))
    let steps = plan.operations(of: 0)
    #expect(
      steps[0]
        == .filter(
          BoundExpression(.and([less(column(0), long(1)), less(column(2), long(2))]), .boolean)))
    guard case .callPython = steps[1] else {
      Issue.record("\(steps)")
      return
    }
    #expect(
      steps[2]
        == .filter(
          BoundExpression(.and([less(column(3), long(3)), less(column(2), long(4))]), .boolean)))
  }

  @Test func onlyColumnsThatCallsNeedAreRead() throws {
    let plan = try plan(
      table("t", files("/data"), schema),
      table("u", .table(0), schema, select: [named("x", call("f", column(2)))]))
    guard case .scan(let scan) = plan.stages[0].inputs[0] else {
      Issue.record("\(plan.stages[0].inputs)")
      return
    }
    #expect(scan.columns == [2])
  }

  @Test func anAggregateOfTheUsersNeedsTheRowsOfAGroup() throws {
    let plan = try plan(
      table(
        "t", files("/data"), schema,
        group: aggregate(
          by: [named("c", column(2))], (.python(python("gini")), [column(0)]), (.count, []))))
    #expect(plan.operations(of: 0) == [.project([named("c", column(1)), named("a", column(0))])])
    #expect(plan.stages.map(\.isIndeterminate) == [false, true])
  }

  @Test func aCogroupReadsBothTablesByTheirKeysAndTheLeftOneOnTheSide() throws {
    let cogroup = Cogroup(
      left: 0, leftKeys: [named("c", column(2))], right: 1, rightKeys: [named("c", column(0))],
      function: TableFunction(function: python("f"), returned: returned), partitions: 5)
    let plan = try plan(
      table("l", files("/data"), schema),
      table("r", .table(0), schema, select: [named("c", column(2))]),
      table("t", .cogroup(cogroup), returned))
    #expect(plan.exchanges.map(\.partitioning) == [.hash(keyCount: 1), .hash(keyCount: 1)])
    #expect(plan.exchanges.map(\.partitionCount) == [5, 5])
    #expect(plan.stages.map(\.partitionCount) == [3, 5])
    let node = try #require(plan.stages[1].operators.first)
    guard case .applyPython(let application) = node.operation, let side = node.side,
      case .exchange(let left) = plan.stages[1].inputs[side],
      case .exchange(let right) = plan.stages[1].inputs[0]
    else {
      Issue.record("\(plan.stages[1])")
      return
    }
    #expect(node.parent == .input(0))
    #expect(plan.exchanges[left].schema == application.frames[0].schema)
    #expect(plan.exchanges[right].schema == application.frames[1].schema)
    #expect(application.frames.map(\.names) == [["a", "b", "c"], ["c"]])
    #expect(application.frames.map(\.columns) == [[1, 2, 0], [0]])
    #expect(plan.stages[1].readingOrder == [side, 0])
    #expect(plan.stages[1].isIndeterminate)
  }

  @Test func theSizeOfBothTablesDecidesHowManyPartitionsACogroupHas() throws {
    let cogroup = Cogroup(
      left: 0, leftKeys: [named("c", column(2))], right: 1, rightKeys: [named("c", column(2))],
      function: TableFunction(function: python("f"), returned: returned))
    let job = AnalyzedJob(
      name: "job",
      tables: [
        table("l", files("/l"), schema), table("r", files("/r"), schema),
        table("t", .cogroup(cogroup), returned, group: aggregate(by: [named("x", column(0))])),
      ], outputs: [written(2)])
    let plan = try Planner().plan(
      job, scans: [0: scan(schema, "/l", byteCount: 32 << 20), 1: scan(schema, "/r")], cached: [:])
    // 99 MiB in parts of 16, also where its result is grouped.
    #expect(plan.exchanges.map(\.partitionCount) == [7, 7, 7])
  }

  @Test func anExplanationSaysWhereFunctionsRun() throws {
    var recorded = TableFunction(function: python("merge"), returned: returned)
    recorded.function.recordsErrors = true
    let cogroup = Cogroup(
      left: 0, leftKeys: [named("c", column(2))], right: 1, rightKeys: [named("a", column(0))],
      function: recorded, partitions: 2)
    let plan = try plan(
      table(
        "l", files("/data"), schema,
        select: [
          named("a", call("far", column(0), column(2))), named("b", column(1, .double)),
          named("c", column(2)),
        ]),
      table(
        "r", .table(0), schema, map: TableFunction(function: python("score"), returned: schema)),
      table("t", .cogroup(cogroup), recorded.outputSchema(keys: [Field("c", .long)])))
    let text = plan.explanation(of: "j")
    #expect(
      text == """
        job j: 2 stages, 5 tasks; calls Python functions, so executors need --allow-python

        stage 0 · l, r · 3 tasks · indeterminate
          read parquet /data/a.parquet: 3 splits, 3 of 3 columns (a, b, c)
          call f.py:far(a, c) AS far
          project far AS a, b, c
          ├─ map by f.py:score
          │  to exchange 0
          └─ project c, a, b
             to exchange 1

        stage 1 · t · 2 tasks · indeterminate
          exchange 0: by hash of a, 2 partitions
          cogroup f.py:merge by c, errors recorded
          write t to /out (parquet, error, 2 partitions)
          exchange 1: by hash of c, 2 partitions, on the side

        """)
  }

  @Test func theSameFunctionOfTheSameRowsRunsOnce() throws {
    let mapping = TableFunction(function: python("f"), returned: returned)
    let plan = try Planner().plan(
      AnalyzedJob(
        name: "twice",
        tables: [
          table("a", files("/data"), schema), table("t", .table(0), schema, map: mapping),
          table("u", .table(0), schema, map: mapping),
        ], outputs: [written(1), written(2, to: "/other")]), scans: [0: scan(schema)], cached: [:])
    #expect(plan.operations(of: 0).count == 1)
  }

  private func call(_ name: String, _ arguments: BoundExpression...) -> BoundExpression {
    BoundExpression(.python(python(name), arguments), .long)
  }

  private func call(
    _ function: ScalarFunction, _ type: DataType, _ arguments: BoundExpression...
  ) -> BoundExpression {
    BoundExpression(.call(function, arguments, .ansi), type)
  }

  private func plan(_ tables: AnalyzedTable...) throws -> StagePlan {
    try Planner().plan(
      AnalyzedJob(name: "job", tables: tables, outputs: [written(tables.count - 1)]),
      scans: [0: scan(schema)], cached: [:])
  }
}
