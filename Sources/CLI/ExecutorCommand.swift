import ArgumentParser
import Columnar
import Executor
import Foundation
import NIOPosix
import Plan
import Wire

struct ExecutorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "executor", abstract: "Runs tasks for a driver.")

  @OptionGroup var driver: DriverOption

  @Option(help: "Tasks at a time; the number of processors unless said.")
  var slots = ProcessInfo.processInfo.activeProcessorCount

  @Option(
    help: """
      Memory for blocks, cached tables and tasks, like 2GB; blocks beyond it go to disk. \
      Unless said, half of this host's memory in proportion to the slots.
      """)
  var memory: ByteSize?

  @Option(help: "Where blocks that do not fit into memory go; a temporary folder unless said.")
  var workDir: String?

  @Option(help: "HOST:PORT where other executors fetch blocks; port 0 picks one.")
  var listen = HostPort(host: "127.0.0.1", port: 0)

  @Option(
    help: """
      HOST:PORT that other executors are told, when it is not that of --listen; for 0.0.0.0 \
      the address that reaches the driver unless said.
      """)
  var advertise: HostPort?

  @OptionGroup var listening: ListeningOption

  @Option(help: "How blocks are compressed on their way to other executors: none, lz4 or zstd.")
  var compression = SerializedBatch.Compression.none

  @Flag(
    help: """
      Run the Python functions of jobs, which is to run whatever those who may submit jobs want; \
      without it this executor takes no part in such jobs.
      """)
  var allowPython = false

  @OptionGroup var python: PythonArguments

  @Option(help: "Seconds to look for the driver before giving up.")
  var driverTimeout = 60

  /// A parent holds the other side of stdin: the first line is the cluster's secret, the end is ours.
  @Flag(help: .hidden)
  var parentOnStdin = false

  @Flag(help: "Log warnings only.")
  var quiet = false

  @OptionGroup var logOptions: LogOptions

  func run() throws {
    guard slots > 0, slots <= 1024 else {
      throw CommandFailure(.wrongUse, "--slots is \(slots); it must be 1 to 1024")
    }
    let security =
      parentOnStdin
      ? ConnectionSecurity(secret: try secretFromParent())
      : try driver.securityOptions.security()
    try listening.check(listen, security: security)
    if let advertise, advertise.isUnspecified || advertise.port == 0 {
      throw CommandFailure(
        .wrongUse,
        "--advertise is \(advertise), which nobody can call: say the address of this host")
    }
    if let stated = python.stated, !allowPython {
      throw CommandFailure(
        .wrongUse, "\(stated) says how Python functions run, and none do without --allow-python")
    }
    raiseFileLimit()
    try loadArrow()
    let work = workDir.map { URL(fileURLWithPath: $0) } ?? FileManager.default.temporaryDirectory
    var options = ExecutorOptions(
      driver: try driver.address(), slots: slots,
      memory: (memory ?? HostMemory.share(ofSlots: slots, among: slots)).bytes, workDirectory: work,
      listen: listen, advertise: advertise)
    options.security = security
    options.allowedPaths = try listening.allowedPaths(
      listeningOn: listen, keeping: driver.securityOptions.privateFiles)
    options.compression = compression
    if allowPython {
      try python.check()
      options.python = python.options
    }
    options.driverTimeout = .seconds(driverTimeout)
    do {
      let executor = try ExecutorProcess(
        options: options, group: MultiThreadedEventLoopGroup.singleton,
        log: logOptions.log("executor", level: quiet ? .warning : .info))
      let stop = executor.stopper
      let drain = executor.drainer
      onSignal(SIGINT) { stop() }
      onSignal(SIGTERM) { drain() }
      if parentOnStdin { onStandardInputClosed { stop() } }
      try executor.run()
    } catch let error as ExecutorError {
      switch error {
      case .noDriver, .refused: throw CommandFailure(.noDriver, "\(error)")
      case .cannotListen: throw CommandFailure(.failed, "\(error)")
      }
    }
  }
}

extension SerializedBatch.Compression: ExpressibleByArgument {}
