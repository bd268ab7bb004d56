import Columnar
import Learning
import Plan
import Testing
import Wire

@Suite struct StageConversionTests {
  /// With something of all that a job can say.
  private static var trainingOptions: TrainingOptions {
    var options = TrainingOptions(kind: .regression, metrics: [.rmse, .mae], seed: -7)
    options.testFraction = 0.25
    options.imputation = .median
    options.scaling = .standard
    options.folds = 4
    options.search = TrainingOptions.Search(
      // A space of constants that is one.
      space: try! SearchSpace([
        ("regParam", .doubles(0.1...10, isLogarithmic: true)),
        ("n", .integers(1...3, isLogarithmic: false)),
        ("family", .choices([.string("a"), .boolean(true)])),
      ]),
      tuning: Tuning(search: .tpe, trialCount: 12, metric: .mae, earlyStopping: .median),
      isShared: true)
    options.explanations = [.gain, .shap]
    options.keep = .best(by: ResultMetric(part: .validation, metric: .mae))
    options.storesModel = false
    options.classType = .long
    options.hasCategories = true
    return options
  }

  private static let rows = Schema([Field("k", .string), Field("x", .double), Field("y", .double)])

  /// A stage that has at least one of everything.
  private static var assignment: StageAssignment {
    var options = ReadOptions()
    options.nullValues = ["NA"]
    options.escape = "\\"
    let file = FileIdentity(path: "/d/a.csv", size: 10, modified: 5)
    let scan = Scan(
      format: .csv, options: options, fileSchema: rows, columns: [0, 2, 1],
      predicates: [ColumnPredicate(column: 1, comparison: .less, value: .double(2))],
      partitions: [
        [FileSplit(file: file, part: .bytes(0..<5))], [FileSplit(file: file, part: .bytes(5..<10))],
        [FileSplit(file: file, part: .whole), FileSplit(file: file, part: .rowGroups(1..<3))],
      ])
    let x = BoundExpression.column(1, .double)
    let functions: [AggregateFunction] = [
      .count, .countDistinct, .sum, .avg, .min, .max, .stddevSample, .stddevPopulation,
      .varianceSample, .variancePopulation, .covarianceSample, .covariancePopulation, .corr,
      .first(ignoreNulls: true), .last(ignoreNulls: false),
      .percentileApprox([0.5, 0.9], isList: true), .percentile([0.1], isList: false),
    ]
    let aggregates = GroupedOperation(
      schema: rows, keyCount: 1,
      action: .aggregate(
        functions.map { Aggregate(function: $0, arguments: [1], type: .double) }),
      isMergeable: false)
    let training = GroupedOperation(
      schema: rows, keyCount: 1,
      action: .train(
        TrainingOperation(
          learners: [
            Training.Learner(
              name: "LinearRegression",
              parameters: [
                "regParam": .double(0.5), "fitIntercept": .boolean(true), "n": .integer(3),
                "s": .string("a"),
              ])
          ], label: 2, features: [1], featureNames: ["x"], weight: 1, order: 2, heldOut: nil,
          options: Self.trainingOptions)),
      isMergeable: true)
    let prediction = PredictionOperation(
      schema: Schema([
        Field("key", .string), Field("model", .binary), Field("x", .double),
      ]), keyCount: 1,
      form: PredictionForm(kind: .classification, classType: .long, explainsByShap: true))
    let operations: [Operator] = [
      .filter(.literal(.boolean(true), .boolean)),
      .project([NamedExpression(name: "x", expression: x)]), .limit(9),
      .sort([SortOrder(expression: x, descending: true, nullsFirst: false)], limit: 4),
      .sort([], limit: nil), .holdOut(fraction: 0.2, seed: 1, firstPartition: 6, name: "test"),
      .combine(aggregates), .group(training), .predict(prediction),
      .measureTrials(training, share: 0.5, taskCount: 4),
      .chooseTrials(count: 3),
    ]
    return StageAssignment(
      job: JobID(3), owner: JobID(2),
      stage: Stage(
        id: 1, name: "t",
        inputs: [.scan(scan), .exchange(0), .cached(name: "c", schema: rows)],
        operators: operations.enumerated().map { index, operation in
          OperatorNode(parent: index == 0 ? .input(0) : .node(index - 1), operation: operation)
        },
        sinks: [
          Sink(parent: .node(2), target: .exchange(1, producer: 4)),
          Sink(parent: .input(1), target: .result(0, firstPartition: 8)),
          Sink(parent: .input(1), target: .result(1, firstPartition: 0)),
          Sink(parent: .input(1), target: .result(2, firstPartition: 0)),
        ], partitionCount: 3),
      exchanges: [
        0: Exchange(
          id: 0, partitioning: .hash(keyCount: 1), partitionCount: 2, producers: [0], schema: rows),
        1: Exchange(
          id: 1, partitioning: .single, partitionCount: 1, producers: [1], schema: rows),
      ],
      results: [
        0: StageAssignment.Result(
          table: ResultTable(
            name: "w", schema: rows,
            action: .write(FileWrite(path: "/o", format: .parquet, mode: .append)),
            partitionCount: 11),
          staging: StagedFolder(path: "/s", naming: .final, format: .parquet, firstPart: 4)),
        1: StageAssignment.Result(
          table: ResultTable(name: "s", schema: rows, action: .show(rows: 5), partitionCount: 3),
          staging: nil),
        2: StageAssignment.Result(
          table: ResultTable(
            name: "c", schema: rows, action: .cache(name: "kept"), partitionCount: 3),
          staging: nil),
      ])
  }

