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

extension StagePlan {
  /// The same with stages whose tasks give other rows each time.
  func indeterminate(_ stages: [Int]) -> StagePlan {
    var plan = self
    for stage in stages { plan.stages[stage].isIndeterminate = true }
    return plan
  }
}
