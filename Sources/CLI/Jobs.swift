import ArgumentParser
import Driver
import Foundation
import Wire

struct Jobs: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jobs", abstract: "Lists the jobs that a driver remembers.")

  @OptionGroup var driver: DriverOption
  @Option(help: "Only those in a state: planning, running, succeeded, failed or cancelled.")
  var state: JobStateName?
  @Option(help: "Only those whose name has this in it.")
  var name: String?
  @Option(help: "Only the latest so many.")
  var limit: Int?
  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is \(limit); it must be 1 or more") }
  }

  func run() throws {
    let list = try driver.ask {
      $0.listJobs = Roost_ListJobs()
    } expecting: {
      if case .jobList(let list) = $0 { list } else { nil }
    }
    let chosen = list.jobs.filter { job in
      (state.map { $0.rawValue == job.state.text } ?? true)
        && (name.map { job.name.contains($0) } ?? true)
    }.suffix(limit ?? .max)
    if json {
      try printJSON(chosen.map(\.summary))
    } else {
      let rows = chosen.map { job in
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

enum JobStateName: String, ExpressibleByArgument, CaseIterable {
  case planning, running, succeeded, failed, cancelled
}
