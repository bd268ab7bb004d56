import ArgumentParser
import Driver
import Wire

struct Executors: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "executors", abstract: "Lists the executors of a driver.")

  @OptionGroup var driver: DriverOption
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let list = try driver.ask {
      $0.listExecutors = Roost_ListExecutors()
    } expecting: {
      if case .executorList(let list) = $0 { list } else { nil }
    }
    if json {
      try printJSON(list.executors.map(ExecutorSummary.init))
      return
    }
    let rows = list.executors.map { executor in
      [
        executor.executor, executor.host, "\(executor.processID)",
        "\(executor.running)/\(executor.slots)", byteText(executor.memory),
        executor.dataAddress, secondsText(executor.silenceMilliseconds),
        executor.isDraining ? "draining" : executor.isExcluded ? "excluded" : "active",
      ]
    }
    print(
      TextTable(
        header: ["executor", "host", "process", "slots", "memory", "blocks", "heard", "state"],
        rows: rows,
        rightAligned: [false, false, true, true, true, false, true, false]
      ).text, terminator: "")
  }
}

private struct ExecutorSummary: Encodable {
  var executor: String
  var host: String
  var process: Int32
  var slots: UInt32
  var running: UInt32
  var memory: Int64
  var dataAddress: String
  var silenceSeconds: Double
  var isExcluded: Bool
  var isDraining: Bool

  init(_ executor: Roost_ExecutorDescription) {
    self.executor = executor.executor
    host = executor.host
    process = executor.processID
    slots = executor.slots
    running = executor.running
    memory = executor.memory
    dataAddress = executor.dataAddress
    silenceSeconds = Double(executor.silenceMilliseconds) / 1000
    isExcluded = executor.isExcluded
    isDraining = executor.isDraining
  }
}
