import Columnar
import Executor
import Learning
import Plan
import Testing

/// Scoring in one task: models first, then rows.
@Suite struct PredictOperatorTests {
  private func operation(
    _ form: PredictionForm = PredictionForm(
      kind: .regression, classType: nil, explainsByShap: false),
    rows: [Field] = [Field("x", .long), Field("note", .string)]
  ) -> PredictionOperation {
    PredictionOperation(
      schema: Schema([Field("key[0]", .string), Field("model[]", .binary)] + rows), keyCount: 1,
      form: form)
  }

  private func line(_ slope: Double, feature: String = "x") -> [UInt8] {
    StoredModel(
      learner: "LinearRegression", kind: .regression, features: [.init(name: feature)],
      model: LinearModel(intercept: 1, coefficients: [slope])
    ).bytes
  }

  private func models(_ models: [(String, [UInt8])]) throws -> RecordBatch {
    let count = models.count
    return RecordBatch([
      ("key[0]", try Column(strings: models.map(\.0))),
      ("model[]", try Column(.binary, models.map { .binary($0.1) })),
      ("x", try Column(.long, Array(repeating: .null, count: count))),
      ("note", try Column(.string, Array(repeating: .null, count: count))),
    ])
  }

  private func rows(_ rows: [(String, Int64?)]) throws -> RecordBatch {
    RecordBatch([
      ("key[0]", try Column(strings: rows.map(\.0))),
      ("model[]", try Column(.binary, rows.map { _ in .null })),
      ("x", try Column(.long, rows.map { $0.1.map { .integer($0) } ?? .null })),
      ("note", try Column(strings: rows.map { "\($0.0)!" })),
    ])
  }

  @Test func rowsKeepTheirOrderWhateverTheirKeysAndBatches() throws {
    let given: [(String, Int64?)] = [("a", 1), ("b", 2), ("c", 3), ("a", nil), ("b", 5), ("a", 6)]
    let expected: [Scalar] = [.double(3), .double(-1), .null, .null, .double(-4), .double(13)]
    for size in 1...6 {
      let predict = try makeOperator(.predict(operation()), partition: 0)
      let run = try OperatorRun(
        predict, rows: [models([("a", line(2)), ("b", line(-1))])] + rows(given).cut(every: size))
      #expect(run.rows.map { $0[2] } == expected)
      #expect(run.rows.map { $0[1] } == given.map { .string("\($0.0)!") })
      #expect(predict.rowsWithoutModel == 1)
    }
  }

  @Test func whatCannotBeScoredSaysWhy() throws {
    func failure(
      _ stored: [(String, [UInt8])], _ operation: PredictionOperation? = nil
    ) throws -> String {
      let predict = try makeOperator(.predict(operation ?? self.operation()), partition: 0)
      do {
        _ = try OperatorRun(predict, rows: [models(stored), rows([("a", 1)])])
        return ""
      } catch {
        guard case .wrongData(let message) = TaskFailure(classifying: error) else {
          return "\(error)"
        }
        return message
      }
    }
    #expect(try failure([("a", line(1)), ("a", line(2))]).contains("('a') has several models"))
    #expect(try failure([("a", [1, 2, 3])]).contains("the model of the key ('a') cannot be read"))
    #expect(try failure([("a", Array(line(1).dropLast()))]).contains("cannot be read"))
    #expect(try failure([("a", line(1, feature: "y"))]).contains("have no column 'y'"))
    #expect(try failure([("a", line(1, feature: "note"))]).contains("'note' is of type string"))
    let classes = PredictionForm(kind: .classification, classType: .string, explainsByShap: false)
    #expect(try failure([("a", line(1))], operation(classes)).contains("a model of regression"))
    // Of a key that no row has, nothing is read.
    #expect(try failure([("b", [1, 2, 3])]).isEmpty)
  }
}

/// One choice of parameters for all groups.
@Suite struct ChooseTrialsOperatorTests {
  private func measured(_ rows: [(Int64, Int64, Int64, Double)]) throws -> RecordBatch {
    RecordBatch([
      ("learner", try Column(.integer, rows.map { .integer($0.0) })),
      ("trial", try Column(.integer, rows.map { .integer($0.1) })),
      ("groups", try Column(.long, rows.map { .integer($0.2) })),
      ("loss", try Column(.double, rows.map { .double($0.3) })),
    ])
  }

  @Test func theLeastMeanLossOfMostGroupsWins() throws {
    let batches = [
      // Trial 2 is the best where it works, but fails in two groups.
      try measured([(0, 0, 5, 10), (0, 1, 5, 9), (0, 2, 3, 1), (1, 0, 5, .nan), (1, 1, 5, 7)]),
      try measured([(0, 0, 5, 10), (0, 1, 5, 12), (0, 2, 5, 1), (1, 0, 0, 0), (1, 1, 0, 0)]),
    ]
    let one = try OperatorRun(makeOperator(.chooseTrials(count: 1), partition: 0), rows: batches)
    #expect(one.rows == [[.integer(0), .integer(0)], [.integer(1), .integer(1)]])
    let two = try OperatorRun(makeOperator(.chooseTrials(count: 2), partition: 0), rows: batches)
    #expect(
      two.rows == [
        [.integer(0), .integer(0)], [.integer(0), .integer(1)], [.integer(1), .integer(0)],
        [.integer(1), .integer(1)],
      ])
  }
}
