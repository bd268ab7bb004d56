import Dispatch
import Foundation
import NIOCore
import NIOPosix
import Synchronization
import Testing
import Wire

/// Peers that do not read what they are sent, and peers that are gone.
@Suite struct SlowPeerTests {
  private static let large = Roost_ControlMessage.with {
    $0.submitJob.text = String(repeating: "x", count: 64 << 20)
  }
  private let group = MultiThreadedEventLoopGroup.singleton
  private var deadline: DispatchTime { .now() + .seconds(20) }

  private func listen(
    _ security: ConnectionSecurity = .unprotected,
    accept: @escaping @Sendable (Connection) -> FrameReceiver
  ) throws -> Listener {
    try Listener(
      on: HostPort(host: "127.0.0.1", port: 0), as: .from(.driver), expecting: [.client],
      security: security, group: group, accept: accept)
  }

  private func call(
    _ listener: Listener, _ security: ConnectionSecurity = .unprotected, window: FrameWindow
  ) throws -> Connection {
    try connect(
      to: listener.address, as: .from(.client), expecting: [.driver], security: security,
      group: group
    ) { window.receiver(of: $0) }
  }

  @Test(arguments: [false, true])
  func whatIsTakenIsToldWhenThePeerHasReadIt(isEncrypted: Bool) throws {
    let fixture = try CertificateFixture()
    let security = isEncrypted ? try fixture.security("host") : .unprotected
    let (answered, taken) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let isTaken = Mutex(false)
    let listener = try listen(security) { connection in
      FrameReceiver(
        onFrame: { _ in
          // The peer stops reading when the first has come; the second is more than sockets hold.
          for _ in 0..<2 { connection.send(Self.large) }
          connection.whenTaken {
            isTaken.withLock { $0 = true }
            taken.signal()
          }
          answered.signal()
        }, onClose: {})
    }
    defer { listener.close() }
    let window = FrameWindow(window: 1)
    let connection = try call(listener, security, window: window)
    defer { connection.close() }
    connection.send(Roost_ControlMessage.with { $0.heartbeat = Roost_Heartbeat() })
    #expect(answered.wait(timeout: deadline) == .success)
    #expect(!isTaken.withLock { $0 })
    for _ in 0..<2 { _ = try window.pop(until: Date(timeIntervalSinceNow: 20)) }
    #expect(taken.wait(timeout: deadline) == .success)
  }

  @Test func aPeerThatTakesNothingIsHungUpOnAndAnIdleOneIsNot() throws {
    let closed = DispatchSemaphore(value: 0)
    let listener = try listen { connection in
      connection.closeWhenNothingIsTaken(for: .milliseconds(20))
      return FrameReceiver(
        onFrame: { _ in
          for _ in 0..<2 { connection.send(Self.large) }
        }, onClose: { closed.signal() })
    }
    defer { listener.close() }
    let idle = FrameWindow(window: 1 << 20)
    let patient = try call(listener, window: idle)
    let window = FrameWindow(window: 1)
    let stuck = try call(listener, window: window)
    defer { stuck.close() }
    stuck.send(Roost_ControlMessage.with { $0.heartbeat = Roost_Heartbeat() })
    #expect(closed.wait(timeout: deadline) == .success)
    #expect(!idle.hasEnded)
    patient.close()
    #expect(closed.wait(timeout: deadline) == .success)
  }
}