  @Test func aStageWithEverythingComesBackTheSame() throws {
    let bytes: [UInt8] = try Self.assignment.wire.serializedBytes()
    let back = try StageAssignment(wire: Roost_StageAssignment(serializedBytes: bytes))
    #expect(back == Self.assignment)
  }

  @Test func indicesThatPointNowhereAreRefused() throws {
    let broken: [(inout Roost_StageAssignment) -> Void] = [
      { $0.stage.operators[1].parent.node = 5 },
      { $0.stage.operators[0].parent.input = 9 },
      { $0.stage.sinks[0].parent.node = 99 },
      { $0.stage.sinks[0].exchange.exchange = 7 },
      { $0.stage.sinks[1].result.result = 7 },
      { $0.stage.inputs[0].scan.columns = [3] },
      { $0.stage.inputs[0].scan.partitions.removeLast() },
      { $0.stage.inputs[0].scan.partitions[0].splits[0].bytes.upper = -4 },
      { $0.stage.inputs[0].scan.options.quote = "" },
      { $0.stage.operators[6].operation.combine.keyCount = 4 },
      { $0.stage.operators[7].operation.group.training.features = [3] },
      { $0.stage.operators[2].operation = Roost_Operator() },
      { $0.exchanges[0].partitionCount = 0 },
      { $0.results[0].clearStaging() },
      { $0.results[0].result.write.mode = "replace" },
    ]
    for (index, change) in broken.enumerated() {
      var message = Self.assignment.wire
      change(&message)
      #expect(throws: ProtocolError.self, "change \(index)") {
        try StageAssignment(wire: message)
      }
    }
  }

  @Test func reportsComeBackTheSame() throws {
    var outcome = TaskOutcome()
    outcome.inputRows = 1
    outcome.outputRows = 3
    outcome.shuffleBytes = 4
    outcome.files = [
      TaskOutcome.File(
        result: 0, partition: 1, path: "p", rows: 2, bytes: 3,
        artifacts: [
          TaskOutcome.Artifact(name: "models/..7/b.bin", path: "q", bytes: 4),
          TaskOutcome.Artifact(name: ".c", path: "r", bytes: 0),
        ])
    ]
    outcome.shown = [TaskOutcome.ShownRows(result: 1, partition: 0, bytes: [1, 2])]
    outcome.cached = [TaskOutcome.CachedPartition(result: 2, partition: 3, rows: 4, bytes: 5)]
    outcome.quotes = [TaskOutcome.QuoteCount(path: "q", start: 7, count: 3)]
    outcome.blocks = [
      TaskOutcome.Block(exchange: 4, producer: 1, targets: BlockTargets([1, 9], of: 10))
    ]
    outcome.runningTime = .microseconds(17)
    let lost = LostBlocks(
      exchange: 1, producer: 2, partition: 3, epoch: 4, holder: ExecutorID("h"), reason: "r")
    let results: [TaskResult] = [
      .finished(outcome), .failed(.blocksLost(lost)),
      .failed(.cachedPartitionLost(name: "c", partition: 1, holder: ExecutorID("e"))),
      .failed(.wrongData("w")),
      .failed(.executorTrouble("e")), .failed(.unexpected("u")), .failed(.cancelled),
      .failed(
        .memoryShort(
          MemoryShortage(holder: "group_by", held: 1, needed: 2, memory: 3, slots: 4))),
    ]
    let attempt = AttemptID(task: TaskID(job: JobID(1), stage: 2, partition: 3), epoch: 4 << 40)
    for result in results {
      let message = Roost_TaskReport(attempt: attempt, result: result)
      #expect(AttemptID(wire: message.attempt) == attempt)
      #expect(try TaskResult(wire: message) == result)
    }
  }

  /// The driver would put them outside of the output.
  @Test(arguments: ["", ".", "..", "/etc/passwd", "a/../../b", "a//b", "a/", "a\0"])
  func namesOfArtifactsThatLeadElsewhereAreRefused(name: String) {
    let attempt = AttemptID(task: TaskID(job: JobID(1), stage: 0, partition: 0), epoch: 1)
    var outcome = TaskOutcome()
    outcome.files = [
      TaskOutcome.File(
        result: 0, partition: 0, path: "p", rows: 1, bytes: 1,
        artifacts: [TaskOutcome.Artifact(name: name, path: "q", bytes: 1)])
    ]
    let message = Roost_TaskReport(attempt: attempt, result: .finished(outcome))
    #expect(throws: ProtocolError.self) { try TaskResult(wire: message) }
  }

  /// The driver adds them up: a sum that overflowed would end it.
  @Test(arguments: [-1, Int.min, Int.max]) func countsThatNoTaskHasAreRefused(count: Int) {
    let attempt = AttemptID(task: TaskID(job: JobID(1), stage: 0, partition: 0), epoch: 1)
    var outcomes = Array(repeating: TaskOutcome(), count: 5)
    outcomes[0].inputRows = count
    outcomes[1].shuffleBytes = Int64(count)
    outcomes[2].files = [
      TaskOutcome.File(result: 0, partition: 0, path: "p", rows: 1, bytes: Int64(count))
    ]
    outcomes[3].cached = [
      TaskOutcome.CachedPartition(result: 0, partition: 0, rows: count, bytes: 1)
    ]
    outcomes[4].files = [
      TaskOutcome.File(
        result: 0, partition: 0, path: "p", rows: 1, bytes: 1,
        artifacts: [TaskOutcome.Artifact(name: "a", path: "q", bytes: Int64(count))])
    ]
    for outcome in outcomes {
      let report = Roost_TaskReport(attempt: attempt, result: .finished(outcome))
      #expect(throws: ProtocolError.self) { try TaskResult(wire: report) }
    }
  }

  @Test func mapOutputsNameEachHolderOnce() throws {
    let outputs = (0..<6).map { index in
      MapOutput(
        producer: 0, partition: index, epoch: UInt64(index), holder: ExecutorID("h\(index % 2)"),
        address: "h\(index % 2):1",
        targets: index == 0 ? .all : BlockTargets([index], of: 20))
    }
    var message = outputs.wire(job: JobID(1), exchange: 0)
    #expect(message.holders.count == 2)
    #expect(try [MapOutput](wire: message) == outputs)
    message.outputs[0].holder = 2
    #expect(throws: ProtocolError.self) { try [MapOutput](wire: message) }
  }
}
