import NIOCore

/// The version of everything under `proto/`: raised by any change that an older peer would misread.
package let protocolVersion: UInt32 = 2

/// Bytes of a frame before the hello and after it.
let helloFrameLimit = 64 << 10
let frameLimit = 1 << 30

/// How long a peer may take to say hello.
package let helloTimeout = TimeAmount.seconds(10)

/// Exchanges hellos and then hands frames to the receiver that `accept` gives.
///
/// The side that connects speaks first. The side that listens answers once it has checked the hello, with its own
/// or with why it turns the peer away, so that the peer always learns the reason.
final class HandshakeHandler: ChannelInboundHandler {
  typealias InboundIn = Frame
  typealias OutboundOut = Frame

  private let hello: Roost_Hello
  private let speaksFirst: Bool
  private let expected: Set<Roost_Role>
  private let decoder: FrameDecoder
  private let accept: @Sendable (Connection) -> FrameReceiver
  private let done: EventLoopPromise<Connection>
  private var receiver: FrameReceiver?
  private var isDone = false
  private var deadline: Scheduled<Void>?

  init(
    hello: Roost_Hello, speaksFirst: Bool, expected: Set<Roost_Role>, decoder: FrameDecoder,
    accept: @escaping @Sendable (Connection) -> FrameReceiver, done: EventLoopPromise<Connection>
  ) {
    self.hello = hello
    self.speaksFirst = speaksFirst
    self.expected = expected
    self.decoder = decoder
    self.accept = accept
    self.done = done
  }

  func channelActive(context: ChannelHandlerContext) {
    start(context: context)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { start(context: context) }
  }

  private func start(context: ChannelHandlerContext) {
    guard deadline == nil else { return }
    if speaksFirst { send(hello, context: context) }
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    deadline = context.eventLoop.scheduleTask(in: helloTimeout) {
      let (handler, context) = bound.value
      handler.fail(.noHello, context: context)
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    if let receiver {
      receiver.onFrame(frame)
      return
    }
    guard !isDone else { return }
    do throws(ProtocolError) {
      try welcome(Roost_Hello(frame: frame), context: context)
    } catch {
      turnAway(error, context: context)
    }
  }

  private func welcome(
    _ peer: Roost_Hello, context: ChannelHandlerContext
  ) throws(ProtocolError) {
    guard peer.refusal.isEmpty else { throw .refused(peer.refusal) }
    guard peer.protocolVersion == protocolVersion else {
      throw .versionMismatch(ours: protocolVersion, theirs: peer.protocolVersion)
    }
    guard expected.contains(peer.role) else { throw .unexpectedRole("\(peer.role)") }
    isDone = true
    deadline?.cancel()
    decoder.limit = frameLimit
    if !speaksFirst { send(hello, context: context) }
    let connection = Connection(channel: context.channel, peer: peer)
    receiver = accept(connection)
    done.succeed(connection)
  }

  /// Tells the peer why before the connection closes, unless it was the peer who refused.
  private func turnAway(_ error: ProtocolError, context: ChannelHandlerContext) {
    if case .refused = error {
      fail(error, context: context)
      return
    }
    var refusal = hello
    refusal.refusal = "\(error)"
    send(refusal, context: context)
    fail(error, context: context)
  }

  private func send(_ hello: Roost_Hello, context: ChannelHandlerContext) {
    guard let frame = Connection.frame(hello) else { return }
    context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
  }

  private func fail(_ error: ProtocolError, context: ChannelHandlerContext) {
    guard !isDone else { return }
    isDone = true
    deadline?.cancel()
    done.fail(error)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail(.connectionClosed, context: context)
    receiver?.onClose()
    receiver = nil
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // After the hellos a refusal would be one message more in a stream that is broken anyway.
    if !isDone, let error = error as? ProtocolError {
      turnAway(error, context: context)
    }
    context.close(promise: nil)
  }
}
