import NIOCore
import NIOPosix

/// `HOST:PORT`, as arguments and addresses of services are written. IPv6 hosts stand in brackets.
package struct HostPort: Hashable, Sendable, CustomStringConvertible {
  package var host: String
  package var port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Nil when the text is not of this form or the port is not 0...65535.
  package init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"),
      let port = UInt16(text[text.index(after: colon)...])
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty else { return nil }
    self.init(host: String(host), port: Int(port))
  }

  package var description: String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  /// Whether nobody outside of this machine can reach it.
  package var isLoopback: Bool {
    // Numbers only: a name that begins like this may be any host.
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    let isIPv4 = numbers.count == 4 && !numbers.contains(nil)
    return host == "localhost" || host == "::1" || (isIPv4 && numbers[0] == 127)
  }
}

/// A socket that listens.
package final class Listener: Sendable {
  private let channel: any Channel
  package let address: HostPort

  /// Listens until closed. `accept` is called on an event loop for each peer that said a proper hello.
  /// Throws when the address cannot be bound.
  package init(
    on address: HostPort, as hello: Roost_Hello, expecting roles: Set<Roost_Role>,
    group: any EventLoopGroup, accept: @escaping @Sendable (Connection) -> FrameReceiver
  ) throws {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let done = channel.eventLoop.makePromise(of: Connection.self)
          // A stranger who says no hello is nobody's concern.
          done.futureResult.whenFailure { _ in }
          try addHandlers(
            to: channel, hello: hello, speaksFirst: false, expecting: roles, accept: accept,
            done: done)
        }
      }
    channel = try bootstrap.bind(host: address.host, port: address.port).wait()
    self.address = HostPort(host: address.host, port: channel.localAddress?.port ?? address.port)
  }

  package func close() {
    channel.close(promise: nil)
  }
}

/// Connects and waits until both sides have said hello. Not from an event loop.
/// Throws `ProtocolError` when the peer is not what was expected, and NIO's errors when there is none.
package func connect(
  to address: HostPort, as hello: Roost_Hello, expecting roles: Set<Roost_Role>,
  group: any EventLoopGroup, timeout: TimeAmount = .seconds(5),
  accept: @escaping @Sendable (Connection) -> FrameReceiver
) throws -> Connection {
  let loop = group.next()
  let done = loop.makePromise(of: Connection.self)
  let bootstrap = ClientBootstrap(group: loop)
    .connectTimeout(timeout)
    .channelOption(.tcpOption(.tcp_nodelay), value: 1)
    .channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        try addHandlers(
          to: channel, hello: hello, speaksFirst: true, expecting: roles, accept: accept, done: done
        )
      }
    }
  let connected = bootstrap.connect(host: address.host, port: address.port)
  connected.whenFailure { done.fail($0) }
  return try done.futureResult.wait()
}

private func addHandlers(
  to channel: any Channel, hello: Roost_Hello, speaksFirst: Bool, expecting roles: Set<Roost_Role>,
  accept: @escaping @Sendable (Connection) -> FrameReceiver, done: EventLoopPromise<Connection>
) throws {
  let decoder = FrameDecoder(limit: helloFrameLimit)
  try channel.pipeline.syncOperations.addHandlers(
    ByteToMessageHandler(decoder, maximumBufferSize: nil), FrameEncoder(),
    HandshakeHandler(
      hello: hello, speaksFirst: speaksFirst, expected: roles, decoder: decoder, accept: accept,
      done: done))
}
