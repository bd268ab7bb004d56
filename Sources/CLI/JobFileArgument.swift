import ArgumentParser
import Foundation

/// The job file of a command.
struct JobFileArgument: ParsableArguments {
  @Argument(help: "The job file.")
  var job: String

  /// Its text, its name, and the absolute folder where its relative paths start.
  func read() throws -> (text: String, fileName: String, folder: String) {
    let url = URL(fileURLWithPath: job)
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw CommandFailure(
        .wrongUse,
        FileManager.default.fileExists(atPath: job)
          ? "\(job): cannot be read" : "\(job): there is no such file")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw CommandFailure(.wrongUse, "\(job): is not UTF-8 text")
    }
    return (text, job, url.deletingLastPathComponent().standardizedFileURL.path)
  }
}
