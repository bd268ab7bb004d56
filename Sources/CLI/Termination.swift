import Dispatch
import Foundation
import Wire

/// Calls `body`, on a thread of its own, when the process is asked to end (SIGTERM, SIGINT).
func onTermination(_ body: @escaping @Sendable () -> Void) {
  for number in [SIGTERM, SIGINT] { onSignal(number, body) }
}

/// Calls `body`, on a thread of its own, each time the signal comes.
func onSignal(_ number: Int32, _ body: @escaping @Sendable () -> Void) {
  signal(number, SIG_IGN)
  let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
  source.setEventHandler(handler: body)
  source.resume()
  // It lives as long as the process.
  _ = Unmanaged.passRetained(source as AnyObject)
}

/// The secret that a parent writes into the pipe that is our stdin, before it starts us: the first line.
func secretFromParent() throws -> SharedSecret {
  var line: [UInt8] = []
  var byte: UInt8 = 0
  // What is behind the line stays in the pipe.
  while line.count < 1024, read(0, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
  do throws(SecurityError) {
    return try SharedSecret(text: String(decoding: line, as: UTF8.self), source: "the parent")
  } catch {
    throw CommandFailure(.wrongUse, "\(error)")
  }
}

/// Calls `body` when stdin ends: a parent holds the other side of the pipe, and when it is gone, so are we.
func onStandardInputClosed(_ body: @escaping @Sendable () -> Void) {
  Thread.detachNewThread {
    var buffer = [UInt8](repeating: 0, count: 64)
    while true {
      let count = read(0, &buffer, buffer.count)
      if count == 0 || (count < 0 && errno != EINTR) { break }
    }
    body()
  }
}
