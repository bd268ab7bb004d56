import Driver
import Foundation
import Plan
import Testing
import Wire

@Suite struct JobHistoryTests {
  private let a = ExecutorID("a")
  private let b = ExecutorID("b")

  private func planned(_ plan: StagePlan = SimulatedPlans.mapReduce(maps: 2, reduces: 1))
    -> JobHistory
  {
    var history = JobHistory(.init(text: "tables: {}", name: "j.yaml", folder: "/home"))
    history.planned(plan, name: "j")
    return history
  }

  private func attempt(_ stage: Int, _ partition: Int, epoch: UInt64) -> AttemptID {
    AttemptID(task: TaskID(job: JobID(1), stage: stage, partition: partition), epoch: epoch)
  }

  private func mapped(rows: Int, bytes: Int64) -> TaskOutcome {
    var outcome = TaskOutcome()
    outcome.inputRows = rows * 2
    outcome.outputRows = rows
    outcome.shuffleBytes = bytes
    outcome.inputs = [.init(rows: rows * 2, bytes: bytes * 3, readingTime: .milliseconds(5))]
    outcome.blocks = [.init(exchange: 0, producer: 0, targets: .all, rows: rows, bytes: bytes)]
    outcome.runningTime = .milliseconds(20)
    return outcome
  }

  private func message(_ history: JobHistory) -> Roost_JobHistory {
    history.wire(of: JobID(1), submitted: Date(timeIntervalSince1970: 5))
  }

  @Test func itSaysWhatThePlanIsAndWhereRowsCameFrom() {
    let message = message(planned())
    #expect(message.jobFile == "tables: {}" && message.fileName == "j.yaml")
    #expect(message.plan.hasPrefix("job j: 2 stages, 3 tasks"))
    #expect(message.submittedMilliseconds == 5000)
    #expect(message.stages.map(\.tasks) == [2, 1])
    #expect(message.stages[1].inputs.map(\.exchange) == [0])
    #expect(message.stages[0].inputs[0].scan.hasPrefix("read parquet"))
    #expect(message.results.map(\.place) == ["/out"])
  }

  @Test func rowsBytesAndTimesOfTasksAreAddedUp() {
    var history = planned()
    for partition in 0..<2 {
      let attempt = attempt(0, partition, epoch: UInt64(partition + 1))
      history.launched(attempt, on: a, at: .milliseconds(10))
      history.finished(attempt, mapped(rows: 10, bytes: 100), at: .milliseconds(50))
    }
    let stage = message(history).stages[0]
    #expect(stage.finished == 2 && stage.running == 0)
    #expect(stage.inputs[0].rows == 40 && stage.inputs[0].bytes == 600)
    #expect(stage.inputs[0].readingMicroseconds == 10_000)
    #expect(stage.outputs[0].rows == 20 && stage.outputs[0].bytes == 200)
    #expect(stage.runningTimes.count == 2 && stage.runningTimes.maximum == 20_000)
    #expect(stage.began == 10_000 && stage.ended == 50_000)
  }

  /// It was launched before a slot was free: the slot took it when it had run so long at its end.
  @Test func anAttemptBeginsWhenASlotTakesIt() {
    var history = planned()
    history.launched(attempt(0, 0, epoch: 1), on: a, at: .milliseconds(10))
    history.finished(attempt(0, 0, epoch: 1), mapped(rows: 1, bytes: 1), at: .milliseconds(50))
    let record = message(history).attempts[0]
    #expect(record.launched == 10_000 && record.began == 30_000 && record.ended == 50_000)
    #expect(record.state == .finished && record.inputRows == 2)
  }

  @Test func whatIsMadeAgainCountsOnce() {
    var history = planned()
    for epoch in 1...2 as ClosedRange<UInt64> {
      history.launched(attempt(0, 0, epoch: epoch), on: a, at: .zero)
      history.finished(
        attempt(0, 0, epoch: epoch), mapped(rows: 10, bytes: 100), at: .milliseconds(30))
    }
    let message = message(history)
    #expect(message.stages[0].finished == 1 && message.stages[0].outputs[0].rows == 10)
    #expect(message.attempts.count == 2)
  }

  @Test func failuresKeepTheirType() {
    var history = planned()
    history.launched(attempt(0, 1, epoch: 1), on: a, at: .zero)
    history.failed(attempt(0, 1, epoch: 1), .executorTrouble("disk full"), at: .milliseconds(3))
    let message = message(history)
    #expect(message.attempts.map(\.state) == [.failed])
    #expect(message.attempts[0].cause == "disk full")
    #expect(message.stages[0].failedAttempts == 1)
    let incident = message.incidents[0]
    #expect(incident.kind == .executorTrouble && incident.text == "disk full")
    #expect(incident.stage == 0 && incident.partition == 1 && incident.executor == "a")
  }

