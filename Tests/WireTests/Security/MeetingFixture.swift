import Foundation
import NIOPosix
import Wire

/// Two sides that meet over loopback TCP, each with what it has to show.
struct Meeting {
  private let group = MultiThreadedEventLoopGroup.singleton
  var caller: ConnectionSecurity
  var listener: ConnectionSecurity
  var role = Roost_Role.client
  /// What is called; the listener is at 127.0.0.1.
  var host = "127.0.0.1"

  /// The text that comes back from the listener, which sends back what it got. Throws why they could not talk.
  func echo(_ text: String) throws -> String {
    let listener = try Listener(
      on: HostPort(host: "127.0.0.1", port: 0), as: .from(.driver),
      expecting: [.client, .executor],
      security: listener, group: group
    ) { connection in
      FrameReceiver(
        onFrame: { frame in
          if let message = try? Roost_ControlMessage(frame: frame) { connection.send(message) }
        }, onClose: {})
    }
    defer { listener.close() }
    let window = FrameWindow(window: 1 << 20)
    let connection = try connect(
      to: HostPort(host: host, port: listener.address.port), as: .from(role), expecting: [.driver],
      security: caller, group: group
    ) { window.receiver(of: $0) }
    defer { connection.close() }
    connection.send(Roost_ControlMessage.with { $0.submitJob.text = text })
    let frame = try window.pop(until: Date(timeIntervalSinceNow: 20))
    return try Roost_ControlMessage(frame: frame).submitJob.text
  }

  /// Why they cannot talk; nil when they can.
  func failure() -> ProtocolError? {
    do {
      _ = try echo("hello")
      return nil
    } catch {
      return error as? ProtocolError
    }
  }
}
