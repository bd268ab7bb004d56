import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Plan

/// When the kernel asks whether a silent peer is still there, and how often before it closes the connection: after two
/// minutes in all.
private let keepAlive = (
  idleSeconds: 60, intervalSeconds: 10, probes: 6
)

/// A socket that listens.
package final class Listener: Sendable {
  private let channel: any Channel
  package let address: HostPort

  /// Listens until closed. `accept` is called on an event loop for each peer that showed what `security` asks for and said
  /// a proper hello. Throws when the address cannot be bound.
  package init(
    on address: HostPort, as hello: Roost_Hello, expecting roles: Set<Roost_Role>,
    security: ConnectionSecurity, limits: ConnectionLimits = ConnectionLimits(),
    group: any EventLoopGroup, accept: @escaping @Sendable (Connection) -> FrameReceiver
  ) throws {
    let doorkeeper = Doorkeeper(limits: limits)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(AcceptPause())
        }
      }
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      // A peer whose host is gone says nothing, as one does that has nothing to say.
      .childChannelOption(.socketOption(.so_keepalive), value: 1)
      .childChannelOption(.tcpOption(.init(rawValue: TCP_KEEPIDLE)), value: keepAlive.idleSeconds)
      .childChannelOption(
        .tcpOption(.init(rawValue: TCP_KEEPINTVL)), value: keepAlive.intervalSeconds
      )
      .childChannelOption(.tcpOption(.init(rawValue: TCP_KEEPCNT)), value: keepAlive.probes)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let number = try doorkeeper.admit(channel)
          let done = channel.eventLoop.makePromise(of: Connection.self)
          // A stranger who says no hello is nobody's concern.
          done.futureResult.whenFailure { _ in }
          if let tls = security.tls {
            try channel.pipeline.syncOperations.addHandler(
              NIOSSLServerHandler(context: tls.listening))
          }
          let greeting = Greeting(
            hello, side: .listening, expecting: roles, calling: nil, secret: security.secret)
          try addHandlers(
            to: channel, greeting: greeting, called: nil,
            enter: { () throws(ProtocolError) in try doorkeeper.welcome(number) }, accept: accept,
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

/// Connects and waits until both sides have said hello. Not from an event loop. `called`: the executor that has to answer,
/// when an executor is called.
/// Throws `ProtocolError` when the peer is not what was expected, and NIO's errors when there is none.
package func connect(
  to address: HostPort, as hello: Roost_Hello, expecting roles: Set<Roost_Role>,
  calling called: ExecutorID? = nil, security: ConnectionSecurity, group: any EventLoopGroup,
  timeout: TimeAmount = .seconds(5),
  accept: @escaping @Sendable (Connection) -> FrameReceiver
) throws -> Connection {
  let loop = group.next()
  let done = loop.makePromise(of: Connection.self)
  // A name may have many addresses, which are tried in parallel; with one there is nothing to choose.
  let only = try? SocketAddress(ipAddress: address.host, port: address.port)
  let bootstrap = ClientBootstrap(group: loop)
    .connectTimeout(timeout)
    .channelOption(.tcpOption(.tcp_nodelay), value: 1)
    .channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        if let tls = security.tls {
          // A certificate is checked against the name, or against the address where there is none.
          try channel.pipeline.syncOperations.addHandler(
            NIOSSLClientHandler(
              context: tls.connecting, serverHostname: only == nil ? address.host : nil))
        }
        let greeting = Greeting(
          hello, side: .connecting, expecting: roles, calling: called, secret: security.secret)
        try addHandlers(
          to: channel, greeting: greeting, called: address.host, enter: {}, accept: accept,
          done: done)
      }
    }
  let connected =
    if let only {
      bootstrap.connect(to: only)
    } else {
      bootstrap.connect(host: address.host, port: address.port)
    }
  connected.whenFailure { done.fail($0) }
  return try done.futureResult.wait()
}

extension Greeting {
  fileprivate init(
    _ hello: Roost_Hello, side: Side, expecting roles: Set<Roost_Role>,
    calling called: ExecutorID?, secret: SharedSecret?
  ) {
    self.init(
      hello, side: side, expecting: roles, calling: called, secret: secret,
      nonce: secret == nil ? [] : randomBytes(count: SecretExchange.nonceByteCount))
  }
}

private func addHandlers(
  to channel: any Channel, greeting: Greeting, called: String?,
  enter: @escaping @Sendable () throws(ProtocolError) -> Void,
  accept: @escaping @Sendable (Connection) -> FrameReceiver, done: EventLoopPromise<Connection>
) throws {
  let decoder = FrameDecoder(limit: helloFrameLimit)
  try channel.pipeline.syncOperations.addHandlers(
    ByteToMessageHandler(decoder, maximumBufferSize: nil), FrameEncoder(),
    HandshakeHandler(
      greeting: greeting, decoder: decoder, called: called, enter: enter, accept: accept,
      done: done))
}
