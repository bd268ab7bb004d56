import ArgumentParser
import Driver
import Foundation
import Wire

struct JobCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "job", abstract: "Shows one job: its stages, outputs and shown tables.")

  @Argument(help: "The job's number.")
  var id: UInt64
  @OptionGroup var driver: DriverOption
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let job = try driver.description(ofJob: id)
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
      print(
        "wrote \(output.table): \(counted(output.rows, "row"))\(output.artifactText) to \(output.path)"
      )
    }
    for table in job.shown { try printShown(table) }
  }
}
