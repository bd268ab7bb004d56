import ArgumentParser
import Driver
import Foundation
import NIOCore
import NIOPosix
import Wire

extension HostPort: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

/// Which driver a command talks to.
struct DriverOption: ParsableArguments {
  @Option(help: "The driver's HOST:PORT; without it, what ROOST_DRIVER says.")
  var driver: HostPort?

  @OptionGroup var securityOptions: SecurityOptions

  /// Whether a driver is named at all.
  var isStated: Bool {
    driver != nil || !(ProcessInfo.processInfo.environment["ROOST_DRIVER"] ?? "").isEmpty
  }

  func address() throws -> HostPort {
    if let driver { return driver }
    guard let text = ProcessInfo.processInfo.environment["ROOST_DRIVER"], !text.isEmpty else {
      throw CommandFailure(
        .wrongUse, "which driver? Say --driver HOST:PORT or set ROOST_DRIVER")
    }
    guard let address = HostPort(text) else {
      throw CommandFailure(.wrongUse, "ROOST_DRIVER is '\(text)', which is not HOST:PORT")
    }
    return address
  }

  /// Connects to the driver each time that it is called.
  func connector() throws -> () throws(ClientError) -> DriverClient {
    let address = try address()
    let security = try securityOptions.security()
    return { () throws(ClientError) in
      try DriverClient(address, security: security, group: clientThread)
    }
  }
}

/// One connection needs one thread, however many processors there are. The suggestion can be made once.
let clientThread: any EventLoopGroup = {
  NIOSingletons.groupLoopCountSuggestion = 1
  return MultiThreadedEventLoopGroup.singleton
}()

extension DriverOption {
  /// Gives the driver a job whose text has been checked.
  func submit(
    text: String, fileName: String, folder: String, files: ShippedFiles
  ) throws -> SubmittedJob {
    let (address, connect) = (try address(), try connector())
    return try reporting { () throws(ClientError) in
      try SubmittedJob(
        text: text, fileName: fileName, folder: folder, files: files, to: address,
        connect: connect)
    }
  }

  /// Asks the driver once; `expected` takes what it wants of the answer.
  func ask<Answer>(
    _ populate: (inout Roost_ControlMessage) -> Void,
    expecting expected: (Roost_ControlMessage.OneOf_Content) -> Answer?
  ) throws -> Answer {
    let address = try address()
    let connect = try connector()
    return try reporting { () throws(ClientError) in
      guard let answer = expected(try connect().ask(populate)) else {
        throw .unexpectedAnswer(address)
      }
      return answer
    }
  }
}

/// Turns what a client meets into how the command ends.
func reporting<Result>(_ body: () throws(ClientError) -> Result) throws -> Result {
  do {
    return try body()
  } catch {
    switch error {
    case .noDriver, .refused, .connectionLost, .noAnswer:
      throw CommandFailure(.noDriver, "\(error)")
    case .tooManyJobs, .filesNotStored: throw CommandFailure(.failed, "\(error)")
    case .notFound, .notSent, .unexpectedAnswer: throw CommandFailure(.wrongUse, "\(error)")
    }
  }
}
