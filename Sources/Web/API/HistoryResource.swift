import Driver
import Plan
import Wire

/// How a job ran, as the API tells it. Times are seconds since the submission.
struct HistoryResource: Encodable, Sendable {
  struct Input: Encodable, Sendable {
    /// `files`, `exchange` or `cached`.
    var kind: String
    /// What is read: a text, the number of an exchange, the name of a cached table.
    var source: String
    var rows: Int64
    var bytes: Int64
    var readingSeconds: Double
  }

  struct Output: Encodable, Sendable {
    var exchange: UInt32?
    var result: UInt32?
    var rows: Int64
    var bytes: Int64
  }

  struct Spread: Encodable, Sendable {
    var count: UInt64
    var missing: UInt64
    var minimum: Double?
    var median: Double?
    var percentile95: Double?
    var maximum: Double?
    var mean: Double?

    /// `scale`: what its numbers are multiplied with.
    init(_ wire: Roost_Distribution, scale: Double = 1) {
      let distribution = (try? Distribution(wire: wire)) ?? Distribution()
      count = distribution.count
      missing = distribution.missing
      minimum = distribution.quantile(0).map { $0 * scale }
      median = distribution.quantile(0.5).map { $0 * scale }
      percentile95 = distribution.quantile(0.95).map { $0 * scale }
      maximum = distribution.quantile(1).map { $0 * scale }
      mean = distribution.mean.map { $0 * scale }
    }
  }

  struct Stage: Encodable, Sendable {
    var id: UInt32
    var tables: String
    var tasks: UInt32
    var runningTasks: UInt32
    var finishedTasks: UInt32
    var isIndeterminate: Bool
    var beganSeconds: Double?
    var endedSeconds: Double?
    var failedAttempts: UInt32
    var lostAttempts: UInt32
    var speculativeAttempts: UInt32
    var inputs: [Input]
    var outputs: [Output]
    var runningSeconds: Spread
    var inputRows: Spread
    var outputRows: Spread
    var shuffleBytes: Spread
  }

  struct Result: Encodable, Sendable {
    var table: String
    var action: String
    var place: String
    var rows: Int64
    var bytes: Int64
  }

  struct Attempt: Encodable, Sendable {
    var stage: UInt32
    var task: UInt32
    /// Digits: too many for numbers of JavaScript.
    var epoch: String
    var executor: String
    var state: String
    var launchedSeconds: Double
    var beganSeconds: Double
    var endedSeconds: Double?
    var isSpeculative: Bool
    var inputRows: Int64
    var outputRows: Int64
    var shuffleBytes: Int64
    var cause: String?
  }

  struct Incident: Encodable, Sendable {
    var number: UInt64
    var seconds: Double
    var kind: String
    var text: String
    var stage: UInt32?
    var task: UInt32?
    var executor: String?
  }

  struct Group: Encodable, Sendable {
    struct Key: Encodable, Sendable {
      var column: String
      /// Absent for null.
      var value: String?
    }

    var keys: [Key]
    var value: Double
  }

  struct Metric: Encodable, Sendable {
    var name: String
    var values: Spread
    var lowest: [Group]
    var highest: [Group]
  }

  struct Training: Encodable, Sendable {
    var stage: UInt32
    var tables: String
    var learner: String
    var groups: UInt64
    var errors: UInt64
    var metrics: [Metric]
    var largestGroups: [Group]
  }

  var id: UInt64
  var fileName: String
  var folder: String
  var jobFile: String
  var plan: String
  var submittedAt: String
  var executors: [String]
  var stages: [Stage]
  var results: [Result]
  var attempts: [Attempt]
  var leftOutAttempts: UInt64
  var incidents: [Incident]
  var leftOutIncidents: UInt64
  var trainings: [Training]

