import ArgumentParser
import Driver
import Foundation
import Wire

struct Jobs: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jobs", abstract: "Lists the jobs that a driver remembers.")

  @OptionGroup var driver: DriverOption
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let list = try driver.ask {
      $0.listJobs = Roost_ListJobs()
    } expecting: {
      if case .jobList(let list) = $0 { list } else { nil }
    }
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
