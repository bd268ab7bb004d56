import Columnar
import Executor
import Plan
import Testing

/// Groups of keys 0, 1, ... with the rows given as (x, y).
@Suite struct TrainingSummariesTests {
  private func summaries(
    _ groups: [[(Double, Double)]], learners: [String] = ["LinearRegression"]
  ) throws -> (summaries: [TrainingSummary], results: [RecordBatch]) {
    var rows: [(key: String?, x: Double, y: Double)] = []
    for (number, group) in groups.enumerated() {
      rows += group.map { (number == 0 ? nil : "k\(number)", $0.0, $0.1) }
    }
    let batch = RecordBatch([
      ("k", try Column(strings: rows.map(\.key))), ("x", Column(doubles: rows.map(\.x))),
      ("y", Column(doubles: rows.map(\.y))),
    ])
    let operation = GroupedOperation(
      schema: batch.schema, keyCount: 1,
      action: .train(
        TrainingOperation(
          learners: learners.map { Training.Learner(name: $0, parameters: [:]) }, label: 2,
          features: [1], featureNames: ["x"],
          options: TrainingOptions(kind: .regression, metrics: [.rmse, .r2], seed: 1))),
      isMergeable: false)
    let group = try makeOperator(.group(operation), partition: 0)
    let run = try OperatorRun(group, rows: batch.rowCount > 0 ? [batch] : [])
    let summaries = try #require(group.trainingSummaries).summaries(ofOperator: 4)
    return (summaries, run.batches.map(\.batch))
  }

  private func line(_ count: Int, off: Double) -> [(Double, Double)] {
    (0..<count).map { row in
      let x = Double(row)
      return (x, 2 * x + (row.isMultiple(of: 2) ? off : -off))
    }
  }

  @Test func itSaysWhatTheResultsSay() throws {
    let groups = (1...30).map { line(10 + $0, off: Double($0)) } + [line(1, off: 0)]
    let (summaries, results) = try self.summaries(groups)
    let summary = try #require(summaries.first)
    #expect(summaries.count == 1 && summary.operatorIndex == 4)
    #expect(summary.learner == "LinearRegression")
    #expect(summary.groups == 31 && summary.errors == 1)

    let found = results.flatMap { batch in
      (0..<batch.rowCount).compactMap { row -> Double? in
        if case .double(let value)? = batch["train_rmse"]?[row] { value } else { nil }
      }
    }.sorted()
    let rmse = try #require(summary.metrics.first { $0.name == "train_rmse" })
    #expect(rmse.values.count == 30 && rmse.values.missing == 1)
    #expect(rmse.values.minimum == found.first && rmse.values.maximum == found.last)
    #expect(rmse.lowest.groups.map(\.value) == Array(found.prefix(10)))
    #expect(rmse.highest.groups.map(\.value) == Array(found.suffix(10).reversed()))
    // A null key has no text.
    #expect(rmse.lowest.groups.first?.keys == [.init(column: "k", value: nil)])
    #expect(rmse.highest.groups.first?.keys == [.init(column: "k", value: "k29")])
    #expect(summary.largestGroups.groups.first?.value == 40)
    #expect(summary.metrics.map(\.name) == ["train_rmse", "train_r2", "test_rmse", "test_r2"])
    #expect(summary.metrics[2].values.count == 0 && summary.metrics[2].values.missing == 31)
  }

  @Test func learnersAreToldFromEachOther() throws {
    let (summaries, _) = try self.summaries(
      [line(20, off: 1), line(20, off: 2)],
      learners: ["LinearRegression", "DecisionTreeRegressor"])
    #expect(summaries.map(\.learner) == ["LinearRegression", "DecisionTreeRegressor"])
    #expect(summaries.map(\.groups) == [2, 2])
  }

  @Test func oddNumbersAreNobodysExtreme() throws {
    let (summaries, _) = try self.summaries([
      [(1, .infinity), (2, 1), (3, 1), (4, 2)], [(1, 1e308), (2, -1e308), (3, 1e308), (4, 0)],
      line(10, off: 1),
    ])
    let summary = try #require(summaries.first)
    #expect(summary.groups == 3)
    for metric in summary.metrics {
      #expect((metric.lowest.groups + metric.highest.groups).allSatisfy { $0.value.isFinite })
      #expect(metric.values.count + metric.values.missing == 3)
    }
  }

  @Test func withoutGroupsThereIsNothingToTell() throws {
    #expect(try self.summaries([]).summaries.isEmpty)
  }
}
