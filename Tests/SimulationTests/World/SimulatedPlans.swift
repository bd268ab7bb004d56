import Columnar
import Plan

/// Plans whose operators nobody runs: stages, exchanges and results of every shape.
enum SimulatedPlans {
  static let schema = Schema([Field("a", .long)])
  static let cachedNames = ["kept", "held"]

  /// A random DAG: a few scans, stages that read exchanges or a cached table, results of every kind.
  ///
  /// - Parameter number: which no other submission of the world has; it is in the names of stages and outputs.
  static func random(
    _ number: Int, cached: (name: String, partitions: Int)?, using random: inout SeededRandom
  ) -> StagePlan {
    var plan = StagePlan(stages: [], exchanges: [], results: [])
    let count = Int.random(in: 1...5, using: &random)
    let hasIndeterminateStages = random.chance(0.4)
    for id in 0..<count {
      var (inputs, partitions) = inputs(of: plan, cached: cached, using: &random)
      if inputs.isEmpty { inputs = [scan(partitions)] }
      var sinks: [Sink] = []
      if id < count - 1 {
        let exchange = plan.exchanges.count
        // A union of parts of one table makes its stage two producers.
        let producers = random.chance(0.2) ? [id, id] : [id]
        let isSingle = random.chance(0.3)
        plan.exchanges.append(
          Exchange(
            id: exchange, partitioning: isSingle ? .single : .hash(keyCount: 1),
            partitionCount: isSingle ? 1 : Int.random(in: 1...4, using: &random),
            producers: producers, schema: schema))
        for producer in producers.indices {
          sinks.append(Sink(parent: .input(0), target: .exchange(exchange, producer: producer)))
        }
      }
      if id == count - 1 || random.chance(0.3) {
        let action = action(of: number, stage: id, in: plan, using: &random)
        sinks.append(
          Sink(parent: .input(0), target: .result(plan.results.count, firstPartition: 0)))
        plan.results.append(
          ResultTable(name: "t\(id)", schema: schema, action: action, partitionCount: partitions))
      }
      plan.stages.append(
        Stage(
          id: id, name: "submission \(number), stage \(id)", inputs: inputs, operators: [],
          sinks: sinks, partitionCount: partitions,
          isIndeterminate: hasIndeterminateStages && random.chance(0.5)))
    }
    return plan
  }

  /// Scans, shuffles into one partition, writes a file.
  static func scanning(_ number: Int, tasks: Int) -> StagePlan {
    let stages = [
      Stage(
        id: 0, name: "submission \(number), stage 0", inputs: [scan(tasks)], operators: [],
        sinks: [Sink(parent: .input(0), target: .exchange(0, producer: 0))], partitionCount: tasks),
      Stage(
        id: 1, name: "submission \(number), stage 1", inputs: [.exchange(0)], operators: [],
        sinks: [Sink(parent: .input(0), target: .result(0, firstPartition: 0))],
        partitionCount: 1),
    ]
    let write = FileWrite(path: "/out/\(number)", format: .parquet, mode: .overwrite)
    return StagePlan(
      stages: stages,
      exchanges: [
        Exchange(id: 0, partitioning: .single, partitionCount: 1, producers: [0], schema: schema)
      ],
      results: [ResultTable(name: "t", schema: schema, action: .write(write), partitionCount: 1)])
  }

  /// One or two exchanges that nobody reads yet, or a cached table; nothing for a scan. All tasks read what is in one
  /// partition, whatever else they read.
  private static func inputs(
    of plan: StagePlan, cached: (name: String, partitions: Int)?, using random: inout SeededRandom
  ) -> ([StageInput], partitionCount: Int) {
    let unread = plan.exchanges.indices.filter { exchange in
      !plan.stages.contains { $0.inputs.contains(.exchange(exchange)) }
    }
    if let cached, plan.readsCached == nil, plan.stages.isEmpty || random.chance(0.3) {
      return ([.cached(name: cached.name, schema: schema)], cached.partitions)
    }
    guard let first = unread.first, random.chance(0.8) else {
      return ([], Int.random(in: 1...6, using: &random))
    }
    if plan.exchanges[first].partitioning == .single, random.chance(0.5) {
      let tasks = Int.random(in: 1...6, using: &random)
      return ([scan(tasks), .exchange(first)], tasks)
    }
    let partitions = plan.exchanges[first].partitionCount
    let second = unread.dropFirst().first {
      plan.exchanges[$0].partitionCount == partitions || plan.exchanges[$0].partitioning == .single
    }
    return ([.exchange(first)] + (second.map { [.exchange($0)] } ?? []), partitions)
  }

  private static func action(
    of number: Int, stage: Int, in plan: StagePlan, using random: inout SeededRandom
  ) -> AnalyzedOutput.Action {
    let cachesAlready = plan.results.contains { if case .cache = $0.action { true } else { false } }
    return switch Int.random(in: 0..<10, using: &random) {
    case 0..<5:
      .write(FileWrite(path: "/out/\(number)-\(stage)", format: .parquet, mode: .overwrite))
    case 5..<7 where !cachesAlready: .cache(name: cachedNames.randomElement(using: &random)!)
    default: .show(rows: 3)
    }
  }

  static func scan(_ partitions: Int) -> StageInput {
    .scan(
      Scan(
        format: .parquet, options: ReadOptions(), fileSchema: schema, columns: [0], predicates: [],
        partitions: Array(repeating: [], count: partitions)))
  }
}

extension StagePlan {
  /// The cached table that it reads.
  var readsCached: String? {
    for stage in stages {
      for case .cached(let name, _) in stage.inputs { return name }
    }
    return nil
  }
}
