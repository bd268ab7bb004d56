import Columnar
import Executor
import Learning
import Plan
import Testing

/// Training that takes long: it ends when it is told to, and its trials are spread over tasks.
@Suite struct LongTrainingTests {
  private struct Stopped: Error {}

  private func operation(search: Bool) throws -> GroupedOperation {
    var options = TrainingOptions(kind: .regression, metrics: [.mae], seed: 1)
    if search {
      options.folds = 3
      options.search = TrainingOptions.Search(
        space: try SearchSpace([("maxDepth", .choices((1...5).map { .integer($0) }))]),
        tuning: Tuning(search: .grid, trialCount: 1, metric: .rmse, earlyStopping: .none),
        isShared: true)
    }
    return GroupedOperation(
      schema: Schema([Field("g", .long), Field("x", .double), Field("y", .double)]), keyCount: 1,
      action: .train(
        TrainingOperation(
          learners: [
            Training.Learner(name: "DecisionTreeRegressor", parameters: ["maxDepth": .integer(5)])
          ],
          label: 2, features: [1], featureNames: ["x"], options: options)),
      isMergeable: false)
  }

  private var rows: RecordBatch {
    RecordBatch([
      ("g", Column(longs: (0..<60).map { Int64($0 % 3) })),
      ("x", Column(doubles: (0..<60).map { Double($0 * 7 % 20) })),
      ("y", Column(doubles: (0..<60).map { Double($0 * 7 % 20 / 4) })),
    ])
  }

  @Test func trainingAndMeasuringEndBetweenGroups() throws {
    let operations: [Plan.Operator] = [
      .group(try operation(search: false)),
      .measureTrials(try operation(search: true), share: 1, taskCount: 1),
    ]
    for operation in operations {
      var isStopped = false
      let long = try makeOperator(operation, partition: 0) {
        if isStopped { throw Stopped() }
      }
      try long.process(rows, .rows) { _, _ in }
      isStopped = true
      #expect(throws: Stopped.self) { try long.finish { _, _ in } }
    }
  }

  @Test func tasksThatHaveTheSameRowsShareTheTrials() throws {
    func measured(_ tasks: Int, chosen: [RecordBatch] = []) throws -> [[Scalar]] {
      try (0..<tasks).flatMap { task -> [[Scalar]] in
        let measure = try makeOperator(
          .measureTrials(operation(search: true), share: 1, taskCount: tasks), partition: task)
        return try OperatorRun(measure, chosen.map { ($0, .side) } + [(rows, .rows)]).rows
      }
    }
    func number(_ row: [Scalar]) -> Int64 {
      if case .integer(let trial) = row[1] { trial } else { -1 }
    }
    let one = try measured(1)
    #expect(one.map(number) == [0, 1, 2, 3, 4])
    #expect(one.allSatisfy { $0[2] == .integer(3) })
    let several = try measured(3)
    #expect(several.sorted { number($0) < number($1) } == one)
    // What is still in may come in several batches.
    let batches = try [Int64(1), 3].map { trial in
      RecordBatch([
        ("learner", try Column(.integer, [.integer(0)])),
        ("trial", try Column(.integer, [.integer(trial)])),
      ])
    }
    #expect(try measured(2, chosen: batches).map(number).sorted() == [1, 3])
  }

  @Test func rowsOfAnotherPlanAreRefused() throws {
    let narrow = RecordBatch([("g", Column(longs: [1]))])
    let prediction = PredictionOperation(
      schema: Schema([Field("key", .long), Field("model", .binary), Field("x", .double)]),
      keyCount: 1,
      form: PredictionForm(kind: .regression, classType: nil, explainsByShap: false))
    let operations: [Plan.Operator] = [
      .measureTrials(try operation(search: true), share: 1, taskCount: 1), .predict(prediction),
      .chooseTrials(count: 1),
    ]
    for operation in operations {
      let step = try makeOperator(operation, partition: 0)
      #expect(throws: (any Error).self) { try step.process(narrow, .rows) { _, _ in } }
    }
  }
}
