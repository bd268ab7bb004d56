import NIOCore
import NIOSSL

/// The version of everything under `proto/`: raised by any change that an older peer would misread.
package let protocolVersion: UInt32 = 7

/// Bytes of a frame before the hellos are over and after it.
let helloFrameLimit = 4 << 10
package let frameLimit = 256 << 20

/// How long a peer may take to say hello, with TLS and proofs.
package let helloTimeout = TimeAmount.seconds(10)

/// Exchanges hellos and then hands frames to the receiver that `accept` gives. Nothing else of a peer is read before.
///
/// The side that connects speaks first. The side that listens answers once it has checked the hello, with its own
/// or with why it turns the peer away, so that the peer always learns the reason.
final class HandshakeHandler: ChannelInboundHandler {
  typealias InboundIn = Frame
  typealias OutboundOut = Frame

  private var greeting: Greeting
  private let decoder: FrameDecoder
  /// What was called; nil on the side that listens.
  private let called: String?
  private let enter: @Sendable () throws(ProtocolError) -> Void
  private let accept: @Sendable (Connection) -> FrameReceiver
  private let done: EventLoopPromise<Connection>
  private var receiver: FrameReceiver?
  private var isDone = false
  private var deadline: Scheduled<Void>?

  /// `enter` is asked when all was said and well, and may still refuse.
  init(
    greeting: Greeting, decoder: FrameDecoder, called: String?,
    enter: @escaping @Sendable () throws(ProtocolError) -> Void,
    accept: @escaping @Sendable (Connection) -> FrameReceiver, done: EventLoopPromise<Connection>
  ) {
    self.greeting = greeting
    self.decoder = decoder
    self.called = called
    self.enter = enter
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
    // Before the TLS handshake is over TLS keeps what is sent: this one hello and nothing else.
    if let opening = greeting.opening { send(opening, context: context) }
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
      let step = try greeting.hear(Roost_Hello(frame: frame))
      try checkCertificate(context: context)
      if step.isOver {
        try welcome(answer: step.answer, context: context)
      } else if let answer = step.answer {
        send(answer, context: context)
      }
    } catch {
      turnAway(error, context: context)
    }
  }

  /// A certificate for clients opens the driver's door, not that of executors, who are given the data of all.
  private func checkCertificate(context: ChannelHandlerContext) throws(ProtocolError) {
    guard greeting.peer?.role == .executor,
      let tls = try? context.pipeline.syncOperations.handler(type: NIOSSLHandler.self),
      let certificate = tls.peerCertificate, !certificate.isForHosts
    else { return }
    throw .tls(.certificateOfAClient)
  }

  private func welcome(
    answer: Roost_Hello?, context: ChannelHandlerContext
  ) throws(ProtocolError) {
    guard let peer = greeting.peer else { throw .noHello }
    try enter()
    isDone = true
    deadline?.cancel()
    decoder.limit = frameLimit
    if let answer { send(answer, context: context) }
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
    send(greeting.refusal(because: error), context: context)
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
    fail(.closedBeforeHello, context: context)
    receiver?.onClose()
    receiver = nil
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // After the hellos a refusal would be one message more in a stream that is broken anyway.
    if !isDone {
      if let error = error as? ProtocolError {
        turnAway(error.isOfTLS ? .tls(.otherSideWantsTLS) : error, context: context)
      } else if let failure = tlsFailure(error, context: context) {
        fail(.tls(failure), context: context)
      }
    }
    context.close(promise: nil)
  }

  private func tlsFailure(_ error: any Error, context: ChannelHandlerContext) -> TLSFailure? {
    let tls = try? context.pipeline.syncOperations.handler(type: NIOSSLHandler.self)
    return TLSFailure(error, certificate: tls?.peerCertificate, called: called)
  }
}

extension ProtocolError {
  /// Whether what was taken for a length begins as the records of TLS do: an alert or a handshake, version 3.
  fileprivate var isOfTLS: Bool {
    guard case .frameTooLong(let length, _) = self else { return false }
    let (kind, version) = (length >> 24, length >> 16 & 0xff)
    return (kind == 21 || kind == 22) && version == 3
  }
}
