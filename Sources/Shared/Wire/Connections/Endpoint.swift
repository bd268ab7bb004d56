import NIOCore
import NIOPosix

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
  // A name may have many addresses, which are tried in parallel; with one there is nothing to choose.
  let connected =
    if let only = try? SocketAddress(ipAddress: address.host, port: address.port) {
      bootstrap.connect(to: only)
    } else {
      bootstrap.connect(host: address.host, port: address.port)
    }
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
