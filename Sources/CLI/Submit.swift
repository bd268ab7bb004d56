import ArgumentParser
import Driver
import Foundation
import Plan
import Wire

struct Submit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit", abstract: "Gives a job to a driver and follows it to its end.")

  @OptionGroup var file: JobFileArgument
  @OptionGroup var driver: DriverOption

  @OptionGroup var result: ResultOptions

  @Flag(help: "Print the job's number and do not wait for its end.")
  var detach = false

  func run() throws {
    let (text, fileName, folder) = try file.read()
    let files = try checkJobFile(text, fileName: fileName, folder: folder)
    let submitted = try driver.submit(
      text: text, fileName: fileName, folder: folder, files: files)
    if detach {
      print(submitted.number)
    } else {
      var follower = JobFollower(submitted, result)
      try follower.follow()
    }
  }
}

/// What the text alone tells is told before anybody is asked. The files that travel with the job.
func checkJobFile(_ text: String, fileName: String, folder: String) throws -> ShippedFiles {
  do {
    let job = try Job(text: text, fileName: fileName, folder: JobFolder(path: folder))
    return try ShippedFiles(job.shippedPaths, of: fileName)
  } catch {
    throw CommandFailure(.wrongUse, "\(error)")
  }
}
