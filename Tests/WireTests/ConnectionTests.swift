import Foundation
import NIOCore
import NIOPosix
import Testing
import Wire

@Suite struct ConnectionTests {
  private let group = MultiThreadedEventLoopGroup.singleton
  private let anyPort = HostPort(host: "127.0.0.1", port: 0)
  private var deadline: Date { Date(timeIntervalSinceNow: 20) }

  /// A driver that sends every message back.
  private func echo(as hello: Roost_Hello = .from(.driver)) throws -> Listener {
    try Listener(on: anyPort, as: hello, expecting: [.client], security: .unprotected, group: group)
    { connection in
      FrameReceiver(
        onFrame: { frame in
          if let message = try? Roost_ControlMessage(frame: frame) { connection.send(message) }
        }, onClose: {})
    }
  }

  @Test func framesArriveWholeAndInOrderWhateverTheirSize() throws {
    let listener = try echo()
    defer { listener.close() }
    let window = FrameWindow(window: 1 << 16)
    let connection = try connect(
      to: listener.address, as: .from(.client), expecting: [.driver],
      security: .unprotected, group: group
    ) { window.receiver(of: $0) }
    defer { connection.close() }
    let texts = (0..<20).map { String(repeating: "x", count: $0 * 50_000) }
    for text in texts {
      connection.send(Roost_ControlMessage.with { $0.submitJob.text = text })
    }
    for text in texts {
      let message = try Roost_ControlMessage(frame: window.pop(until: deadline))
      #expect(message.submitJob.text == text)
    }
  }

  @Test func anAddressThatHasItsConnectionsGetsNoMoreUntilOneCloses() throws {
    var limits = ConnectionLimits()
    limits.perHost = 2
    let listener = try Listener(
      on: anyPort, as: .from(.driver), expecting: [.client], security: .unprotected,
      limits: limits, group: group
    ) { _ in FrameReceiver(onFrame: { _ in }, onClose: {}) }
    defer { listener.close() }
    func call() throws -> Connection {
      let window = FrameWindow(window: 1 << 16)
      return try connect(
        to: listener.address, as: .from(.client), expecting: [.driver], security: .unprotected,
        group: group
      ) { window.receiver(of: $0) }
    }
    let first = try call()
    let second = try call()
    defer { second.close() }
    #expect(throws: ProtocolError.self) { try call() }
    first.close()
    // The listener hears of it when the system tells it.
    let deadline = deadline
    var third: Connection?
    while third == nil, .now < deadline { third = try? call() }
    #expect(third != nil)
    third?.close()
  }

  @Test func anotherProtocolVersionIsRefusedOnBothSides() throws {
    var old = Roost_Hello.from(.driver)
    old.protocolVersion = protocolVersion + 1
    let listener = try echo(as: old)
    defer { listener.close() }
    let window = FrameWindow(window: 1 << 16)
    #expect(throws: ProtocolError.self) {
      try connect(
        to: listener.address, as: .from(.client), expecting: [.driver],
        security: .unprotected, group: group
      ) { window.receiver(of: $0) }
    }
  }

  @Test func anUnexpectedRoleIsRefused() throws {
    let listener = try echo()
    defer { listener.close() }
    let window = FrameWindow(window: 1 << 16)
    let error = #expect(throws: ProtocolError.self) {
      try connect(
        to: listener.address, as: .from(.executor), expecting: [.driver],
        security: .unprotected, group: group
      ) { window.receiver(of: $0) }
    }
    guard case .refused? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func strangersAreCutOffAndOthersGoOn() throws {
    let listener = try echo()
    defer { listener.close() }
    // A web browser, a length that no hello has, and rubbish of a fitting length.
    for bytes in [
      Array("GET / HTTP/1.1\r\n\r\n".utf8), [0xff, 0xff, 0xff, 0xff], [0, 0, 0, 3, 1, 8, 8],
    ] {
      let stranger = try ClientBootstrap(group: group)
        .connect(host: "127.0.0.1", port: listener.address.port).wait()
      try stranger.writeAndFlush(ByteBuffer(bytes: bytes)).wait()
      try stranger.closeFuture.wait()
    }
    let window = FrameWindow(window: 1 << 16)
    let connection = try connect(
      to: listener.address, as: .from(.client), expecting: [.driver],
      security: .unprotected, group: group
    ) { window.receiver(of: $0) }
    connection.send(Roost_ControlMessage.with { $0.describeJob.job = 7 })
    let answer = try Roost_ControlMessage(frame: window.pop(until: deadline))
    #expect(answer.describeJob.job == 7)
    connection.close()
  }

  @Test func aClosedConnectionEndsTheWait() throws {
    let listener = try Listener(
      on: anyPort, as: .from(.driver), expecting: [.client], security: .unprotected, group: group
    ) { connection in
      connection.close()
      return FrameReceiver(onFrame: { _ in }, onClose: {})
    }
    defer { listener.close() }
    let window = FrameWindow(window: 1 << 16)
    #expect(throws: (any Error).self) {
      _ = try connect(
        to: listener.address, as: .from(.client), expecting: [.driver],
        security: .unprotected, group: group
      ) { window.receiver(of: $0) }
      _ = try window.pop(until: deadline)
    }
  }

  @Test func addressesAreHostAndPort() {
    #expect(HostPort("localhost:80") == HostPort(host: "localhost", port: 80))
    #expect(HostPort("[::1]:7077") == HostPort(host: "::1", port: 7077))
    #expect(HostPort("[::1]:7077")?.description == "[::1]:7077")
    for wrong in ["", "host", ":80", "host:", "host:65536", "host:-1"] {
      #expect(HostPort(wrong) == nil)
    }
    #expect(HostPort(host: "127.0.0.9", port: 1).isLoopback)
    for open in ["0.0.0.0", "127.0.0.1.example.com", "127.example.com", "::"] {
      #expect(!HostPort(host: open, port: 1).isLoopback)
    }
  }
}
