import Columnar
import Driver
import Plan
import Testing

/// The same numbers for the same seed, on every machine (SplitMix64; Steele, Lea and Flood 2014).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

/// Jobs of random tables over random rows.
struct RandomJob {
  var generator: SeededGenerator
  var tables: [AnalyzedTable] = []
  var files: [String: [[Row]]] = [:]
  var scans: [Int: ScanInput] = [:]
  let mayLimit: Bool

  init(seed: UInt64, mayLimit: Bool) {
    generator = SeededGenerator(state: seed)
    self.mayLimit = mayLimit
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &generator)
  }

  mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }

  mutating func make() -> AnalyzedJob {
    for _ in 0..<number(1...2) { addFiles() }
    for _ in 0..<number(2...8) { addTable() }
    let outputs = (0..<number(1...3)).map { _ in
      let index = number(0...tables.count - 1)
      return mayLimit && chance(40) ? shown(index, rows: number(0...6)) : written(index)
    }
    return AnalyzedJob(name: "random", tables: tables, outputs: outputs)
  }

  private mutating func addFiles() {
    let path = "/data/\(tables.count)"
    let schema = Schema((0..<number(1...4)).map { Field("c\($0)", .long) })
    files[path] = (0..<number(1...4)).map { _ in
      (0..<number(0...6)).map { _ in
        schema.fields.map { _ in .integer(Int64(number(0...4))) }
      }
    }
    scans[tables.count] = scan(schema, path, rowGroups: files[path]!.count)
    tables.append(
      step(.read(FileRead(paths: [path], format: .parquet, options: ReadOptions())), schema))
  }

  private mutating func addTable() {
    let source = number(0...tables.count - 1)
    let schema = tables[source].schema
    if chance(30) {
      let alike = tables.indices.filter { tables[$0].schema == schema }
      let sources = (0..<number(1...3)).map { _ in alike[number(0...alike.count - 1)] }
      tables.append(step(.union(sources), schema))
    } else if chance(15) {
      let models = number(0...tables.count - 1)
      let keyCount = number(0...2)
      let form = PredictionForm(kind: .regression, classType: nil, explainsByShap: chance(30))
      let keys = (0..<keyCount).map { named("k\($0)", expression(tables[models].schema)) }
      let prediction = Prediction(
        models: models, modelKeys: keys,
        modelColumn: number(0...tables[models].schema.count - 1), rows: source,
        rowColumnCount: schema.count, rowKeys: (0..<keyCount).map { _ in expression(schema) },
        form: form)
      tables.append(step(.predict(prediction), Schema(schema.fields + form.fields)))
    } else if chance(15) {
      let right = number(0...tables.count - 1)
      let keyCount = number(1...2)
      var function = tableFunction()
      function.function.recordsErrors = chance(50)
      let cogroup = Cogroup(
        left: source, leftKeys: (0..<keyCount).map { named("c\($0)", expression(schema)) },
        right: right,
        rightKeys: (0..<keyCount).map { named("c\($0)", expression(tables[right].schema)) },
        function: function)
      let keys = cogroup.leftKeys.map { Field($0.name, .long) }
      tables.append(step(.cogroup(cogroup), function.outputSchema(keys: keys)))
    } else {
      tables.append(step(.table(source), schema))
    }
  }

  private mutating func expression(_ schema: Schema) -> BoundExpression {
    let one = column(number(0...schema.count - 1))
    return chance(30) ? call(.add, .long, one, column(number(0...schema.count - 1))) : one
  }

  /// An expression that may call functions of the user's.
  private mutating func callingExpression(_ schema: Schema) -> BoundExpression {
    guard chance(25) else { return expression(schema) }
    let arguments = (0..<number(1...2)).map { _ in callingExpression(schema) }
    let value = BoundExpression(.python(python("f\(number(0...2))"), arguments), .long)
    return chance(30) ? call(.add, .long, value, expression(schema)) : value
  }

  private mutating func condition(_ schema: Schema) -> BoundExpression {
    let conditions = (0..<number(1...3)).map { _ in
      less(callingExpression(schema), long(Int64(number(0...40))))
    }
    return conditions.count == 1 ? conditions[0] : BoundExpression(.and(conditions), .boolean)
  }

  private mutating func step(_ input: AnalyzedTable.Input, _ schema: Schema) -> AnalyzedTable {
    let filter =
      chance(40)
      ? chance(70) ? less(expression(schema), long(Int64(number(0...5)))) : condition(schema) : nil
    var projection: [NamedExpression]?
    if chance(50) {
      projection = (0..<number(1...4)).map { named("c\($0)", callingExpression(schema)) }
    }
    let projected =
      projection.map { Schema($0.map { Field($0.name, .long) }) } ?? schema
    let mapping = chance(10) ? tableFunction() : nil
    let grouping = mapping == nil && chance(35) ? grouping(projected) : nil
    var made = table(
      "t\(tables.count)", input, schema, where: filter, select: projection, map: mapping,
      group: grouping)
    if mayLimit, chance(25) { made.limit = number(0...8) }
    if chance(20) {
      made.order = [
        SortOrder(
          expression: expression(made.schema), descending: chance(50), nullsFirst: true)
      ]
    }
    return made
  }

  private mutating func tableFunction() -> TableFunction {
    TableFunction(
      function: python("f\(number(0...20))"),
      returned: Schema((number(0...1)..<number(2...3)).map { Field("c\($0)", .long) }))
  }

  private mutating func grouping(_ schema: Schema) -> Grouping {
    let keys = (0..<number(0...2)).map { named("c\($0)", expression(schema)) }
    if chance(30) {
      var function = tableFunction()
      function.function.recordsErrors = chance(50)
      return Grouping(keys: keys, action: .apply(function))
    }
    if mayLimit, chance(40) {
      return training(
        by: keys, label: expression(schema),
        features: (0..<number(1...2)).map { named("c\($0)", expression(schema)) },
        testFraction: chance(50) ? 0.5 : 0)
    }
    let functions: [AggregateFunction] = [
      .count, .sum, .min, .countDistinct, .python(python("total")),
    ]
    let calls = (0..<number(0...3)).map { _ in
      AggregateCall(
        function: functions[number(0...4)], arguments: [expression(schema)], type: .long)
    }
    let columns = keys.count + calls.count
    let results = (0..<number(1...3)).map { index in
      named(
        "c\(keys.count + index)",
        columns == 0 ? long(1) : column(number(0...columns - 1)))
    }
    return Grouping(keys: keys, action: .aggregate(calls: calls, results: results))
  }
}

