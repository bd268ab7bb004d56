import Wire

// Jobs as the API tells of them: names and units are those of openapi.json.

struct JobListResource: Encodable, Sendable {
  var jobs: [JobResource]
  /// Of all jobs that the filter lets through.
  var total: Int
}

struct JobResource: Encodable, Sendable {
  var id: UInt64
  var name: String
  var state: String
  var submittedAt: String
  var elapsedSeconds: Double
  var tasks: Int
  var runningTasks: Int
  var finishedTasks: Int
  var retries: Int
  var error: String?

  init(_ job: Roost_JobDescription) {
    id = job.job
    name = job.name
    state = job.state.text
    submittedAt = isoText(milliseconds: job.submittedMilliseconds)
    elapsedSeconds = Double(job.elapsedMilliseconds) / 1000
    tasks = job.taskCount
    runningTasks = job.runningTaskCount
    finishedTasks = job.finishedTaskCount
    retries = Int(job.progress.retries)
    error = job.error.isEmpty ? nil : job.error
  }
}

struct JobDetailsResource: Encodable, Sendable {
  struct Stage: Encodable, Sendable {
    var id: UInt32
    var tables: String
    var tasks: UInt32
    var runningTasks: UInt32
    var finishedTasks: UInt32
    var inputRows: Int64
  }

  struct Output: Encodable, Sendable {
    var table: String
    var path: String
    var files: UInt32
    var rows: Int64
    var bytes: Int64
    var artifacts: UInt32
    var artifactBytes: Int64
  }

  var job: JobResource
  var isRejected: Bool
  var isCommitting: Bool
  var waitingFor: String?
  var rowsWithoutModel: Int64
  var stages: [Stage]
  var outputs: [Output]
  /// Names of tables that `results` has.
  var shownTables: [String]

  init(_ job: Roost_JobDescription) {
    self.job = JobResource(job)
    isRejected = job.isRejected
    isCommitting = job.progress.isCommitting && !job.state.hasEnded
    waitingFor = job.progress.waitingFor.isEmpty ? nil : job.progress.waitingFor
    rowsWithoutModel = job.progress.rowsWithoutModel
    stages = job.progress.stages.map {
      Stage(
        id: $0.id, tables: $0.name, tasks: $0.tasks, runningTasks: $0.running,
        finishedTasks: $0.finished, inputRows: $0.inputRows)
    }
    outputs = job.outputs.map {
      Output(
        table: $0.table, path: $0.path, files: $0.files, rows: $0.rows, bytes: $0.bytes,
        artifacts: $0.artifacts, artifactBytes: $0.artifactBytes)
    }
    shownTables = job.shown.map(\.table)
  }

  private enum CodingKeys: CodingKey {
    case isRejected, isCommitting, waitingFor, rowsWithoutModel, stages, outputs, shownTables
  }

  /// What all lists say of a job stands beside the rest.
  func encode(to encoder: any Encoder) throws {
    try job.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(isRejected, forKey: .isRejected)
    try container.encode(isCommitting, forKey: .isCommitting)
    try container.encodeIfPresent(waitingFor, forKey: .waitingFor)
    try container.encode(rowsWithoutModel, forKey: .rowsWithoutModel)
    try container.encode(stages, forKey: .stages)
    try container.encode(outputs, forKey: .outputs)
    try container.encode(shownTables, forKey: .shownTables)
  }
}

/// A job to run, as a client sends it.
struct JobSubmissionResource: Decodable, Sendable {
  var jobFile: String
  var folder: String
  var fileName: String?
}

struct JobAcceptedResource: Encodable, Sendable {
  var id: UInt64
}

struct JobLogResource: Encodable, Sendable {
  struct Entry: Encodable, Sendable {
    var stage: UInt32
    var tables: String
    var task: UInt32
    /// Digits: too many for numbers of JavaScript.
    var epoch: String
    var text: String
  }

  var entries: [Entry]
  var leftOutBytes: Int64

  init(_ log: Roost_JobLog) {
    entries = log.texts.map {
      Entry(
        stage: $0.stage, tables: $0.stageName, task: $0.partition, epoch: "\($0.epoch)",
        text: $0.text)
    }
    leftOutBytes = log.leftOutBytes
  }
}
