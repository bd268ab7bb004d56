import ArgumentParser
import Driver
import Foundation
import NIOPosix
import Plan
import Wire

/// A cluster on this machine, for one job.
struct LocalClusterOptions: ParsableArguments {
  @Option(help: "Executor processes.")
  var executors = min(2, ProcessInfo.processInfo.activeProcessorCount)

  @Option(help: "Tasks at a time in each executor; together the number of processors unless said.")
  var slots: Int?

  @Option(
    help: """
      Memory of each executor for blocks, like 2GB; what is beyond goes to disk. \
      Unless said, half of this host's memory in proportion to the slots.
      """)
  var memory: ByteSize?

  @OptionGroup var python: PythonArguments
  @OptionGroup var logOptions: LogOptions
  @OptionGroup var resultOptions: ResultOptions

  /// Runs a job whose text has been checked, and ends the cluster.
  func run(
    text: String, fileName: String, folder: String, files: ShippedFiles
  ) async throws {
    guard (1...256).contains(executors) else {
      throw CommandFailure(.wrongUse, "--executors is \(executors); it must be 1 to 256")
    }
    let slots =
      self.slots ?? max(1, ProcessInfo.processInfo.activeProcessorCount / executors)
    guard (1...1024).contains(slots) else {
      throw CommandFailure(.wrongUse, "--slots is \(slots); it must be 1 to 1024")
    }
    try python.check()
    // Other users of this machine can connect, too.
    let secret = SharedSecret.random()
    let security = ConnectionSecurity(secret: secret)
    var options = DriverOptions(listen: HostPort(host: "127.0.0.1", port: 0))
    options.security = security
    let driver: DriverProcess
    do {
      driver = try DriverProcess(
        options: options,
        group: MultiThreadedEventLoopGroup.singleton,
        // The end of an executor is told by what started it.
        log: logOptions.log("driver", level: .error))
    } catch {
      throw CommandFailure(.failed, "\(error)")
    }
    let address = driver.address
    let stopDriver = driver.stopper
    let handedOver = SingleUse(driver)
    let (driverEnd, driverHasEnded) = AsyncStream<Void>.makeStream()
    startThread(named: "driver") {
      handedOver.take().run()
      driverHasEnded.finish()
    }

    let memory = self.memory ?? HostMemory.share(ofSlots: slots, among: slots * executors)
    let cluster = LocalExecutors(
      count: executors,
      arguments: [
        "executor", "--driver", "\(address)", "--slots", "\(slots)", "--memory",
        "\(memory.bytes)", "--quiet",
        // The functions are those of who runs this.
        "--parent-on-stdin", "--allow-python",
      ] + python.arguments + logOptions.arguments, secret: secret)
    let result = await cluster.runWhile {
      try Self.followJob(
        text: text, fileName: fileName, folder: folder, files: files, driver: address,
        security: security, options: resultOptions)
    }
    stopDriver()
    // It takes its files with it.
    for await _ in driverEnd {}
    try result.get()
  }

  private static func followJob(
    text: String, fileName: String, folder: String, files: ShippedFiles, driver: HostPort,
    security: ConnectionSecurity, options: ResultOptions
  ) throws {
    let submitted = try reporting { () throws(ClientError) in
      try SubmittedJob(
        text: text, fileName: fileName, folder: folder, files: files, to: driver
      ) {
        () throws(ClientError) in
        try DriverClient(
          driver, security: security, group: MultiThreadedEventLoopGroup.singleton)
      }
    }
    var follower = JobFollower(submitted, options)
    try follower.follow()
  }
}

/// Hands a value that belongs to one thread over to another.
///
/// `@unchecked Sendable`: the giver does not touch the value after it made this, and one thread takes it, once.
private final class SingleUse<Value>: @unchecked Sendable {
  private var value: Value?

  init(_ value: Value) { self.value = value }

  func take() -> Value {
    defer { value = nil }
    return value!
  }
}
