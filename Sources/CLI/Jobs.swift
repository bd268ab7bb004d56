import ArgumentParser
import Driver
import Foundation
import Wire

struct Jobs: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists the jobs that a driver remembers.")

  @OptionGroup var driver: DriverOption
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let client = try driver.connect()
    let answer = try reporting { () throws(ClientError) in
      try client.ask { $0.listJobs = Roost_ListJobs() }
    }
    guard case .jobList(let list) = answer else { return }
    if json {
      try printJSON(list.jobs.map(\.summary))
    } else {
      let rows = list.jobs.map { job in
        [
          "\(job.job)", job.name, job.state.text, timeText(job.submittedMilliseconds),
          secondsText(job.elapsedMilliseconds), job.taskText,
          job.error.split(separator: "\n").first.map { String($0) } ?? "",
        ]
      }
      print(
        TextTable(
          header: ["job", "name", "state", "submitted", "time", "tasks", "error"], rows: rows,
          rightAligned: [true, false, false, false, true, true, false]
        ).text, terminator: "")
    }
  }
}

struct JobCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "job", abstract: "Shows one job: its stages, outputs and shown tables.")

  @Argument(help: "The job's number.")
  var id: UInt64
  @OptionGroup var driver: DriverOption
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let client = try driver.connect()
    let answer = try reporting { () throws(ClientError) in
      try client.ask { $0.describeJob.job = id }
    }
    guard case .jobDescription(let job) = answer else { return }
    if json {
      try printJSON(job.details)
      return
    }
    print("job \(job.job)  \(job.name)  \(job.state.text)  \(secondsText(job.elapsedMilliseconds))")
    if !job.error.isEmpty { print(job.error) }
    let rows = job.progress.stages.map {
      ["\($0.id)", $0.name, "\($0.tasks)", "\($0.running)", "\($0.finished)"]
    }
    if !rows.isEmpty {
      print(
        TextTable(
          header: ["stage", "tables", "tasks", "running", "finished"], rows: rows,
          rightAligned: [true, false, true, true, true]
        ).text)
    }
    for output in job.outputs {
      print("wrote \(output.table): \(counted(output.rows, "row")) to \(output.path)")
    }
    for table in job.shown { try printShown(table) }
  }
}

struct Cancel: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Ends a job without its outputs.")

  @Argument(help: "The job's number.")
  var id: UInt64
  @OptionGroup var driver: DriverOption

  func run() throws {
    let client = try driver.connect()
    let answer = try reporting { () throws(ClientError) in
      try client.ask { $0.cancelJob.job = id }
    }
    guard case .jobDescription(let job) = answer else { return }
    print("job \(id) \(job.state.text)")
  }
}

extension Roost_JobDescription {
  var taskText: String {
    let tasks = progress.stages.reduce(0) { $0 + Int($1.tasks) }
    let finished = progress.stages.reduce(0) { $0 + Int($1.finished) }
    return tasks == 0 ? "" : "\(finished)/\(tasks)"
  }

  /// What `jobs --json` prints of each.
  fileprivate var summary: JobSummary {
    JobSummary(
      job: job, name: name, state: state.text, submitted: timeText(submittedMilliseconds),
      seconds: Double(elapsedMilliseconds) / 1000, error: error.isEmpty ? nil : error)
  }

  fileprivate var details: JobDetails {
    JobDetails(
      summary: summary,
      stages: progress.stages.map {
        JobDetails.Stage(
          id: $0.id, tables: $0.name, tasks: $0.tasks, running: $0.running, finished: $0.finished)
      }, retries: progress.retries,
      outputs: outputs.map {
        JobDetails.Output(
          table: $0.table, path: $0.path, files: $0.files, rows: $0.rows, bytes: $0.bytes)
      })
  }
}

private struct JobSummary: Encodable {
  var job: UInt64
  var name: String
  var state: String
  var submitted: String
  var seconds: Double
  var error: String?
}

private struct JobDetails: Encodable {
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

func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
