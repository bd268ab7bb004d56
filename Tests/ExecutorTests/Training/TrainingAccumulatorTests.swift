import Columnar
import Executor
import Learning
import Plan
import Testing

@Suite struct TrainingAccumulatorTests {
  private let schema = trainingBatch([]).schema

  private func value(_ batch: RecordBatch, _ name: String, _ row: Int) throws -> Scalar {
    try #require(batch[name])[row]
  }

  private func double(_ batch: RecordBatch, _ name: String, _ row: Int) throws -> Double {
    guard case .double(let value) = try value(batch, name, row) else {
      Issue.record("\(name) of row \(row) is \(try value(batch, name, row))")
      return .nan
    }
    return value
  }

  private func coefficients(_ batch: RecordBatch, _ row: Int) throws -> [Double] {
    guard case .list(let values) = try value(batch, "coefficients", row) else { return [] }
    return values.compactMap { if case .double(let value) = $0 { value } else { nil } }
  }

  private func checkFixture(_ results: RecordBatch, metrics: [Metric], tolerance: Double) throws {
    #expect(results.rowCount == 3)
    for (row, expected) in TrainingFixture.shared.expected.enumerated() {
      #expect(try value(results, "learner", row) == .string("LinearRegression"))
      #expect(try value(results, "rows", row) == .integer(expected.rows))
      #expect(try value(results, "train_rows", row) == .integer(expected.trainRows))
      #expect(try value(results, "test_rows", row) == .integer(expected.testRows))
      #expect(try value(results, "dropped_rows", row) == .integer(expected.droppedRows))
      #expect(try value(results, "error", row) == .null)
      #expect(try (double(results, "intercept", row) - expected.intercept).magnitude < 1e-9)
      for (found, wanted) in zip(try coefficients(results, row), expected.coefficients) {
        #expect((found - wanted).magnitude < 1e-9)
      }
      for metric in metrics {
        for (part, scores) in [("train", expected.train), ("test", expected.test)] {
          if let wanted = scores[metric.rawValue].flatMap({ $0 }) {
            let found = try double(results, "\(part)_\(metric.rawValue)", row)
            #expect((found - wanted).magnitude < tolerance, "\(part)_\(metric.rawValue)")
          } else {
            #expect(try value(results, "\(part)_\(metric.rawValue)", row) == .null)
          }
        }
      }
    }
  }

  @Test func statisticsAgreeWithScikitLearn() throws {
    let metrics: [Metric] = [.rmse, .mse, .r2, .var]
    let accumulator = try makeTrainingAccumulator(
      trainingOperation(metrics: metrics), schema: schema, mergeable: true)
    let fixture = TrainingFixture.shared
    try accumulator.accumulate(fixture.batch(0..<150), fixture.groups(0..<150), groupCount: 3)
    try checkFixture(accumulator.finished(), metrics: metrics, tolerance: 1e-7)
  }

