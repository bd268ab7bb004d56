import ArgumentParser
import Driver
import Foundation
import Wire

struct Logs: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Prints what the functions of a job have printed, by task.")

  @Argument(help: "The job's number.")
  var id: UInt64

  @Option(help: "Only this stage: its number, or the names of its tables.")
  var stage: String?

  @Option(help: "Only the task of this number in its stage.")
  var task: UInt32?

  @OptionGroup var driver: DriverOption
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    var log = try driver.ask {
      $0.readLog.job = id
    } expecting: {
      if case .jobLog(let log) = $0 { log } else { nil }
    }
    log.texts.removeAll { text in
      stage.map { $0 != "\(text.stage)" && $0 != text.stageName } ?? false
        || task.map { $0 != text.partition } ?? false
    }
    if json {
      try printJSON(log.texts.map(\.summary))
      return
    }
    var lines = LogLines()
    for line in lines.take(log) + lines.takeUnfinished() { print(line) }
  }
}

private struct PrintedText: Encodable {
  let stage: UInt32
  let tables: String
  let task: UInt32
  /// Tells the attempts of a task from each other: a later one has a larger number.
  let attempt: UInt64
  let text: String
}

extension Roost_JobLogText {
  fileprivate var summary: PrintedText {
    PrintedText(
      stage: stage, tables: stageName, task: partition, attempt: epoch, text: text)
  }
}