@Suite struct RandomJobTests {
  @Test func plansGiveTheRowsOfTheJobInItsOrder() throws {
    var planner = Planner()
    planner.sizing.defaultLimit = 1
    for seed in 0..<600 as Range<UInt64> {
      var random = RandomJob(seed: seed, mayLimit: true)
      let job = random.make()
      let plan = try planner.plan(job, scans: random.scans, cached: [:])
      let interpreter = PlanInterpreter(files: random.files)
      #expect(interpreter.run(plan) == interpreter.run(job), "seed \(seed)")
    }
  }

  @Test func partitionsOfShufflesChangeNoRow() throws {
    var planner = Planner()
    planner.sizing.bytesPerPartition = 1 << 20
    for seed in 0..<600 as Range<UInt64> {
      var random = RandomJob(seed: seed, mayLimit: false)
      let job = random.make()
      let plan = try planner.plan(job, scans: random.scans, cached: [:])
      let interpreter = PlanInterpreter(files: random.files)
      func sorted(_ results: [[Row]]) -> [[String]] { results.map { $0.map { "\($0)" }.sorted() } }
      #expect(sorted(interpreter.run(plan)) == sorted(interpreter.run(job)), "seed \(seed)")
    }
  }

  /// What the other tests compare is there at all.
  @Test func randomJobsCallFunctionsInEveryPlace() throws {
    var found: Set<String> = []
    for seed in 0..<200 as Range<UInt64> {
      var random = RandomJob(seed: seed, mayLimit: true)
      let job = random.make()
      for stage in try Planner().plan(job, scans: random.scans, cached: [:]).stages {
        for case .callPython(let calls) in stage.operators.map(\.operation) {
          found.insert(calls.count > 1 ? "calls" : "call")
        }
        for case .applyPython(let application) in stage.operators.map(\.operation) {
          found.insert(application.frames.count > 1 ? "cogroup" : "apply")
        }
        for case .mapPython in stage.operators.map(\.operation) { found.insert("map") }
        for case .group(let operation) in stage.operators.map(\.operation) {
          guard case .aggregate(let aggregates) = operation.action else { continue }
          if aggregates.contains(where: { $0.function == .python(python("total")) }) {
            found.insert("aggregate")
          }
        }
      }
    }
    #expect(found == ["call", "calls", "apply", "cogroup", "map", "aggregate"])
  }

  @Test func equalJobsHaveEqualPlans() throws {
    for seed in 0..<100 as Range<UInt64> {
      var one = RandomJob(seed: seed, mayLimit: true)
      var other = RandomJob(seed: seed, mayLimit: true)
      let plan = try Planner().plan(one.make(), scans: one.scans, cached: [:])
      let again = try Planner().plan(other.make(), scans: other.scans, cached: [:])
      #expect(plan == again)
      #expect(plan.explanation(of: "j") == again.explanation(of: "j"))
    }
  }
}