  @Test func rowsAgreeWithScikitLearn() throws {
    let metrics: [Metric] = [.mae, .rmse, .mse, .r2, .var, .mape]
    let accumulator = try makeTrainingAccumulator(
      trainingOperation(metrics: metrics), schema: schema, mergeable: false)
    let fixture = TrainingFixture.shared
    for range in [0..<64, 64..<65, 65..<150] {
      try accumulator.accumulate(fixture.batch(range), fixture.groups(range), groupCount: 3)
    }
    let results = try accumulator.finished()
    #expect(
      results.schema.names == [
        "learner", "rows", "train_rows", "test_rows", "dropped_rows", "train_mae", "train_rmse",
        "train_mse", "train_r2", "train_var", "train_mape", "test_mae", "test_rmse", "test_mse",
        "test_r2", "test_var", "test_mape", "intercept", "coefficients", "model", "error",
      ])
    try checkFixture(results, metrics: metrics, tolerance: 1e-9)
  }

  @Test func partsOfGroupsMergeIntoTheWhole() throws {
    let fixture = TrainingFixture.shared
    let operation = trainingOperation()
    let whole = try makeTrainingAccumulator(operation, schema: schema, mergeable: true)
    let mapSide = try makeTrainingAccumulator(operation, schema: schema, mergeable: true)
    for range in [0..<40, 40..<90] {
      try mapSide.accumulate(fixture.batch(range), fixture.groups(range), groupCount: 3)
      let states = try mapSide.states()
      #expect(states.map(\.type) == mapSide.stateFields.map(\.type))
      try whole.merge(states, [0, 1, 2], groupCount: 3)
      mapSide.reset()
    }
    // Rows and partial results may come mixed.
    try whole.accumulate(fixture.batch(90..<150), fixture.groups(90..<150), groupCount: 3)
    try checkFixture(whole.finished(), metrics: [.rmse, .r2], tolerance: 1e-7)
  }

  @Test func statesOfASliceAreThoseOfItsRows() throws {
    let fixture = TrainingFixture.shared
    let operation = trainingOperation(heldOut: false)
    let mapSide = try makeTrainingAccumulator(operation, schema: schema, mergeable: true)
    try mapSide.accumulate(fixture.batch(0..<150), fixture.groups(0..<150), groupCount: 3)
    let whole = try mapSide.finished()
    let states = try mapSide.states()
    let reduceSide = try makeTrainingAccumulator(operation, schema: schema, mergeable: true)
    try reduceSide.merge(states.map { $0.slice(1..<3) }, [1, 0], groupCount: 2)
    let results = try reduceSide.finished()
    for column in results.schema.names {
      #expect(try value(results, column, 0) == value(whole, column, 2))
      #expect(try value(results, column, 1) == value(whole, column, 1))
    }
  }

  @Test func resetForgetsAllGroups() throws {
    let fixture = TrainingFixture.shared
    for mergeable in [true, false] {
      let accumulator = try makeTrainingAccumulator(
        trainingOperation(), schema: schema, mergeable: mergeable)
      try accumulator.accumulate(
        fixture.batch(0..<150), fixture.groups(0..<150).map { 2 - $0 }, groupCount: 3)
      accumulator.reset()
      #expect(try accumulator.finished().rowCount == 0)
      try accumulator.accumulate(fixture.batch(0..<150), fixture.groups(0..<150), groupCount: 3)
      try checkFixture(accumulator.finished(), metrics: [.rmse, .r2], tolerance: 1e-7)
    }
  }

  @Test(arguments: [true, false])
  func learnersHaveARowEachInTheirOrder(mergeable: Bool) throws {
    let learners = [0.0, 1.0].map {
      Training.Learner(name: "LinearRegression", parameters: ["regParam": .double($0)])
    }
    let accumulator = try makeTrainingAccumulator(
      trainingOperation(learners: learners), schema: schema, mergeable: mergeable)
    #expect(accumulator.rowsPerGroup == 2)
    let fixture = TrainingFixture.shared
    try accumulator.accumulate(fixture.batch(0..<150), fixture.groups(0..<150), groupCount: 3)
    let results = try accumulator.finished()
    #expect(results.rowCount == 6)
    for group in 0..<3 {
      let plain = try coefficients(results, 2 * group)
      let ridge = try coefficients(results, 2 * group + 1)
      #expect(zip(plain, ridge).allSatisfy { $0.magnitude > $1.magnitude })
    }
    // Learners with the same statistics share them: a count of dropped rows and one column.
    #expect(accumulator.stateFields.count == (mergeable ? 2 : 0))
  }

  @Test(arguments: [true, false])
  func groupsThatCannotBeTrainedSayWhyAndHarmNoOther(mergeable: Bool) throws {
    let accumulator = try makeTrainingAccumulator(
      trainingOperation(), schema: schema, mergeable: mergeable)
    var rows: [(values: [Double?], heldOut: Bool)] = []
    var groups: [Int32] = []
    for index in 0..<20 {
      let x = Double(index)
      let z = Double((index * 7) % 11)
      for (group, values) in [
        [x, z, 2 * x - z + 1], [x, 3 * x, x], [x, z, nil], [x, z, index == 3 ? 1e308 : -1e308],
        [.infinity, z, x], [x, .nan, x],
      ].enumerated() {
        rows.append((values, false))
        groups.append(Int32(group))
      }
    }
    rows.append(([1, 2, 3], false))
    groups.append(6)
    try accumulator.accumulate(trainingBatch(rows), groups, groupCount: 8)
    let results = try accumulator.finished()
    let errors = try #require(results["error"]).scalars
    #expect(
      errors == [
        .null,
        .string(
          "feature 'x2' is a linear combination of the other features: "
            + "leave one of them out, or set regParam"),
        .string("no row for training has a label and all features"),
        .string("the sums over the rows are not finite: there are infinite or too large values"),
        .string("the sums over the rows are not finite: there are infinite or too large values"),
        .string("no row for training has a label and all features"),
        .string("1 row for training, but at least 3 are needed"),
        .string("no row for training has a label and all features"),
      ])
    let found = try coefficients(results, 0)
    #expect((found[0] - 2).magnitude < 1e-12 && (found[1] + 1).magnitude < 1e-12)
    for row in 1..<8 {
      for name in ["train_rmse", "test_r2", "intercept", "coefficients"] {
        #expect(try value(results, name, row) == .null)
      }
    }
    #expect(
      try #require(results["dropped_rows"]).scalars
        == [0, 0, 20, 0, 0, 20, 0, 0].map { .integer($0) })
    #expect(
      try #require(results["rows"]).scalars
        == [20, 20, 20, 20, 20, 20, 1, 0].map { .integer($0) })
  }

  @Test(arguments: [true, false])
  func noGroupsHaveNoRows(mergeable: Bool) throws {
    let accumulator = try makeTrainingAccumulator(
      trainingOperation(), schema: schema, mergeable: mergeable)
    try accumulator.accumulate(trainingBatch([]), [], groupCount: 0)
    #expect(try accumulator.finished().rowCount == 0)
  }

  @Test func manyBatchesOfManyGroupsGrowTheBlocks() throws {
    let operation = trainingOperation(features: 1, heldOut: false)
    let batch = trainingBatch(
      (0..<1000).map { index in
        let x = Double(index % 7)
        return (values: [x, 3 * x + 1], heldOut: false)
      })
    let accumulator = try makeTrainingAccumulator(
      operation, schema: batch.schema, mergeable: true)
    for step in 1...10 {
      try accumulator.accumulate(
        batch, (0..<1000).map { Int32($0 % (20 * step)) }, groupCount: 20 * step)
    }
    #expect(accumulator.byteCount > 200 * 8 * 8)
    let results = try accumulator.finished()
    #expect(results.rowCount == 200)
    for row in 0..<200 { #expect(try (double(results, "intercept", row) - 1).magnitude < 1e-12) }
  }

  @Test func refusesPlansThatItCannotCarryOut() throws {
    func refusal(_ operation: TrainingOperation, mergeable: Bool = true) -> String {
      do {
        _ = try makeTrainingAccumulator(operation, schema: schema, mergeable: mergeable)
        return ""
      } catch {
        return "\(error)"
      }
    }
    let unknown = [Training.Learner(name: "Oracle", parameters: [:])]
    #expect(refusal(trainingOperation(learners: unknown)).contains("'Oracle'"))
    let wrong = [
      Training.Learner(name: "LinearRegression", parameters: ["regParam": .double(-1)])
    ]
    #expect(refusal(trainingOperation(learners: wrong)).contains("regParam"))
    #expect(refusal(trainingOperation(metrics: [.mae])).contains("mae"))
    #expect(refusal(trainingOperation(metrics: [.mae]), mergeable: false).isEmpty)
    var mistyped = trainingOperation()
    mistyped.label = 0
    #expect(refusal(mistyped).contains("'key'"))
    mistyped = trainingOperation()
    mistyped.heldOut = 1
    #expect(refusal(mistyped).contains("boolean"))
  }
}
