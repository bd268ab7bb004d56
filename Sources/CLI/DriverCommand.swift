import ArgumentParser
import Driver
import Foundation
import Logging
import NIOPosix
import Wire

struct DriverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "driver", abstract: "Takes jobs and gives their tasks to executors.")

  @Option(help: "HOST:PORT to listen on; port 0 picks one.")
  var listen = HostPort(host: "127.0.0.1", port: 7077)

  @Option(
    help: """
      Folder for a journal of the jobs, on a local disk: a driver that is started again with it goes on with them. \
      Without it a driver forgets its jobs when it ends.
      """)
  var stateDir: String?

  @OptionGroup var listening: ListeningOption
  @OptionGroup var securityOptions: SecurityOptions
  @OptionGroup var pages: PagesOptions

  @Option(
    help: """
      Seconds that jobs wait when no executor is left that can take part, since one that went may be being \
      replaced.
      """)
  var executorTimeout = 60

  @Option(help: "Seconds of silence after which an executor is taken for dead.")
  var heartbeatTimeout = 10

  @OptionGroup var history: HistoryOptions
  @OptionGroup var logOptions: LogOptions

  func run() throws {
    let security = try securityOptions.security()
    try listening.check(listen, security: security)
    try pages.check(isInsecure: listening.insecure)
    // Executors speak once a second.
    for (name, seconds, least) in [
      ("--heartbeat-timeout", heartbeatTimeout, 2), ("--executor-timeout", executorTimeout, 0),
    ] where !(least...86_400).contains(seconds) {
      throw CommandFailure(.wrongUse, "\(name) is \(seconds); it must be \(least) to 86400")
    }
    var options = DriverOptions(listen: listen)
    options.security = security
    options.allowedPaths = try listening.allowedPaths(
      listeningOn: listen,
      keeping: securityOptions.privateFiles + pages.privateFiles
        + (stateDir.map { [$0] } ?? []))
    options.scheduler.noExecutorTimeout = .seconds(executorTimeout)
    options.scheduler.heartbeatTimeout = .seconds(heartbeatTimeout)
    history.apply(to: &options)
    options.stateDirectory = stateDir.map { URL(fileURLWithPath: $0) }
    raiseFileLimit()
    try loadArrow()
    let driver: DriverProcess
    do {
      driver = try DriverProcess(
        options: options, group: MultiThreadedEventLoopGroup.singleton,
        log: logOptions.log("driver"))
    } catch {
      throw CommandFailure(.failed, "\(error)")
    }
    let stop = driver.stopper
    onTermination { stop() }
    let server = try pages.server(
      of: driver, security: securityOptions, log: logOptions.log("pages", level: .warning))
    defer { server?.stop() }
    print("driver listening on \(driver.address)")
    if let server { print("pages on \(server.url)") }
    fflush(nil)
    driver.run()
  }
}
