import ArgumentParser
import Driver
import Foundation
import Wire

struct Cancel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Ends a job without its outputs.")

  @Argument(help: "The job's number.")
  var id: UInt64
  @OptionGroup var driver: DriverOption

  func run() throws {
    let job = try driver.ask {
      $0.cancelJob.job = id
    } expecting: {
      if case .jobDescription(let job) = $0 { job } else { nil }
    }
    print("job \(id) \(job.state.text)")
  }
}
