import Foundation
import Wire

extension Roost_JobDescription {
  var taskText: String {
    let tasks = progress.stages.reduce(0) { $0 + Int($1.tasks) }
    let finished = progress.stages.reduce(0) { $0 + Int($1.finished) }
    return tasks == 0 ? "" : "\(finished)/\(tasks)"
  }

  /// What `jobs --json` prints of each.
  var summary: JobSummary {
    JobSummary(
      job: job, name: name, state: state.text, submitted: timeText(submittedMilliseconds),
      seconds: Double(elapsedMilliseconds) / 1000, error: error.isEmpty ? nil : error)
  }

  var details: JobDetails {
    JobDetails(
      summary: summary,
      stages: progress.stages.map {
        JobDetails.Stage(
          id: $0.id, tables: $0.name, tasks: $0.tasks, running: $0.running, finished: $0.finished)
      }, retries: progress.retries,
      outputs: outputs.map {
        JobDetails.Output(
          table: $0.table, path: $0.path, files: $0.files, rows: $0.rows, bytes: $0.bytes,
          artifacts: $0.artifacts, artifactBytes: $0.artifactBytes)
      })
  }
}

extension Roost_CommittedOutput {
  /// What functions wrote beside the rows: ` and 16 artifacts (3.2 MB)`; empty for nothing.
  var artifactText: String {
    artifacts == 0
      ? "" : " and \(counted(Int64(artifacts), "artifact")) (\(byteText(artifactBytes)))"
  }
}

struct JobSummary: Encodable {
  var job: UInt64
  var name: String
  var state: String
  var submitted: String
  var seconds: Double
  var error: String?
}

struct JobDetails: Encodable {
  struct Stage: Encodable {
    var id: UInt32
    var tables: String
    var tasks: UInt32
    var running: UInt32
    var finished: UInt32
  }
  struct Output: Encodable {
    var table: String
    var path: String
    var files: UInt32
    var rows: Int64
    var bytes: Int64
    var artifacts: UInt32
    var artifactBytes: Int64
  }

  var summary: JobSummary
  var stages: [Stage]
  var retries: UInt32
  var outputs: [Output]

  private enum CodingKeys: CodingKey { case stages, retries, outputs }

  func encode(to encoder: any Encoder) throws {
    try summary.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(stages, forKey: .stages)
    try container.encode(retries, forKey: .retries)
    try container.encode(outputs, forKey: .outputs)
  }
}

/// UTC, to the second.
func timeText(_ milliseconds: Int64) -> String {
  Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601)
}