  @Test func anExecutorThatDiesTakesItsAttemptsWithIt() {
    var history = planned()
    history.launched(attempt(0, 0, epoch: 1), on: a, at: .zero)
    history.launched(attempt(0, 1, epoch: 2), on: b, at: .zero)
    history.lost(a, reason: "its connection was closed", at: .milliseconds(7))
    // It has nothing to do with the job.
    history.lost(ExecutorID("c"), reason: "its connection was closed", at: .milliseconds(8))
    let message = message(history)
    #expect(message.attempts.map(\.state) == [.lost, .running])
    #expect(message.stages[0].lostAttempts == 1 && message.stages[0].running == 1)
    #expect(message.incidents.map(\.kind) == [.executorLost])
    #expect(message.incidents[0].text.contains("ran 1 of the job's tasks"))
  }

  @Test func anExecutorThatComesAgainRunsNothing() {
    var history = planned()
    history.launched(attempt(0, 0, epoch: 1), on: a, at: .zero)
    history.registered(a, at: .milliseconds(7))
    history.registered(b, at: .milliseconds(7))
    #expect(message(history).attempts.map(\.state) == [.lost])
    #expect(message(history).incidents.count == 1)
  }

  @Test func aSecondAttemptOfASlowTaskIsTold() {
    var history = planned()
    history.launched(attempt(0, 0, epoch: 1), on: a, at: .zero)
    history.launched(attempt(0, 0, epoch: 2), on: b, at: .seconds(2))
    history.finished(attempt(0, 0, epoch: 2), mapped(rows: 1, bytes: 1), at: .seconds(3))
    history.cancelled([attempt(0, 0, epoch: 1)], at: .seconds(3))
    let message = message(history)
    #expect(message.stages[0].speculativeAttempts == 1 && message.stages[0].running == 0)
    #expect(message.attempts.map(\.state) == [.finished, .cancelled])
    #expect(message.attempts.map(\.isSpeculative) == [true, false])
    #expect(message.incidents.map(\.kind) == [.slowTask])
  }

  /// What an earlier driver wrote down counts, and what it did not see is known to be missing.
  @Test func aJobGoesOnWithAnotherDriver() {
    var history = planned()
    history.restored(
      [
        RestoredJob.FinishedTask(
          attempt: attempt(0, 0, epoch: 1), executor: a, outcome: mapped(rows: 10, bytes: 100))
      ], at: .seconds(4))
    let message = message(history)
    #expect(message.stages[0].finished == 1 && message.stages[0].outputs[0].rows == 10)
    #expect(message.executors == ["a"] && message.incidents.map(\.kind) == [.driverRestarted])
  }

  @Test func attemptsOfAnotherPlanAreNotTaken() {
    var history = planned()
    history.launched(attempt(5, 0, epoch: 1), on: a, at: .zero)
    history.launched(attempt(0, 9, epoch: 2), on: a, at: .zero)
    history.finished(attempt(0, 0, epoch: 3), TaskOutcome(), at: .zero)
    #expect(message(history).attempts.isEmpty)
  }

  @Test func manyAttemptsTakeBoundedSpace() {
    let count = JobHistory.attemptLimit + 10
    var history = planned(SimulatedPlans.mapReduce(maps: count, reduces: 1))
    for partition in 0..<count {
      let attempt = attempt(0, partition, epoch: UInt64(partition + 1))
      history.launched(attempt, on: a, at: .zero)
      history.finished(attempt, TaskOutcome(), at: .milliseconds(1))
    }
    let message = message(history)
    #expect(message.attempts.count == JobHistory.attemptLimit && message.leftOutAttempts == 10)
    #expect(message.stages[0].finished == UInt32(count))
  }

  @Test func manyIncidentsTakeBoundedSpace() {
    var history = planned()
    for epoch in 1...UInt64(JobHistory.incidentLimit + 5) {
      history.launched(attempt(0, 0, epoch: epoch), on: a, at: .zero)
      history.failed(
        attempt(0, 0, epoch: epoch), .unexpected(String(repeating: "x", count: 10_000)), at: .zero)
    }
    let message = message(history)
    #expect(message.incidents.count == JobHistory.incidentLimit && message.leftOutIncidents == 5)
    #expect(message.incidents[0].number == 6)
    #expect(message.incidents.allSatisfy { $0.text.count <= 4096 })
    #expect(message.attempts.count <= JobHistory.incidentLimit)
  }

  @Test func trainingsOfTasksAreOne() throws {
    var history = planned()
    for partition in 0..<2 {
      var summary = TrainingSummary(operatorIndex: 3, learner: "LinearRegression")
      summary.groups = 2
      summary.errors = partition
      var metric = MetricSummary(name: "train_rmse")
      metric.values.add(Double(partition + 1))
      metric.lowest.add(GroupValue(keys: [.init(column: "k", value: "\(partition)")], value: 1))
      summary.metrics = [metric]
      var outcome = TaskOutcome()
      outcome.trainings = [summary]
      let attempt = attempt(0, partition, epoch: UInt64(partition + 1))
      history.launched(attempt, on: a, at: .zero)
      history.finished(attempt, outcome, at: .zero)
    }
    let training = try #require(message(history).trainings.first)
    #expect(message(history).trainings.count == 1)
    #expect(training.stage == 0 && training.operator == 3 && training.groups == 4)
    #expect(training.errors == 1 && training.metrics[0].values.count == 2)
    #expect(training.metrics[0].lowest.map(\.keys[0].value) == ["0", "1"])
  }
}