  init(_ history: Roost_JobHistory) {
    id = history.job
    fileName = history.fileName
    folder = history.folder
    jobFile = history.jobFile
    plan = history.plan
    submittedAt = isoText(milliseconds: history.submittedMilliseconds)
    executors = history.executors
    stages = history.stages.map { Stage($0) }
    results = history.results.map {
      Result(table: $0.table, action: $0.action, place: $0.place, rows: $0.rows, bytes: $0.bytes)
    }
    attempts = history.attempts.map { Attempt($0, executors: history.executors) }
    leftOutAttempts = history.leftOutAttempts
    incidents = history.incidents.map { Incident($0) }
    leftOutIncidents = history.leftOutIncidents
    trainings = history.trainings.map { Training($0, tables: history.tables(of: $0)) }
  }
}

extension HistoryResource.Stage {
  init(_ stage: Roost_StageHistory) {
    id = stage.id
    tables = stage.name
    tasks = stage.tasks
    runningTasks = stage.running
    finishedTasks = stage.finished
    isIndeterminate = stage.isIndeterminate
    beganSeconds = stage.hasBegan ? Double(stage.began) / 1e6 : nil
    endedSeconds = stage.hasEnded ? Double(stage.ended) / 1e6 : nil
    failedAttempts = stage.failedAttempts
    lostAttempts = stage.lostAttempts
    speculativeAttempts = stage.speculativeAttempts
    inputs = stage.inputs.map { input in
      let (kind, source) =
        switch input.source {
        case .scan(let text): ("files", text)
        case .exchange(let exchange): ("exchange", "\(exchange)")
        case .cached(let name): ("cached", name)
        case nil: ("files", "")
        }
      return HistoryResource.Input(
        kind: kind, source: source, rows: input.rows, bytes: input.bytes,
        readingSeconds: Double(input.readingMicroseconds) / 1e6)
    }
    outputs = stage.outputs.map { output in
      var own = HistoryResource.Output(rows: output.rows, bytes: output.bytes)
      switch output.target {
      case .exchange(let exchange): own.exchange = exchange
      case .result(let result): own.result = result
      case nil: break
      }
      return own
    }
    runningSeconds = HistoryResource.Spread(stage.runningTimes, scale: 1e-6)
    inputRows = HistoryResource.Spread(stage.inputRows)
    outputRows = HistoryResource.Spread(stage.outputRows)
    shuffleBytes = HistoryResource.Spread(stage.shuffleBytes)
  }
}

extension HistoryResource.Attempt {
  init(_ attempt: Roost_AttemptHistory, executors: [String]) {
    stage = attempt.stage
    task = attempt.partition
    epoch = "\(attempt.epoch)"
    let index = Int(attempt.executor)
    executor = executors.indices.contains(index) ? executors[index] : ""
    state = attempt.state.name
    launchedSeconds = Double(attempt.launched) / 1e6
    beganSeconds = Double(attempt.began) / 1e6
    endedSeconds = attempt.hasEnded ? Double(attempt.ended) / 1e6 : nil
    isSpeculative = attempt.isSpeculative
    inputRows = attempt.inputRows
    outputRows = attempt.outputRows
    shuffleBytes = attempt.shuffleBytes
    cause = attempt.cause.isEmpty ? nil : attempt.cause
  }
}

extension HistoryResource.Incident {
  init(_ incident: Roost_JobIncident) {
    number = incident.number
    seconds = Double(incident.time) / 1e6
    kind = incident.kind.name
    text = incident.text
    stage = incident.hasStage ? incident.stage : nil
    task = incident.hasPartition ? incident.partition : nil
    executor = incident.executor.isEmpty ? nil : incident.executor
  }
}

extension HistoryResource.Group {
  init(_ group: Roost_GroupValue) {
    keys = group.keys.map { Key(column: $0.column, value: $0.hasValue ? $0.value : nil) }
    value = group.value
  }
}

extension HistoryResource.Training {
  init(_ training: Roost_TrainingSummary, tables: String) {
    stage = training.stage
    self.tables = tables
    learner = training.learner
    groups = training.groups
    errors = training.errors
    metrics = training.metrics.map {
      HistoryResource.Metric(
        name: $0.name, values: HistoryResource.Spread($0.values),
        lowest: $0.lowest.map { HistoryResource.Group($0) },
        highest: $0.highest.map { HistoryResource.Group($0) })
    }
    largestGroups = training.largestGroups.map { HistoryResource.Group($0) }
  }
}
