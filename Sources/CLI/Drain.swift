import ArgumentParser
import Driver
import Foundation
import Wire

struct Drain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drain",
    abstract: "Lets an executor leave without a loss, and waits until it has.",
    discussion: """
      It gets no more tasks and finishes those that run; others take over the blocks that are still needed. \
      SIGTERM to the executor does the same.
      """)

  @Argument(help: "The executor's name, as 'roost executors' lists it.")
  var executor: String
  @OptionGroup var driver: DriverOption

  func run() throws {
    let client = try reporting(driver.connector())
    var request = Roost_ControlMessage.with { $0.drainExecutor.executor = executor }
    // The driver lets it go in time, whatever it still has.
    while true {
      let answer = try reporting { () throws(ClientError) in try client.ask { $0 = request } }
      guard case .executorList(let list) = answer else {
        throw CommandFailure(.wrongUse, "the driver gave an answer that this version does not know")
      }
      guard list.executors.contains(where: { $0.executor == executor }) else { break }
      Thread.sleep(forTimeInterval: 0.1)
      request = .with { $0.listExecutors = Roost_ListExecutors() }
    }
    print("executor \(executor) has left")
  }
}
