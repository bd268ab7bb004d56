import ArgumentParser
import Driver
import Foundation
import Wire

struct Trace: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace", abstract: "Prints how a job ran as a Chrome trace file.",
    discussion: """
      'roost trace 7 > trace.json', then open the file in chrome://tracing or ui.perfetto.dev: a line for each slot \
      of each executor, one for each stage, and what did not go as it should.
      """)

  @Argument(help: "The job's number.")
  var id: UInt64
  @OptionGroup var driver: DriverOption
  @Option(name: .shortAndLong, help: "The file to write; stdout unless said.")
  var output: String?

  func run() throws {
    let job = try driver.description(ofJob: id)
    let history = try driver.history(ofJob: id)
    let now = Int64(Date().timeIntervalSince1970 * 1000) - history.submittedMilliseconds
    let trace = ChromeTrace(history, job: job, now: max(0, now) * 1000)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = try encoder.encode(trace)
    guard let output else {
      print(String(decoding: data, as: UTF8.self))
      return
    }
    do {
      try data.write(to: URL(fileURLWithPath: output), options: .atomic)
    } catch {
      throw CommandFailure(.failed, "\(output): cannot be written: \(error.localizedDescription)")
    }
  }
}
