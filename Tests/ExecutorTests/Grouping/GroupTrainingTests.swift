import Columnar
import Executor
import Learning
import Plan
import Testing

/// Training as a grouped operation: keys, several learners, both sides of a shuffle.
@Suite struct GroupTrainingTests {
  private func operation(mergeable: Bool) -> GroupedOperation {
    let learners = [
      Training.Learner(name: "LinearRegression", parameters: [:]),
      Training.Learner(name: "LinearRegression", parameters: ["regParam": .double(0.5)]),
    ]
    return GroupedOperation(
      schema: Schema([Field("route", .string), Field("x", .double), Field("y", .double)]),
      keyCount: 1,
      action: .train(
        TrainingOperation(
          learners: learners, label: 2, features: [1], featureNames: ["x"], heldOut: nil,
          options: TrainingOptions(kind: .regression, metrics: [.rmse, .r2], seed: 1))),
      isMergeable: mergeable)
  }

  /// y = 2x + 1 for A, y = -x for B, and one row for C.
  private func rows() throws -> RecordBatch {
    let x = (0..<20).map { Double($0 * $0 % 17) }
    return RecordBatch([
      ("route", try Column(strings: (0..<20).map { $0 % 2 == 0 ? "A" : "B" } + ["C"])),
      ("x", Column(doubles: x + [3])),
      ("y", Column(doubles: x.enumerated().map { $0 % 2 == 0 ? 2 * $1 + 1 : -$1 } + [4])),
    ])
  }

  private func slope(_ row: [Scalar], _ schema: Schema) -> Double {
    guard case .list(let coefficients) = row[schema.index(of: "coefficients")!],
      case .double(let value)? = coefficients.first
    else { return .nan }
    return value
  }

  @Test(arguments: [true, false]) func eachGroupGivesARowForEachLearner(mergeable: Bool) throws {
    let operation = operation(mergeable: mergeable)
    let batches = try rows().cut(every: 6)
    var sent: [(RecordBatch, BatchKind)] = []
    if mergeable {
      for part in [batches[..<2], batches[2...]] {
        sent += try OperatorRun(
          try makeOperator(.combine(operation), partition: 0), rows: Array(part)
        ).batches
      }
    } else {
      sent = batches.map { ($0, .rows) }
    }
    let run = try OperatorRun(try makeOperator(.group(operation), partition: 0), sent)
    let schema = try #require(run.batches.first).batch.schema
    #expect(schema.names.prefix(2) == ["route", "learner"])
    #expect(run.rows.map { $0[0] } == ["A", "A", "B", "B", "C", "C"].map { .string($0) })
    #expect(abs(slope(run.rows[0], schema) - 2) < 1e-9)
    #expect(slope(run.rows[1], schema) < 1.99)
    #expect(abs(slope(run.rows[2], schema) + 1) < 1e-9)
    #expect(slope(run.rows[3], schema) > -0.99)
  }

  /// Every third of many groups has one row, too few for the learner without a penalty and the one with it.
  @Test(arguments: [true, false]) func groupsThatFailStayAtTheirPlace(mergeable: Bool) throws {
    let groups = (0..<1500).flatMap { Array(repeating: $0, count: $0 % 3 == 1 ? 1 : 4) }
    let x = groups.indices.map { Double($0 * $0 % 13) }
    let batch = RecordBatch([
      ("route", try Column(strings: groups.map { "\($0)" })), ("x", Column(doubles: x)),
      ("y", Column(doubles: zip(groups, x).map { Double($0) * $1 + 1 })),
    ])
    let group = try makeOperator(.group(operation(mergeable: mergeable)), partition: 0)
    let run = try OperatorRun(group, rows: batch.cut(every: 1000))
    let schema = try #require(run.batches.first).batch.schema
    #expect(run.rows.count == 3000)
    for (index, row) in run.rows.enumerated() {
      let number = index / 2
      #expect(row[0] == .string("\(number)"))
      #expect(row[1] == .string("LinearRegression"))
      let error = row[schema.index(of: "error")!]
      if number % 3 == 1 {
        #expect(error != .null && row[schema.index(of: "intercept")!] == .null)
        #expect(row[schema.index(of: "coefficients")!] == .null)
      } else {
        #expect(error == .null)
        if index % 2 == 0 { #expect(abs(slope(row, schema) - Double(number)) < 1e-6) }
      }
    }
  }

  @Test func noRowsTrainNothing() throws {
    var keyless = operation(mergeable: true)
    keyless.keyCount = 0
    let run = try OperatorRun(try makeOperator(.group(keyless), partition: 0), rows: [])
    #expect(run.batches.isEmpty)
  }
}
