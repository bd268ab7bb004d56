import Columnar
import Plan

/// Plans whose operators nobody runs: the scheduler sees only stages, exchanges and results.
enum SimulatedPlans {
  static let schema = Schema([Field("a", .long)])

  static func scan(_ partitions: Int) -> StageInput {
    .scan(
      Scan(
        format: .parquet, options: ReadOptions(), fileSchema: schema, columns: [0], predicates: [],
        partitions: Array(repeating: [], count: partitions)))
  }

  /// A random DAG: a few scans, stages that read one or two exchanges, and results of every kind.
  static func random(using random: inout SeededRandom, cached: [String]) -> StagePlan {
    var plan = StagePlan(stages: [], exchanges: [], results: [])
    let count = Int.random(in: 1...5, using: &random)
    for id in 0..<count {
      var inputs: [StageInput] = []
      var partitions = Int.random(in: 1...6, using: &random)
      let unread = plan.exchanges.indices.filter { exchange in
        !plan.stages.contains { $0.inputs.contains(.exchange(exchange)) }
      }
      if let exchange = unread.randomElement(using: &random) {
        inputs = [.exchange(exchange)]
        partitions = plan.exchanges[exchange].partitionCount
      } else if let name = cached.first, random.chance(0.5) {
        inputs = [.cached(name: name, schema: schema)]
        partitions = cachedPartitions
      } else {
        inputs = [scan(partitions)]
      }
      var sinks: [Sink] = []
      if id < count - 1 {
        let exchange = plan.exchanges.count
        plan.exchanges.append(
          Exchange(
            id: exchange, partitioning: .hash(keyCount: 1),
            partitionCount: Int.random(in: 1...4, using: &random),
            // A union of parts of one table makes its stage two producers.
            producers: random.chance(0.3) ? [id, id] : [id], schema: schema))
        for producer in plan.exchanges[exchange].producers.indices {
          sinks.append(Sink(parent: .input(0), target: .exchange(exchange, producer: producer)))
        }
      }
      if id == count - 1 || random.chance(0.3) {
        let action: AnalyzedOutput.Action =
          random.chance(0.6)
          ? .write(FileWrite(path: "/out/\(id)", format: .parquet, mode: .error))
          : .show(rows: 3)
        sinks.append(
          Sink(parent: .input(0), target: .result(plan.results.count, firstPartition: 0)))
        plan.results.append(
          ResultTable(
            name: "t\(id)", schema: schema, action: action, partitionCount: partitions))
      }
      plan.stages.append(
        Stage(
          id: id, name: "s\(id)", inputs: inputs, operators: [], sinks: sinks,
          partitionCount: partitions))
    }
    return plan
  }

  static let cachedPartitions = 4

  /// Scans, shuffles and keeps a table in memory.
  static func caching(_ name: String) -> StagePlan {
    StagePlan(
      stages: [
        Stage(
          id: 0, name: "map", inputs: [scan(3)], operators: [],
          sinks: [Sink(parent: .input(0), target: .exchange(0, producer: 0))], partitionCount: 3),
        Stage(
          id: 1, name: "reduce", inputs: [.exchange(0)], operators: [],
          sinks: [Sink(parent: .input(0), target: .result(0, firstPartition: 0))],
          partitionCount: cachedPartitions),
      ],
      exchanges: [
        Exchange(
          id: 0, partitioning: .hash(keyCount: 1), partitionCount: cachedPartitions,
          producers: [0], schema: schema)
      ],
      results: [
        ResultTable(
          name: "t", schema: schema, action: .cache(name: name), partitionCount: cachedPartitions)
      ])
  }

  /// A map stage and a reduce stage that writes files.
  static func mapReduce(maps: Int, reduces: Int) -> StagePlan {
    StagePlan(
      stages: [
        Stage(
          id: 0, name: "map", inputs: [scan(maps)], operators: [],
          sinks: [Sink(parent: .input(0), target: .exchange(0, producer: 0))],
          partitionCount: maps),
        Stage(
          id: 1, name: "reduce", inputs: [.exchange(0)], operators: [],
          sinks: [Sink(parent: .input(0), target: .result(0, firstPartition: 0))],
          partitionCount: reduces),
      ],
      exchanges: [
        Exchange(
          id: 0, partitioning: .hash(keyCount: 1), partitionCount: reduces, producers: [0],
          schema: schema)
      ],
      results: [
        ResultTable(
          name: "t", schema: schema,
          action: .write(FileWrite(path: "/out", format: .parquet, mode: .error)),
          partitionCount: reduces)
      ])
  }

  /// Stages of one task each, one after the other; the last writes a file.
  static func chain(stages count: Int) -> StagePlan {
    var plan = mapReduce(maps: 1, reduces: 1)
    plan.exchanges = (0..<count - 1).map { stage in
      Exchange(
        id: stage, partitioning: .single, partitionCount: 1, producers: [stage], schema: schema)
    }
    plan.stages = (0..<count).map { stage in
      Stage(
        id: stage, name: "s\(stage)", inputs: [stage == 0 ? scan(1) : .exchange(stage - 1)],
        operators: [],
        sinks: [
          Sink(
            parent: .input(0),
            target: stage == count - 1
              ? .result(0, firstPartition: 0) : .exchange(stage, producer: 0))
        ], partitionCount: 1)
    }
    return plan
  }

  /// Reads a table that `caching` made.
  static func reading(_ name: String, partitions: Int = cachedPartitions) -> StagePlan {
    var plan = mapReduce(maps: partitions, reduces: 1)
    plan.stages[0].inputs = [.cached(name: name, schema: schema)]
    return plan
  }
}
