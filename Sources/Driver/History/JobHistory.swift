import DequeModule
import OrderedCollections
import Plan

/// How a job has run so far: who ran what and when, what its stages read and wrote, what went wrong. A value that is told
/// what happens, beside the scheduler, which needs none of it.
///
/// It takes bounded space: of jobs with many tasks the latest attempts are kept, and the sums of all. Times count from the
/// submission of the job.
package struct JobHistory: Sendable {
  /// Attempts that have ended well, at most: the latest.
  package static let attemptLimit = 10_000
  /// Attempts that have ended otherwise, and incidents, at most: the latest.
  package static let incidentLimit = 1_000

  /// As the client sent it.
  let jobFile: JobFile
  private(set) var plan = ""
  private(set) var stages: [StageHistory] = []
  private(set) var results: [ResultHistory] = []
  private(set) var executors: OrderedSet<ExecutorID> = []
  private(set) var finished: Deque<AttemptHistory> = []
  /// Those that ended otherwise, in the order of their ends.
  private(set) var unfinished: Deque<AttemptHistory> = []
  /// By epoch.
  private var runningAttempts: [UInt64: AttemptHistory] = [:]
  private(set) var leftOutAttempts = 0
  private(set) var incidents: Deque<JobIncident> = []
  /// Of all, also those that are not kept.
  private(set) var incidentCount: UInt64 = 0
  /// By stage, operator and learner, in the order in which tasks told of them.
  private(set) var trainings: OrderedDictionary<TrainingKey, TrainingSummary> = [:]

  package struct JobFile: Hashable, Sendable {
    package var text: String
    package var name: String
    package var folder: String

    package init(text: String, name: String, folder: String) {
      self.text = text
      self.name = name
      self.folder = folder
    }
  }

  struct TrainingKey: Hashable, Sendable {
    var stage: Int
    var operatorIndex: Int
    var learner: String
  }

  package init(_ jobFile: JobFile) { self.jobFile = jobFile }

  /// In the order in which they were launched.
  var running: [AttemptHistory] { runningAttempts.values.sorted { $0.epoch < $1.epoch } }

  package mutating func planned(_ plan: StagePlan, name: String) {
    self.plan = plan.explanation(of: name)
    stages = plan.stages.map { StageHistory($0, of: plan) }
    results = plan.results.map { ResultHistory($0) }
  }

  // MARK: Attempts

  package mutating func launched(_ attempt: AttemptID, on executor: ExecutorID, at time: Duration) {
    let task = attempt.task
    guard stages.indices.contains(task.stage), stages[task.stage].hasTask(task.partition)
    else { return }
    let isSpeculative = stages[task.stage].isRunning(task.partition)
    let index = executors.append(executor).index
    runningAttempts[attempt.epoch] = AttemptHistory(
      task: task, epoch: attempt.epoch, executor: index, launched: time,
      isSpeculative: isSpeculative)
    stages[task.stage].launched(task.partition, at: time)
    if isSpeculative {
      stages[task.stage].speculativeAttempts += 1
      note(
        .slowTask, "takes longer than the others and gets a second attempt", task: task,
        executor: executor, at: time)
    }
  }

  package mutating func finished(_ attempt: AttemptID, _ outcome: TaskOutcome, at time: Duration) {
    guard var record = take(attempt) else { return }
    record.end(.finished, at: time)
    if let runningTime = outcome.runningTime {
      record.began = max(record.launched, time - runningTime)
    }
    record.inputRows = outcome.inputRows
    record.outputRows = outcome.outputRows
    record.shuffleBytes = outcome.shuffleBytes
    stages[attempt.task.stage].finished(record, outcome.runningTime)
    count(outcome, of: attempt.task)
    finished.append(record)
    if finished.count > Self.attemptLimit {
      finished.removeFirst()
      leftOutAttempts += 1
    }
  }

  package mutating func failed(_ attempt: AttemptID, _ failure: TaskFailure, at time: Duration) {
    guard var record = take(attempt) else { return }
    record.end(failure == .cancelled ? .cancelled : .failed, at: time)
    if let kind = JobIncident.Kind(failure) {
      record.cause = Self.shortened(failure.text)
      stages[attempt.task.stage].failedAttempts += 1
      note(
        kind, failure.text, task: attempt.task, executor: executors[record.executor], at: time)
    }
    append(unfinished: record)
  }

  /// Nobody waits for these any more.
  package mutating func cancelled(_ attempts: some Sequence<AttemptID>, at time: Duration) {
    for attempt in attempts {
      guard var record = take(attempt) else { continue }
      record.end(.cancelled, at: time)
      append(unfinished: record)
    }
  }

  package mutating func lost(_ executor: ExecutorID, reason: String, at time: Duration) {
    guard executors.contains(executor) else { return }
    let count = loseAttempts(of: executor, at: time)
    let ran = count == 0 ? "" : "; it ran \(count) of the job's tasks"
    note(.executorLost, reason + ran, executor: executor, at: time)
  }

  /// An executor that comes again runs nothing of what it ran before.
  package mutating func registered(_ executor: ExecutorID, at time: Duration) {
    let count = loseAttempts(of: executor, at: time)
    if count > 0 {
      note(
        .executorLost, "it lost its connection and came again; it ran \(count) of the job's tasks",
        executor: executor, at: time)
    }
  }

  private mutating func loseAttempts(of executor: ExecutorID, at time: Duration) -> Int {
    guard let index = executors.firstIndex(of: executor) else { return 0 }
    let attempts = running.filter { $0.executor == index }
    for attempt in attempts {
      guard var record = take(attempt.id) else { continue }
      record.end(.lost, at: time)
      record.cause = "executor \(executor) is gone"
      stages[record.task.stage].lostAttempts += 1
      append(unfinished: record)
    }
    return attempts.count
  }

  package mutating func rolledBack(_ stages: [Int], at time: Duration) {
    let names = stages.map { "\($0) (\(self.stages[$0].name))" }.joined(separator: ", ")
    note(
      .rolledBack, "stages \(names) start again: what was lost would come out otherwise",
      at: time)
  }

  package mutating func restored(_ finished: [RestoredJob.FinishedTask], at time: Duration) {
    for task in finished where stages.indices.contains(task.attempt.task.stage) {
      executors.append(task.executor)
      count(task.outcome, of: task.attempt.task)
    }
    note(
      .driverRestarted,
      "another driver goes on with the job; \(finished.count) tasks had finished", at: time)
  }

  /// The job has ended: nothing runs any more.
  package mutating func ended(at time: Duration) {
    cancelled(running.map(\.id), at: time)
  }

  private mutating func take(_ attempt: AttemptID) -> AttemptHistory? {
    guard let record = runningAttempts.removeValue(forKey: attempt.epoch),
      record.task == attempt.task
    else { return nil }
    stages[attempt.task.stage].ended(attempt.task.partition)
    return record
  }

  private mutating func append(unfinished record: AttemptHistory) {
    unfinished.append(record)
    if unfinished.count > Self.incidentLimit { unfinished.removeFirst() }
  }

  /// What was lost and is made again counts once.
  private mutating func count(_ outcome: TaskOutcome, of task: TaskID) {
    guard stages[task.stage].hasTask(task.partition), stages[task.stage].count(outcome, of: task)
    else { return }
    for file in outcome.files { add(rows: file.rows, bytes: file.bytes, to: file.result) }
    for part in outcome.cached { add(rows: part.rows, bytes: part.bytes, to: part.result) }
    for summary in outcome.trainings { add(summary, stage: task.stage) }
  }

  private mutating func add(rows: Int, bytes: Int64, to result: Int) {
    guard results.indices.contains(result) else { return }
    results[result].rows += rows
    results[result].bytes += bytes
  }

  private mutating func add(_ summary: TrainingSummary, stage: Int) {
    let key = TrainingKey(
      stage: stage, operatorIndex: summary.operatorIndex, learner: summary.learner)
    trainings[
      key, default: TrainingSummary(operatorIndex: key.operatorIndex, learner: key.learner)
    ].merge(summary)
  }

  // MARK: Incidents

  /// A function's traceback may be long, and a thousand of them are kept.
  private static func shortened(_ text: String) -> String {
    text.utf8.count <= 4096 ? text : String(text.prefix(2000)) + "…"
  }

  private mutating func note(
    _ kind: JobIncident.Kind, _ text: String, task: TaskID? = nil, executor: ExecutorID? = nil,
    at time: Duration
  ) {
    incidentCount += 1
    incidents.append(
      JobIncident(
        number: incidentCount, time: time, kind: kind, text: Self.shortened(text),
        stage: task?.stage,
        partition: task?.partition, executor: executor))
    if incidents.count > Self.incidentLimit { incidents.removeFirst() }
  }
}
