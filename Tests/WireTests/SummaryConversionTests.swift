import Plan
import Testing
import Wire

@Suite struct SummaryConversionTests {
  private var summary: TrainingSummary {
    var summary = TrainingSummary(operatorIndex: 3, learner: "GBTRegressor")
    summary.groups = 5
    summary.errors = 2
    var metric = MetricSummary(name: "test_r2")
    for value in [-0.5, 0, 0.25, 0.75, .nan] { metric.values.add(value) }
    metric.lowest.add(
      GroupValue(
        keys: [.init(column: "a", value: nil), .init(column: "b", value: "")], value: -0.5))
    metric.highest.add(GroupValue(keys: [], value: 0.75))
    summary.metrics = [metric]
    summary.largestGroups.add(GroupValue(keys: [.init(column: "a", value: "x")], value: 9))
    return summary
  }

  @Test func aSummaryComesBack() throws {
    var outcome = TaskOutcome()
    outcome.trainings = [summary]
    outcome.inputs = [.init(rows: 3, bytes: 24, readingTime: .microseconds(7))]
    outcome.blocks = [.init(exchange: 1, producer: 0, targets: .all, rows: 2, bytes: 16)]
    let attempt = AttemptID(task: TaskID(job: JobID(1), stage: 2, partition: 3), epoch: 4)
    let report = Roost_TaskReport(attempt: attempt, result: .finished(outcome))
    guard case .finished(let returned) = try TaskResult(wire: report) else {
      Issue.record("not finished")
      return
    }
    #expect(returned == outcome)
  }

  @Test func whatMakesNoSenseIsRefused() {
    var wire = summary.wire(stage: 0)
    wire.errors = 6
    #expect(throws: ProtocolError.self) { try TrainingSummary(wire: wire) }
    wire = summary.wire(stage: 0)
    wire.metrics[0].values.positiveCounts.append(1)
    #expect(throws: ProtocolError.self) { try TrainingSummary(wire: wire) }
    wire = summary.wire(stage: 0)
    wire.metrics[0].values.maximum = .nan
    #expect(throws: ProtocolError.self) { try TrainingSummary(wire: wire) }
  }
}
