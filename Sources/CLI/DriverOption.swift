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

  func connect() throws -> DriverClient {
    let address = try address()
    return try reporting { () throws(ClientError) in
      try DriverClient(address, group: clientThread)
    }
  }
}

/// One connection needs one thread, however many processors there are. The suggestion can be made once.
let clientThread: any EventLoopGroup = {
  NIOSingletons.groupLoopCountSuggestion = 1
  return MultiThreadedEventLoopGroup.singleton
}()

extension DriverOption {
  /// Asks the driver once; `expected` takes what it wants of the answer.
  func ask<Answer>(
    _ populate: (inout Roost_ControlMessage) -> Void,
    expecting expected: (Roost_ControlMessage.OneOf_Content) -> Answer?
  ) throws -> Answer {
    let address = try address()
    let client = try connect()
    return try reporting { () throws(ClientError) in
      guard let answer = expected(try client.ask(populate)) else {
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
    case .noDriver, .connectionLost, .noAnswer: throw CommandFailure(.noDriver, "\(error)")
    case .notFound, .unexpectedAnswer: throw CommandFailure(.wrongUse, "\(error)")
    }
  }
}
